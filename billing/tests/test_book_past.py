from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billing import ledger
from billing.models import Capture, Hold, Transfer, Wallet
from billing.tests.making import NOON, figures, wallet_with
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
BEGAN = NOON - timedelta(hours=1)


def top_up(wallet: Wallet, amount: str = "500", reference: str = "top_up:past") -> ledger.PastTopUp:
    return ledger.PastTopUp(wallet, "sandbox", Decimal(amount), reference, BEGAN)


def charge(wallet: Wallet, subject: str = "past", net: str = "100", tax: str = "12") -> ledger.PastCharge:
    return ledger.PastCharge(
        wallet=wallet,
        subject=subject,
        held=Decimal(200),
        held_at=BEGAN,
        net=Decimal(net),
        tax=Decimal(tax),
        at=NOON,
    )


def played(wallet: Wallet, subject: str) -> None:
    """The same by the verbs of the present."""
    ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal(500), reference=f"top_up:{subject}", at=BEGAN)
    ledger.hold(wallet=wallet, amount=Decimal(200), subject=subject, number=1, expires_at=None, at=BEGAN)
    ledger.capture(wallet=wallet, subject=subject, revision=0, net=Decimal(100), tax=Decimal(12), at=NOON)


def rows(wallet: Wallet, subject: str) -> list[tuple[Any, ...]]:
    """Everything that was written for it, without what makes a row its own."""
    moves = Transfer.objects.filter(subject__endswith=subject).order_by("id")
    found: list[tuple[Any, ...]] = [
        (
            move.kind,
            move.amount,
            move.reference.replace(subject, "S"),
            move.source.system,
            move.target.system,
            move.made_at,
            move.made_by,
        )
        for move in moves.select_related("source", "target")
    ]
    holds = Hold.objects.filter(wallet=wallet).values_list("amount", "reference", "state", "made_at", "ended_at")
    found += [(amount, name.replace(subject, "S"), *rest) for amount, name, *rest in holds]
    found += Capture.objects.filter(wallet=wallet).values_list("revision", "made_at")
    return [*found, figures(wallet)]


def test_it_books_as_the_other_verbs_do() -> None:
    past, present = wallet_with("0"), wallet_with("0")
    played(present, "present")
    given = top_up(past)

    booked = ledger.book_past(top_ups=[given], charges=[charge(past)])

    assert rows(past, "past") == rows(present, "present")
    assert figures(past) == ("388.00", "0.00", "0.00")
    assert booked == {given.reference: Transfer.objects.get(reference=given.reference)}
    assert ledger.check_books() == []


def test_it_leaves_out_what_comes_to_nothing() -> None:
    wallet = wallet_with("0")

    ledger.book_past(top_ups=[], charges=[charge(wallet, net="0", tax="0")])

    assert not Transfer.objects.exists()
    assert Hold.objects.get().state == Hold.State.CAPTURED
    assert Capture.objects.count() == 1


def test_it_needs_as_many_statements_for_many_charges_as_for_one() -> None:
    wallet = wallet_with("100000")

    def statements(subjects: list[str]) -> int:
        with CaptureQueriesContext(connection) as queries:
            ledger.book_past(top_ups=[], charges=[charge(wallet, subject) for subject in subjects])
        return len(queries)

    statements(["session:0"])  # the house's own accounts are made
    assert statements([f"session:{number}" for number in range(2, 60)]) == statements(["session:1"])
    assert ledger.check_books() == []


def test_it_books_once() -> None:
    wallet = wallet_with("1000")
    ledger.book_past(top_ups=[], charges=[charge(wallet)])

    with pytest.raises(Refusal) as refused:
        ledger.book_past(top_ups=[top_up(wallet)], charges=[charge(wallet, "other"), charge(wallet)])

    assert refused.value.code == "already_booked"
    assert figures(wallet) == ("888.00", "0.00", "0.00")
    assert Capture.objects.count() == 1


def test_it_refuses_a_wallet_that_owes() -> None:
    wallet = wallet_with("0")
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=Decimal(5), tax=Decimal(0), at=NOON)

    with pytest.raises(Refusal) as refused:
        ledger.book_past(top_ups=[top_up(wallet)], charges=[])

    assert refused.value.code == "debt_open"
    assert figures(wallet) == ("0.00", "0.00", "5.00")


def test_it_takes_no_more_than_there_is() -> None:
    wallet = wallet_with("111.99")

    with pytest.raises(IntegrityError, match="wallet_balance_covers_its_holds"), transaction.atomic():
        ledger.book_past(top_ups=[], charges=[charge(wallet)])

    assert figures(wallet) == ("111.99", "0.00", "0.00")
    assert not Capture.objects.exists()


@pytest.mark.parametrize("amount", ["-1", "0.001", "NaN"])
def test_it_refuses_what_is_no_amount(amount: str) -> None:
    wallet = wallet_with("1000")

    for charges in [charge(wallet, net=amount)], [charge(wallet, tax=amount)]:
        with pytest.raises(Refusal, match="amount"):
            ledger.book_past(top_ups=[], charges=charges)
    with pytest.raises(Refusal, match="amount"):
        ledger.book_past(top_ups=[top_up(wallet, amount)], charges=[])
