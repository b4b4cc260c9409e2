"""Something else that a register tells of, booked by a person: once, with a reason, large amounts by a second one."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing import adjustments, ledger, registers
from billing.closing.remainders import remainders_of
from billing.models import RegisterEntry, RegisterLine, RegisterTransfer, Transfer
from billing.tests.making import NOON, balance_of_system, wallet_with
from billing.tests.registers import credited, file_of, line, store
from billing.tests.test_book_register import book, left
from billing.tests.threads import at_once
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
CLEARING = "clearing:sandbox"
WHY: dict[str, Any] = {"reason": "a fee of March", "at": NOON}


def told(*amounts: str) -> list[RegisterLine]:
    """Lines of something else in a register of their own."""
    return list(store(file_of(*[line("other", f"O{one}", one) for one in amounts])).lines.order_by("number"))


def ask(one: RegisterLine, account: str = "commissions", by: str = "staff:1", **more: Any) -> RegisterEntry:
    return registers.ask_entry(line=one, account=account, asked_by=by, **(WHY | more))


def code_of(call: Any, *args: Any, **said: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call(*args, **said)
    return refused.value.code


@pytest.mark.parametrize(
    ("amount", "account", "held"), [("-12.50", "commissions", "-12.50"), ("40", "clearing:bank", "40.00")]
)
def test_it_moves_between_the_provider_and_the_account(amount: str, account: str, held: str) -> None:
    [one] = told(amount)
    assert left() == ("0.00", "0.00")
    made = ask(one, account)
    assert made.transfer
    assert (made.state, made.decided_by, made.transfer.kind) == ("booked", "staff:1", "at_provider")
    assert (made.transfer.made_by, made.transfer.reason) == ("staff:1", "a fee of March")
    assert balance_of_system(account) == Decimal(amount) == -balance_of_system(CLEARING)
    assert left() == (held, "0.00")
    assert registers.clearing_of(provider="sandbox", currency="KGS").other == 0
    assert RegisterTransfer.objects.get().transfer == made.transfer
    assert ledger.check_books() == []


def test_what_is_booked_in_part_leaves_the_other_part() -> None:
    credited("P1", "100")
    one, _two = told("-12.50", "-7.50")
    assert registers.clearing_of(provider="sandbox", currency="KGS").other == -20
    ask(one)
    assert registers.clearing_of(provider="sandbox", currency="KGS").other == Decimal("-7.50")
    assert left() == ("87.50", "0.00")


def test_its_line_agrees_from_then_on() -> None:
    [one] = told("-12.50")
    assert code_of(book, one.register) == "differences_open"
    ask(one)
    one.refresh_from_db()
    assert (one.difference, one.note, one.noted_by) == ("", "a fee of March", "staff:1")
    assert registers.compare_again(one.register) == 0
    one.refresh_from_db()
    assert one.difference == ""
    assert book(one.register).booked_at == NOON


def test_what_was_noted_before_stays() -> None:
    [one] = told("-12.50")
    registers.note(lines=[one], text="asked them", by="staff:7", at=NOON)
    ask(RegisterLine.objects.get())
    one.refresh_from_db()
    assert (one.note, one.noted_by) == ("asked them", "staff:7")


def test_a_month_is_not_closed_without_having_seen_it() -> None:
    one, _two = told("-12.50", "-7.50")
    store(file_of(line("payment", "P9", "70")))
    assert [str(left.text) for left in remainders_of(NOON.date())] == [
        "Lines of providers' registers that are not booked: 2.",
        "Differences to providers' registers that nobody has looked at: 1.",
    ]
    registers.note(lines=list(RegisterLine.objects.all()), text="asked the bank", by="staff:1", at=NOON)
    ask(one)
    assert [str(left.text) for left in remainders_of(NOON.date())] == [
        "Lines of providers' registers that are not booked: 1."
    ]


def test_what_moved_nothing_is_left_until_it_was_looked_at() -> None:
    """It can never be booked."""
    [one] = told("0")
    assert [str(left.text) for left in remainders_of(NOON.date())] == [
        "Differences to providers' registers that nobody has looked at: 1."
    ]
    registers.note(lines=[one], text="a note of theirs", by="staff:1", at=NOON)
    assert remainders_of(NOON.date()) == []


def test_it_is_booked_once() -> None:
    [one] = told("-12.50")
    ask(one)
    assert code_of(ask, one, "adjustments", "staff:2") == "already_booked"
    assert Transfer.objects.count() == 1
    with pytest.raises(IntegrityError, match="register_line_is_booked_once"), transaction.atomic():
        RegisterEntry.objects.create(
            line=one, account="commissions", reason="r", asked_by="s", asked_at=NOON, needs_approval=True
        )


@pytest.mark.parametrize(
    ("kind", "amount"),
    [("payment", "5"), ("fee", "5"), ("other", "0")],
    ids=["a payment", "a fee of its own kind", "nothing"],
)
def test_other_lines_are_not_booked_by_hand(kind: str, amount: str) -> None:
    [one] = store(file_of(line(kind, "X", amount))).lines.all()
    assert code_of(ask, one) == "not_bookable"


def test_what_was_told_before_is_not_booked_twice() -> None:
    [one] = told("-12.50")
    again = store(file_of(line("other", "O-12.50", "-12.50"), line("fee", "F", "1"))).lines.get(kind="other")
    ask(one)
    assert (again.difference, code_of(ask, again)) == ("repeated", "not_bookable")


@pytest.mark.parametrize("said", [{"reason": " "}, {"account": "revenue"}, {"by": ""}], ids=str)
def test_it_needs_a_reason_an_account_that_fits_and_somebody(said: dict[str, str]) -> None:
    [one] = told("-12.50")
    assert code_of(ask, one, **said) == "invalid_parameters"
    assert not RegisterEntry.objects.exists()


def test_a_large_one_waits_for_a_second_person() -> None:
    [one] = told("-1000")
    asked = ask(one)
    assert (asked.state, asked.transfer) == ("asked", None)
    assert code_of(registers.approve, entry=asked, decided_by="driver:1", at=NOON) == "access_denied"
    done = registers.approve(entry=asked, decided_by="staff:2", at=NOON)
    assert (done.state, done.decided_by, balance_of_system("commissions")) == ("booked", "staff:2", Decimal(-1000))
    assert code_of(registers.approve, entry=asked, decided_by="staff:3", at=NOON) == "already_decided"
    assert ledger.check_books() == []


def test_what_was_refused_may_be_asked_for_again() -> None:
    [one] = told("-1000")
    asked = ask(one)
    assert code_of(ask, one, "adjustments") == "already_booked"
    registers.refuse(entry=asked, decided_by="staff:2", at=NOON)
    assert not Transfer.objects.exists()
    again = registers.approve(entry=ask(one, "adjustments"), decided_by="staff:2", at=NOON)
    assert (again.state, balance_of_system("adjustments")) == ("booked", Decimal(-1000))


def test_many_small_ones_are_large_together_with_all_else_that_one_moves_alone() -> None:
    one, two = told("-500", "-499")
    assert ask(one).state == "booked"
    assert ask(two, by="staff:2").state == "booked"
    give = partial(adjustments.ask_adjustment, wallet=wallet_with("0"), asked_by="staff:1", **WHY)
    assert give(amount=Decimal(499)).state == "booked"
    assert give(amount=Decimal(2)).state == "asked"


def test_another_currency_always_waits() -> None:
    [one] = store(file_of(line("other", "O", "-1").replace("KGS", "USD")), currency="USD").lines.all()
    assert ask(one).state == "asked"


@pytest.mark.django_db(transaction=True)
def test_of_several_who_ask_at_once_one_books() -> None:
    [one] = told("-12.50")
    answers = at_once(*[partial(ask, one, by=f"staff:{number}") for number in range(4)])
    assert sorted(answer if isinstance(answer, str) else "done" for answer in answers) == [
        *["already_booked"] * 3,
        "done",
    ]
    assert (Transfer.objects.count(), balance_of_system("commissions")) == (1, Decimal("-12.50"))
    assert ledger.check_books() == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_books() -> None:
    [one] = told("-1000")
    asked = ask(one)
    decide = [partial(registers.approve, entry=asked, at=NOON, decided_by=f"staff:{number}") for number in range(2, 6)]
    answers = at_once(*decide)
    assert sorted(answer if isinstance(answer, str) else "done" for answer in answers) == [
        *["already_decided"] * 3,
        "done",
    ]
    assert Transfer.objects.count() == 1
