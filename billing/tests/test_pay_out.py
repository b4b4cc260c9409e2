from decimal import Decimal

import pytest

from billing import ledger
from billing.models import Transfer, Wallet
from billing.tests.making import NOON, balance_of_system, figures, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def pay_out(wallet: Wallet, amount: str, reference: str = "payout:1") -> Transfer:
    return ledger.pay_out(
        wallet=wallet, amount=Decimal(amount), reference=reference, made_by="staff:1", reason="moves away", at=NOON
    )


def books() -> list[ledger.Difference]:
    """What does not agree, but for that no payout was approved: here nobody asks."""
    return [found for found in ledger.check_books() if found.figure != "payout that nobody approved"]


def test_it_takes_the_money_to_the_bank() -> None:
    wallet = wallet_with("10")
    before = balance_of_system("clearing:bank")
    made = pay_out(wallet, "7.50")
    assert figures(wallet) == ("2.50", "0.00", "0.00")
    assert balance_of_system("clearing:bank") - before == Decimal("7.5")
    assert (made.made_by, made.reason, made.subject) == ("staff:1", "moves away", "payout:1")
    assert books() == []


def test_it_leaves_what_is_held() -> None:
    wallet = wallet_with("10")
    ledger.hold(wallet=wallet, amount=Decimal(4), subject="session:1", number=1, expires_at=None, at=NOON)
    with pytest.raises(Refusal) as refused:
        pay_out(wallet, "6.01")
    assert refused.value.code == "insufficient_balance"
    assert figures(wallet) == ("10.00", "4.00", "0.00")


def test_it_never_lends_from_a_credit_limit() -> None:
    wallet = wallet_with("1")
    ledger.set_credit_limit(wallet=wallet, limit=Decimal(100), at=NOON)
    with pytest.raises(Refusal) as refused:
        pay_out(wallet, "2")
    assert refused.value.code == "insufficient_balance"


@pytest.mark.parametrize("amount", ["0", "-1", "1.001", "NaN"])
def test_it_refuses_what_is_no_amount(amount: str) -> None:
    with pytest.raises(Refusal) as refused:
        pay_out(wallet_with("10"), amount)
    assert refused.value.code == "invalid_parameters"


def test_it_takes_a_reference_once() -> None:
    wallet = wallet_with("10")
    pay_out(wallet, "1")
    with pytest.raises(Refusal) as refused:
        pay_out(wallet, "1")
    assert (refused.value.code, figures(wallet)[0]) == ("already_paid_out", "9.00")


def test_it_comes_home_once_and_pays_debts_first() -> None:
    wallet = wallet_with("10")
    made = pay_out(wallet, "10")
    ledger.capture(wallet=wallet, subject="session:1", revision=1, net=Decimal(3), tax=Decimal(0), at=NOON)
    assert figures(wallet) == ("0.00", "0.00", "3.00")
    ledger.return_payout(transfer=made, made_by="staff:2", reason="account closed", at=NOON)
    assert figures(wallet) == ("7.00", "0.00", "0.00")
    with pytest.raises(Refusal) as refused:
        ledger.return_payout(transfer=made, made_by="staff:2", reason="again", at=NOON)
    assert refused.value.code == "already_returned"
    assert books() == []
