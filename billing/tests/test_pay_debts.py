"""Whatever becomes free pays what is owed; a wallet that owes nothing costs no statement more."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import ledger
from billing.models import Debt, Transfer, Wallet
from billing.tests.making import NOON, figures, give, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


def hold(wallet: Wallet, amount: str, subject: str) -> None:
    ledger.hold(wallet=wallet, amount=Decimal(amount), subject=subject, number=1, expires_at=None, at=NOON)


def charge(wallet: Wallet, amount: str, subject: str, revision: int = 0) -> ledger.Captured:
    return ledger.capture(
        wallet=wallet, subject=subject, revision=revision, net=Decimal(amount), tax=Decimal(0), at=NOON
    )


@pytest.fixture
def owing() -> Wallet:
    """400.00, of which 200.00 were held for A, which cost 300.00: 200.00 are held for B, and 100.00 are owed."""
    wallet = wallet_with("400")
    hold(wallet, "200", "session:A")
    hold(wallet, "200", "session:B")
    charge(wallet, "300", "session:A")
    assert figures(wallet) == ("200.00", "200.00", "100.00")
    return wallet


def test_it_pays_with_what_a_charge_leaves_of_its_hold(owing: Wallet) -> None:
    assert charge(owing, "15", "session:B").paid == 15
    assert figures(owing) == ("85.00", "0.00", "0.00")
    hold(owing, "85", "session:C")
    assert ledger.check_books() == []


def test_it_pays_with_a_hold_that_is_released(owing: Wallet) -> None:
    assert ledger.release(subject="session:B", at=NOON) == 200
    assert figures(owing) == ("100.00", "0.00", "0.00")
    [paid] = Transfer.objects.filter(kind="repayment")
    assert (paid.amount, paid.subject, paid.made_at) == (Decimal(100), "session:A", NOON)


def test_it_pays_with_a_hold_in_a_wallet_that_does_not_pay_the_charge(owing: Wallet) -> None:
    charge(wallet_with("50"), "15", "session:B")
    assert figures(owing) == ("100.00", "0.00", "0.00")
    assert ledger.check_books() == []


def test_it_pays_with_room_in_the_credit(owing: Wallet) -> None:
    ledger.set_credit_limit(wallet=owing, limit=Decimal(30), at=NOON)
    assert figures(owing) == ("170.00", "200.00", "70.00")
    ledger.set_credit_limit(wallet=owing, limit=Decimal(500), at=NOON)
    assert figures(owing) == ("100.00", "200.00", "0.00")
    assert Debt.objects.get().paid == 100


def test_it_pays_the_same_debt_in_parts(owing: Wallet) -> None:
    give(owing, "10")
    give(owing, "20")
    ledger.release(subject="session:B", at=NOON)
    assert sorted(Transfer.objects.filter(kind="repayment").values_list("amount", flat=True)) == [10, 20, 70]
    assert ledger.check_books() == []


def test_an_adjustment_leaves_what_is_owed(owing: Wallet) -> None:
    # as it could be before holds that ended paid debts
    Wallet.objects.filter(pk=owing.pk).update(held=0)
    with pytest.raises(Refusal) as refused:
        ledger.adjust(wallet=owing, amount=Decimal("-100.01"), reference="a", made_by="s", reason="r", at=NOON)
    assert refused.value.code == "insufficient_balance"
    ledger.adjust(wallet=owing, amount=Decimal(-100), reference="a", made_by="s", reason="r", at=NOON)


def test_it_asks_nothing_more_of_a_wallet_that_owes_nothing() -> None:
    wallet = wallet_with("410")
    charge(wallet, "10", "session:0")  # opens the house's accounts
    hold(wallet, "200", "session:1")
    hold(wallet, "100", "session:2")
    with CaptureQueriesContext(connection) as charging:
        charge(wallet, "150", "session:1")
    with CaptureQueriesContext(connection) as releasing:
        ledger.release(subject="session:2", at=NOON)
    assert not any("billing_debt" in query["sql"] for query in [*charging, *releasing])
    reads = [
        query for query in charging if query["sql"].startswith("SELECT") and '"billing_wallet"."owed"' in query["sql"]
    ]
    assert len(reads) == 2, reads  # the lock, and the house's accounts
