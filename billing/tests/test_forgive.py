from decimal import Decimal

import pytest

from billing import ledger
from billing.models import Debt
from billing.tests.making import NOON, balance_of_system, figures, give, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def forgive(debt: Debt, amount: str, reference: str = "forgiven:1") -> ledger.Refunded:
    return ledger.forgive(
        debt=debt, amount=Decimal(amount), reference=reference, made_by="staff:1", reason="goodwill", at=NOON
    )


@pytest.fixture
def debt() -> Debt:
    """100.00 with 10.00 tax, of which 60.00 were paid and 40.00 are owed."""
    wallet = wallet_with("60")
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=Decimal(90), tax=Decimal(10), at=NOON)
    return Debt.objects.get()


def test_it_asks_for_a_part_no_more(debt: Debt) -> None:
    made = forgive(debt, "15")
    assert (made.net, made.tax, made.transfer.kind) == (Decimal("13.50"), Decimal("1.50"), "forgiven")
    assert figures(debt.wallet) == ("0.00", "0.00", "25.00")
    assert balance_of_system("revenue") == Decimal("76.50")
    assert balance_of_system("tax") == Decimal("8.50")
    assert balance_of_system("receivable") == -25
    assert ledger.check_books() == []


def test_it_lets_a_driver_start_again(debt: Debt) -> None:
    forgive(debt, "40")
    give(debt.wallet, "10")
    ledger.hold(wallet=debt.wallet, amount=Decimal(10), subject="session:2", number=1, expires_at=None, at=NOON)
    assert figures(debt.wallet) == ("10.00", "10.00", "0.00")


def test_it_refuses_more_than_is_owed(debt: Debt) -> None:
    give(debt.wallet, "10")
    with pytest.raises(Refusal) as refused:
        forgive(debt, "30.01")
    assert (refused.value.code, refused.value.details) == ("forgiven_exceeds_debt", {"left": "30.00"})


def test_it_takes_a_reference_once(debt: Debt) -> None:
    forgive(debt, "10")
    with pytest.raises(Refusal) as refused:
        forgive(debt, "10")
    assert refused.value.code == "already_forgiven"
    assert figures(debt.wallet) == ("0.00", "0.00", "30.00")


def test_it_counts_as_given_when_it_costs_less_after_all(debt: Debt) -> None:
    # 100.00, of which 25.00 were forgiven: it costs 80.00, so 55.00 are left to bear: 15.00 of the debt and 5.00 go
    forgive(debt, "25")
    again = ledger.capture(
        wallet=debt.wallet, subject="session:1", revision=1, net=Decimal(72), tax=Decimal(8), at=NOON
    )
    assert (again.refunded, again.kept) == (Decimal(5), Decimal(0))
    assert figures(debt.wallet) == ("5.00", "0.00", "0.00")
    assert ledger.check_books() == []


def test_it_is_the_house_that_bears_money_that_was_taken_back() -> None:
    wallet = wallet_with("0")
    paid = give(wallet, "50")
    ledger.adjust(wallet=wallet, amount=Decimal(-50), reference="a", made_by="staff:1", reason="", at=NOON)
    ledger.reverse_top_up(transfer=paid, amount=Decimal(50), reference="reversal:1", at=NOON)
    forgive(Debt.objects.get(), "50")
    assert figures(wallet) == ("0.00", "0.00", "0.00")
    assert (balance_of_system("receivable"), balance_of_system("absorbed")) == (Decimal(0), Decimal(-50))
    assert ledger.check_books() == []
