"""What was booked by mistake of a provider's register: taken back once, by the same rules, and booked anew."""

from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from billing import ledger, registers
from billing.models import RegisterEntry, RegisterLine, Transfer
from billing.tests.making import NOON, balance_of_system
from billing.tests.test_book_register import left
from billing.tests.test_book_register_line import ask, code_of, told
from billing.tests.threads import at_once

pytestmark = pytest.mark.django_db
NOTHING = (Decimal(0), Decimal(0), Decimal(0))


def back(entry: RegisterEntry, by: str = "staff:1", reason: str = "the wrong account") -> RegisterEntry:
    return registers.ask_back(entry=entry, reason=reason, asked_by=by, at=NOON)


def balances() -> tuple[Decimal, Decimal, Decimal]:
    """Commissions, adjustments, and what the provider should hold."""
    accounts = ("commissions", "adjustments", "clearing:sandbox")
    fees, adjustments, clearing = (balance_of_system(account) for account in accounts)
    return fees, adjustments, -clearing


def test_it_moves_as_much_the_other_way_and_the_line_is_open_again() -> None:
    [one] = told("-12.50")
    first = ask(one)
    undone = back(first)
    assert (undone.state, undone.undoes, undone.amount) == ("booked", first, Decimal("12.50"))
    assert undone.transfer
    assert (undone.transfer.reverses, undone.transfer.reason) == (first.transfer, "the wrong account")
    assert balances() == NOTHING
    one.refresh_from_db()
    assert (one.difference, registers.is_open(one)) == ("unknown", True)
    assert left() == ("0.00", "0.00")
    assert registers.clearing_of(provider="sandbox", currency="KGS").other == Decimal("-12.50")
    assert ledger.check_books() == []


def test_it_is_booked_anew_as_often_as_it_is_taken_back() -> None:
    [one] = told("40")
    for account in ("commissions", "clearing:bank"):
        back(ask(one, account))
    last = ask(one, "adjustments")
    assert (last.turn, balances()) == (3, (Decimal(0), Decimal(40), Decimal(40)))
    one.refresh_from_db()
    assert (one.difference, registers.is_open(one)) == ("", False)
    assert Transfer.objects.filter(kind="at_provider").count() == 5
    assert ledger.check_books() == []


def test_only_what_stands_is_taken_back_and_once() -> None:
    one, other = told("-12.50", "-5000")
    first, waiting = ask(one), ask(other)
    undone = back(first)
    for entry in (first, undone, waiting):
        assert code_of(back, entry) == "already_decided"
    assert code_of(back, ask(one), reason=" ") == "invalid_parameters"
    assert balances()[0] == Decimal("-12.50")
    with pytest.raises(IntegrityError, match="register_entry_is_taken_back_once"), transaction.atomic():
        RegisterEntry.objects.create(
            line=one, account="commissions", reason="r", asked_by="s", asked_at=NOON, needs_approval=True, undoes=first
        )


def test_a_large_one_is_taken_back_by_two() -> None:
    [one] = told("-1000")
    first = registers.approve(entry=ask(one), decided_by="staff:2", at=NOON)
    asked = back(first)
    assert (asked.state, code_of(back, first, by="staff:3")) == ("asked", "already_decided")
    assert code_of(ask, one) == "already_booked"
    assert code_of(registers.approve, entry=asked, decided_by="driver:1", at=NOON) == "access_denied"
    registers.refuse(entry=asked, decided_by="staff:2", at=NOON)
    assert registers.approve(entry=back(first), decided_by="staff:2", at=NOON).state == "booked"
    assert balances() == NOTHING
    assert ledger.check_books() == []


@pytest.mark.django_db(transaction=True)
def test_of_several_who_take_it_back_at_once_one_does() -> None:
    [one] = told("-12.50")
    first = ask(one)
    answers = at_once(*[partial(back, first, by=f"staff:{number}") for number in range(4)])
    assert sorted(answer if isinstance(answer, str) else "done" for answer in answers) == [
        *["already_decided"] * 3,
        "done",
    ]
    assert (Transfer.objects.count(), balances()) == (2, NOTHING)
    assert registers.is_open(RegisterLine.objects.get())
    assert ledger.check_books() == []
