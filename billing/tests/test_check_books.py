"""Books that only the ledger wrote agree; every one of many ways to falsify them is reported."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from billing import adjustments, goodwill, ledger, payouts
from billing.models import Adjustment, Debt, PaymentRefund, TopUp, Transfer, Wallet, WalletCheckpoint
from billing.tests.corruptions import CORRUPTIONS, Corruption
from billing.tests.making import NOON, give, wallet_with
from billing.tests.papers import paper_of_a_fleet, paper_of_a_host
from billing.tests.registers import paper_of_a_provider, paper_of_the_past

pytestmark = pytest.mark.django_db
GUARDED = ("transfer", "capture", "walletcheckpoint", "invoice", "invoicepayment", "hoststatement")


def charge(name: str, wallet: Wallet, net: int, tax: int, revision: int = 0) -> None:
    ledger.capture(
        wallet=wallet, subject=f"session:{name}", revision=revision, net=Decimal(net), tax=Decimal(tax), at=NOON
    )


def transfer(reference: str) -> Transfer:
    return Transfer.objects.get(reference=reference)


@pytest.fixture
def wallet(settings: Settings) -> Wallet:
    """A wallet that has seen everything, beside another one and one in dollars."""
    wallet, other = wallet_with("1000"), wallet_with("50")
    wallet_with("7", currency="USD")
    charge("paid", wallet, 90, 10)
    charge("less", wallet, 90, 10)
    charge("less", wallet, 45, 5, revision=1)
    charge("refunded", wallet, 90, 10)
    adjustments.ask_refund(
        transfer=transfer("session:refunded:r0:charge"), amount=Decimal(30), reason="r", asked_by="staff:1", at=NOON
    )
    charge("moved", other, 36, 4)
    charge("moved", wallet, 36, 4, revision=1)
    adjustments.ask_adjustment(wallet=wallet, amount=Decimal(-20), reason="a", asked_by="staff:1", at=NOON)
    ledger.hold(wallet=wallet, amount=Decimal(60), subject="session:held", number=1, expires_at=None, at=NOON)
    ledger.checkpoint(at=NOON)
    charge("owed", other, 63, 7)
    ledger.forgive(
        debt=Debt.objects.get(), amount=Decimal(5), reference="forgiven:1", made_by="staff:1", reason="g", at=NOON
    )
    give(other, "4")
    settings.SHORTFALL = "absorb"
    charge("absorbed", other, 27, 3)
    sent_back(wallet)
    paper_of_a_fleet()
    paper_of_a_host()
    paid_out_and_given()
    paper_of_a_provider()
    paper_of_the_past()
    assert ledger.check_books() == []
    return wallet


def paid_out_and_given() -> None:
    """Somebody else's 300.00, of which 60.00 went to a bank and came back, 40.00 went, and 20.00 is goodwill."""
    wallet = wallet_with("300")
    for amount, reference in ((60, "PP-1"), (40, "PP-2")):
        asked = payouts.ask_payout(
            wallet=wallet, amount=Decimal(amount), destination="KICB", reason="r", asked_by="staff:1", at=NOON
        )
        payouts.approve(payout=asked, decided_by="staff:2", at=NOON)
        sent = payouts.mark_paid(payout=asked, bank_reference=reference, paid_by="staff:2", at=NOON)
        if amount == 60:
            payouts.mark_returned(payout=sent, reason="closed", returned_by="staff:1", at=NOON)
    charge("given", wallet, 90, 10)
    goodwill.ask_goodwill(subjects=["session:given"], percent=Decimal(20), reason="g", by="staff:1", at=NOON)


def sent_back(wallet: Wallet) -> None:
    """A top-up of 100.00, of which 40.00 were sent back to the payer."""
    paid = give(wallet, "100")
    top_up = TopUp.objects.create(
        wallet=wallet,
        provider="sandbox",
        amount=100,
        paid_amount=100,
        reversed_amount=40,
        state=TopUp.State.APPROVED,
        transfer=paid,
        made_at=NOON,
        expires_at=NOON,
    )
    ledger.reverse_top_up(transfer=paid, amount=Decimal(40), reference="sent:1", at=NOON)
    PaymentRefund.objects.create(
        top_up=top_up, amount=40, reason="r", made_by="staff:1", made_at=NOON, transfer=transfer("sent:1")
    )


@contextmanager
def triggers_off() -> Iterator[None]:
    """What only someone with the keys to the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to come cannot be altered
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE billing_{table} DISABLE TRIGGER USER")
        yield
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE billing_{table} ENABLE TRIGGER USER")


@pytest.mark.parametrize("planted", CORRUPTIONS, ids=[one.name for one in CORRUPTIONS])
@pytest.mark.usefixtures("wallet")
def test_it_reports(planted: Corruption) -> None:
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(planted.sql)
        assert cursor.rowcount == 1
    found = [(one.subject, one.figure) for one in ledger.check_books()]
    assert any(
        subject.startswith(planted.subject) and figure.startswith(planted.figure) for subject, figure in found
    ), found


@pytest.mark.usefixtures("wallet")
def test_it_finds_the_same_in_what_has_moved_but_for_what_only_the_night_asks() -> None:
    """Since the first transfer but one everything has moved; top-ups, receivables and checkpoints take all of it."""
    first = min(Transfer.objects.values_list("pk", flat=True))
    missed = []
    for planted in CORRUPTIONS:
        with triggers_off(), connection.cursor() as cursor, transaction.atomic():
            cursor.execute(planted.sql)
            found = [(one.subject, one.figure) for one in ledger.check_books(since=first)]
            transaction.set_rollback(True)
        if not any(name.startswith(planted.subject) and what.startswith(planted.figure) for name, what in found):
            missed.append(planted.figure)
    assert set(missed) <= {"checkpoint", "receivable", "paid", "reversed", "balance"}, missed


def test_it_knows_more_than_twenty_five_ways_to_falsify_books() -> None:
    assert len({one.sql for one in CORRUPTIONS}) == len(CORRUPTIONS) >= 25


def test_it_says_what_is_kept_and_what_was_counted(wallet: Wallet) -> None:
    Wallet.objects.filter(pk=wallet.pk).update(balance=wallet.balance)
    kept = Wallet.objects.get(pk=wallet.pk).balance
    [found] = ledger.check_books()
    assert (found.subject, found.figure, found.currency) == (f"wallet:{wallet.public_id}", "balance", "KGS")
    assert (found.kept, found.counted) == (kept, Decimal(780))


def test_it_asks_as_often_for_many_rows_as_for_one(wallet: Wallet) -> None:
    counts = []
    for revision in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert ledger.check_books() == []
        counts.append(len(queries))
        for number in range(20):
            charge(f"more-{number}-{revision}", wallet, 1, 0)
    assert counts[0] == counts[1] <= 20


@pytest.mark.usefixtures("wallet")
def test_it_has_rows_of_every_kind_to_look_at() -> None:
    kinds = set(Transfer.objects.values_list("kind", flat=True))
    assert kinds == set(Transfer.Kind.values)
    assert Adjustment.objects.count() == 2
    assert WalletCheckpoint.objects.exists()
