from decimal import Decimal

import pytest

from billing import ledger
from billing.ledger import Reversed
from billing.models import Debt, Transfer, Wallet
from billing.tests.making import NOON, balance_of_system, figures, give, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def spend(wallet: Wallet, amount: str) -> None:
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=Decimal(amount), tax=Decimal(0), at=NOON)


def reverse(transfer: Transfer, amount: str, reference: str = "reversal:1") -> Reversed:
    return ledger.reverse_top_up(transfer=transfer, amount=Decimal(amount), reference=reference, at=NOON)


def test_it_takes_back_what_is_there() -> None:
    wallet = wallet_with("0")
    paid = give(wallet, "100")
    assert reverse(paid, "100") == Reversed(taken=Decimal(100), owed=Decimal(0))
    assert figures(wallet) == ("0.00", "0.00", "0.00")
    assert balance_of_system("clearing:sandbox") == 0
    made = Transfer.objects.get(kind="reversal")
    assert (made.reference, made.reverses, made.subject) == ("reversal:1", paid, paid.subject)


def test_it_is_owed_where_the_money_is_gone_and_the_next_top_up_pays_it() -> None:
    wallet = wallet_with("0")
    paid = give(wallet, "100")
    spend(wallet, "70")
    assert reverse(paid, "100") == Reversed(taken=Decimal(30), owed=Decimal(70))
    assert figures(wallet) == ("0.00", "0.00", "70.00")
    assert (balance_of_system("clearing:sandbox"), balance_of_system("receivable")) == (Decimal(0), Decimal(-70))
    assert Debt.objects.get().subject == paid.subject
    give(wallet, "90")
    assert figures(wallet) == ("20.00", "0.00", "0.00")
    assert ledger.check_books() == []


def test_it_leaves_what_is_held() -> None:
    wallet = wallet_with("0")
    paid = give(wallet, "100")
    ledger.hold(wallet=wallet, amount=Decimal(60), subject="session:1", number=1, expires_at=None, at=NOON)
    assert reverse(paid, "100") == Reversed(taken=Decimal(40), owed=Decimal(60))
    assert figures(wallet) == ("60.00", "60.00", "60.00")


def test_it_takes_back_in_parts_up_to_the_whole() -> None:
    wallet = wallet_with("50")
    paid = give(wallet, "100")
    reverse(paid, "60")
    with pytest.raises(Refusal) as refused:
        reverse(paid, "40.01", "reversal:2")
    assert (refused.value.code, refused.value.details) == ("reversal_exceeds_top_up", {"left": "40.00"})
    reverse(paid, "40", "reversal:2")
    assert figures(wallet) == ("50.00", "0.00", "0.00")


@pytest.mark.parametrize("spent", ["0.01", "60", "100"])
def test_it_takes_a_reference_once_whatever_it_left(spent: str) -> None:
    wallet = wallet_with("0")
    paid = give(wallet, "100")
    spend(wallet, spent)
    reverse(paid, "50")
    before = figures(wallet)
    with pytest.raises(Refusal) as refused:
        reverse(paid, "50")
    assert refused.value.code == "already_reversed"
    assert figures(wallet) == before


def test_it_refuses_what_is_no_top_up() -> None:
    wallet = wallet_with("100")
    spend(wallet, "10")
    with pytest.raises(Refusal) as refused:
        reverse(Transfer.objects.get(kind="capture"), "10")
    assert refused.value.code == "not_reversible"


def test_it_writes_what_is_missing_as_a_debt_and_never_below_nothing() -> None:
    """A reference system takes the balance below 0 and calls it a negative top-up."""
    wallet = wallet_with("0")
    paid = give(wallet, "100")
    spend(wallet, "130")
    reverse(paid, "100")
    assert figures(wallet) == ("0.00", "0.00", "130.00")
    assert not Transfer.objects.filter(kind="top_up").exclude(pk=paid.pk).exists()
