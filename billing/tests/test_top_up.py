from datetime import timedelta
from decimal import Decimal

import pytest

from billing import ledger
from billing.models import Debt, Transfer, Wallet
from billing.tests.making import NOON, balance_of_system, figures, give, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def owe(wallet: Wallet, amount: str, subject: str, days_ago: int) -> None:
    at = NOON - timedelta(days=days_ago)
    ledger.capture(wallet=wallet, subject=subject, revision=1, net=Decimal(amount), tax=Decimal(0), at=at)


def paid() -> dict[str, str]:
    return {debt.subject: f"{debt.paid:.2f}" for debt in Debt.objects.all()}


def test_it_credits_what_came_from_the_provider() -> None:
    wallet = wallet_with("0")
    made = ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal("99.50"), reference="top_up:1", at=NOON)
    assert figures(wallet) == ("99.50", "0.00", "0.00")
    assert (made.kind, made.reference, made.made_at) == (Transfer.Kind.TOP_UP, "top_up:1", NOON)
    assert balance_of_system("clearing:sandbox") == Decimal("-99.50")


def test_it_credits_a_reference_once() -> None:
    wallet = wallet_with("0")
    ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal(10), reference="top_up:1", at=NOON)
    with pytest.raises(Refusal) as refused:
        ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal(10), reference="top_up:1", at=NOON)
    assert refused.value.code == "already_credited"
    assert figures(wallet) == ("10.00", "0.00", "0.00")


def test_it_pays_debts_oldest_first_as_far_as_it_goes() -> None:
    wallet = wallet_with("0")
    owe(wallet, "20", "session:young", days_ago=1)
    owe(wallet, "30", "session:old", days_ago=2)
    give(wallet, "35")
    assert paid() == {"session:old": "30.00", "session:young": "5.00"}
    assert figures(wallet) == ("0.00", "0.00", "15.00")
    give(wallet, "100")
    assert paid() == {"session:old": "30.00", "session:young": "20.00"}
    assert figures(wallet) == ("85.00", "0.00", "0.00")
    assert balance_of_system("receivable") == 0
    repayments = Transfer.objects.filter(kind=Transfer.Kind.REPAYMENT).order_by("id")
    assert [(row.subject, f"{row.amount:.2f}") for row in repayments] == [
        ("session:old", "30.00"),
        ("session:young", "5.00"),
        ("session:young", "15.00"),
    ]


def test_it_does_not_pay_debts_with_money_that_is_held() -> None:
    wallet = wallet_with("50")
    ledger.hold(wallet=wallet, amount=Decimal(50), subject="session:2", number=1, expires_at=None, at=NOON)
    owe(wallet, "30", "session:1", days_ago=0)
    give(wallet, "10")
    assert paid() == {"session:1": "10.00"}
    assert figures(wallet) == ("50.00", "50.00", "20.00")


@pytest.mark.parametrize("amount", ["0", "-5", "0.005", "NaN", "Infinity"])
def test_it_refuses_what_is_no_amount(amount: str) -> None:
    wallet = wallet_with("0")
    with pytest.raises(Refusal):
        ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal(amount), reference="top_up:1", at=NOON)
    assert figures(wallet) == ("0.00", "0.00", "0.00")


def test_it_takes_the_finer_amounts_of_a_currency_with_three_decimals() -> None:
    wallet = wallet_with("0", currency="KWD")
    give(wallet, "0.005")
    wallet.refresh_from_db()
    assert wallet.balance == Decimal("0.005")
