from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection

from billing import ledger
from billing.models import Debt, Hold, Transfer, Wallet
from billing.tests.making import NOON, give, wallet_with

pytestmark = pytest.mark.django_db


@contextmanager
def triggers_off(table: str) -> Iterator[None]:
    """What only someone with the keys to the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def wallet() -> Wallet:
    """A wallet that has seen everything: balance 10, held 10, owed 5."""
    wallet = wallet_with("100")
    ledger.hold(wallet=wallet, amount=Decimal(10), subject="session:1", number=1, expires_at=None, at=NOON)
    ledger.capture(wallet=wallet, subject="session:2", revision=1, net=Decimal(110), tax=Decimal(5), at=NOON)
    give(wallet, "20")
    return wallet


def found() -> set[tuple[str, str, str]]:
    return {(one.figure, f"{one.kept:.2f}", f"{one.counted:.2f}") for one in ledger.check_books()}


@pytest.mark.usefixtures("wallet")
def test_it_finds_nothing_in_books_that_only_the_ledger_wrote() -> None:
    assert found() == set()


def test_it_finds_a_balance_that_was_changed(wallet: Wallet) -> None:
    Wallet.objects.filter(pk=wallet.pk).update(balance=Decimal("10.01"))
    assert found() == {("balance", "10.01", "10.00")}


def test_it_finds_money_held_for_nothing(wallet: Wallet) -> None:
    Hold.objects.update(state=Hold.State.RELEASED, ended_at=NOON)
    assert found() == {("held", "10.00", "0.00")}


@pytest.mark.usefixtures("wallet")
def test_it_finds_a_debt_that_was_forgiven_on_the_side() -> None:
    Debt.objects.update(paid=Decimal(25))
    assert found() == {("owed", "5.00", "0.00")}


def test_it_finds_a_receivable_that_nobody_owes(wallet: Wallet) -> None:
    Wallet.objects.filter(pk=wallet.pk).update(owed=0)
    Debt.objects.update(paid=Decimal(25))
    assert found() == {("receivable", "0.00", "5.00")}


@pytest.mark.usefixtures("wallet")
def test_it_finds_a_transfer_that_is_missing() -> None:
    with triggers_off("billing_transfer"):
        Transfer.objects.filter(reference="session:2:r1:charge").delete()
    assert found() == {("balance", "10.00", "100.00")}


@pytest.mark.usefixtures("wallet")
def test_it_finds_a_transfer_that_was_changed() -> None:
    with triggers_off("billing_transfer"):
        Transfer.objects.filter(kind=Transfer.Kind.TOP_UP, amount=100).update(amount=Decimal("100.50"))
    assert found() == {("balance", "10.00", "10.50")}
