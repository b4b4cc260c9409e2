"""Money given back for many charges at once, line by line."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from billing import adjustments, goodwill, ledger
from billing.goodwill_shares import share_out
from billing.models import Adjustment, Goodwill, GoodwillLine, Receipt, Transfer, Wallet
from billing.pricing import price
from billing.receipts import give_receipt
from billing.tests.making import NOON, balance_of_system, figures, rule, straight, terms, wallet_with
from billing.tests.threads import at_once
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
AIDA, BAKYT = "staff:1", "staff:2"


def charge(wallet: Wallet, name: str, net: int = 90, tax: int = 10) -> str:
    subject = f"session:{name}"
    ledger.capture(wallet=wallet, subject=subject, revision=0, net=Decimal(net), tax=Decimal(tax), at=NOON)
    return subject


def give(subjects: Sequence[str], percent: str | None = "50", each: str | None = None, **said: Any) -> Goodwill:
    told = {"reason": "a broken plug", "by": AIDA, "at": NOON} | said
    parts = {name: part and Decimal(part) for name, part in (("percent", percent), ("each", each))}
    return goodwill.ask_goodwill(subjects=subjects, **parts, **told)  # type: ignore[arg-type]


def code_of(call: Any, *args: Any, **said: Any) -> str:
    with pytest.raises(Refusal) as refused:
        call(*args, **said)
    return refused.value.code


def test_it_gives_a_part_of_each_with_its_tax() -> None:
    one, two = wallet_with("100"), wallet_with("300")
    subjects = [charge(one, "1"), charge(two, "2", 180, 20)]
    given = give(subjects)
    assert (given.state, given.total, given.currency, given.needs_approval) == ("booked", 150, "KGS", False)
    assert (figures(one)[0], figures(two)[0]) == ("50.00", "200.00")
    assert balance_of_system("tax") == 15
    refunds = Transfer.objects.filter(kind="refund")
    assert {(row.made_by, row.reason) for row in refunds} == {(AIDA, "a broken plug")}
    assert {line.transfer_id for line in GoodwillLine.objects.all()} == {row.pk for row in refunds}
    assert ledger.check_books() == []


def test_it_gives_the_same_for_each_but_no_more_than_is_left() -> None:
    one, two = wallet_with("100"), wallet_with("100")
    subjects = [charge(one, "1", 27, 3), charge(two, "2")]
    give(subjects, percent=None, each="40")
    assert (figures(one)[0], figures(two)[0]) == ("100.00", "40.00")


def test_it_gives_a_receipt_of_correction() -> None:
    wallet = wallet_with("100")
    agreed = terms(rule("per_kwh", "10"), tax_percent=Decimal(10))
    bill = price(agreed, straight(NOON, 60, 10_000))
    subject = "session:1"
    ledger.capture(wallet=wallet, subject=subject, revision=0, net=bill.net, tax=bill.tax, at=NOON)
    give_receipt(wallet=wallet, subject=subject, about="KG-1", price=bill, terms=agreed, at=NOON)
    give([subject])
    last = Receipt.objects.latest("pk")
    assert (last.kind, last.gross, last.subject_gross, last.reason) == ("correction", -50, 50, "a broken plug")


def test_it_says_who_gets_nothing_and_why() -> None:
    paid, broke, dollars = wallet_with("500"), wallet_with("0"), wallet_with("100", currency="USD")
    subjects = [charge(paid, "1"), charge(paid, "2"), charge(broke, "3"), charge(dollars, "4"), "session:never"]
    whole = Transfer.objects.get(subject="session:2", kind="capture")
    adjustments.ask_refund(transfer=whole, amount=Decimal(100), reason="r", asked_by=AIDA, at=NOON)
    shares = share_out(subjects, percent=Decimal(10))
    assert [(share.amount, str(share.why_not)) for share in shares] == [
        (Decimal(10), ""),
        (0, "all of it has been given back"),
        (0, "nothing of it has been paid"),
        (0, "it is in another currency"),
        (0, "it was not charged"),
    ]
    assert give(subjects, "10").lines.count() == 1


def test_it_takes_as_many_queries_for_many_as_for_few() -> None:
    counts = []
    for start in (0, 20):
        subjects = [charge(wallet_with("100"), f"{start + number}") for number in range(2 + start)]
        with CaptureQueriesContext(connection) as queries:
            share_out(subjects, percent=Decimal(10))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3


@pytest.mark.parametrize(
    "said",
    [
        {"percent": None},
        {"each": "5"},
        {"percent": "0"},
        {"percent": "100.01"},
        {"percent": None, "each": "-1"},
        {"percent": None, "each": "0.001"},
        {"reason": " "},
        {"by": ""},
    ],
    ids=str,
)
def test_it_refuses_what_is_none(said: dict[str, Any]) -> None:
    subject = charge(wallet_with("100"), "1")
    assert code_of(give, [subject], **said) == "invalid_parameters"
    assert not Goodwill.objects.exists()


def test_it_refuses_to_give_nothing() -> None:
    assert code_of(give, ["session:never"]) == code_of(give, []) == "nothing_to_give"


def test_large_sums_wait_for_a_second_person(settings: Settings) -> None:
    settings.APPROVAL_FROM = Decimal(100)
    wallet = wallet_with("500")
    given = give([charge(wallet, "1"), charge(wallet, "2")])
    assert (given.state, given.needs_approval, figures(wallet)[0]) == ("asked", True, "300.00")
    assert code_of(goodwill.book, goodwill=given, at=NOON) == "already_decided"
    assert code_of(goodwill.approve, goodwill=given, decided_by=AIDA, at=NOON) == "access_denied"
    assert goodwill.approve(goodwill=given, decided_by=BAKYT, at=NOON).state == "booked"
    assert figures(wallet)[0] == "400.00"
    again = give([charge(wallet, "3"), charge(wallet, "4")])
    goodwill.refuse(goodwill=again, decided_by=BAKYT, at=NOON)
    assert code_of(goodwill.approve, goodwill=again, decided_by="staff:3", at=NOON) == "already_decided"
    assert figures(wallet)[0] == "200.00"
    assert ledger.check_books() == []


def test_many_small_ones_of_one_person_are_a_large_one(settings: Settings) -> None:
    settings.APPROVAL_FROM = Decimal(100)
    wallet = wallet_with("500")
    assert [give([charge(wallet, name)]).state for name in "123"] == ["booked", "asked", "asked"]
    assert give([charge(wallet, "4")], by=BAKYT).state == "booked"


def test_small_refunds_of_the_same_charge_count_with_it(settings: Settings) -> None:
    settings.APPROVAL_FROM = Decimal(100)
    subject = charge(wallet_with("300"), "1", 180, 20)
    charged = Transfer.objects.get(subject=subject, kind="capture")
    asked: dict[str, Any] = {"transfer": charged, "amount": Decimal(60), "reason": "r", "at": NOON}
    assert adjustments.ask_refund(**asked, asked_by=AIDA).state == Adjustment.State.BOOKED
    assert give([subject], percent=None, each="50", by=BAKYT).state == "asked"
    other = charge(wallet_with("300"), "2", 180, 20)
    give([other], percent=None, each="60", by="staff:3")
    asked["transfer"] = Transfer.objects.get(subject=other, kind="capture")
    assert adjustments.ask_refund(**asked, asked_by="staff:4").state == Adjustment.State.ASKED


def test_money_of_another_currency_always_waits() -> None:
    assert give([charge(wallet_with("200", currency="USD"), "1")], "1").state == "asked"


def test_one_that_fails_says_why_and_stops_no_other(settings: Settings) -> None:
    settings.APPROVAL_FROM = Decimal(100)
    wallet = wallet_with("500")
    given = give([charge(wallet, "1"), charge(wallet, "2"), charge(wallet, "3")], "90")
    gone = Transfer.objects.get(subject="session:2", kind="capture")
    ledger.refund(transfer=gone, amount=Decimal(50), reference="x", made_by=BAKYT, reason="r", at=NOON)
    goodwill.approve(goodwill=given, decided_by=BAKYT, at=NOON)
    told = {line.subject: (line.transfer_id is not None, line.failure) for line in given.lines.all()}
    assert told.pop("session:2") == (False, "Only 50.00 KGS of the charge are left.")
    assert set(told.values()) == {(True, "")}
    assert (figures(wallet)[0], ledger.check_books()) == ("430.00", [])


def test_it_is_given_once_however_often_it_is_asked_for() -> None:
    wallet, key = wallet_with("500"), uuid4()
    subjects = [charge(wallet, "1"), charge(wallet, "2")]
    assert give(subjects, key=key) == give(subjects, key=key)
    assert (figures(wallet)[0], Goodwill.objects.count()) == ("400.00", 1)
    assert code_of(give, subjects, "10", key=key) == "invalid_parameters"


def test_what_stopped_in_the_midst_is_carried_on() -> None:
    wallet, key = wallet_with("500"), uuid4()
    subjects = [charge(wallet, "1"), charge(wallet, "2")]
    given = give(subjects, key=key)
    unbooked = {"state": "booked", "total": 10, "needs_approval": False, "decided_by": AIDA, "decided_at": NOON}
    more = Goodwill.objects.create(currency="KGS", percent=10, reason="r", asked_by=AIDA, asked_at=NOON, **unbooked)
    GoodwillLine.objects.create(goodwill=more, wallet=wallet, subject="session:1", amount=10)
    assert (goodwill.book(goodwill=more, at=NOON), goodwill.book(goodwill=more, at=NOON)) == (1, 0)
    assert (goodwill.book(goodwill=given, at=NOON), figures(wallet)[0]) == (0, "410.00")
    assert ledger.check_books() == []


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_give_it_once(settings: Settings) -> None:
    settings.APPROVAL_FROM = Decimal(10)
    wallet = wallet_with("500")
    given = give([charge(wallet, "1"), charge(wallet, "2")])
    calls = [partial(goodwill.approve, goodwill=given, decided_by=f"staff:{who}", at=NOON) for who in (2, 3, 4)]
    answers = at_once(*calls, partial(goodwill.refuse, goodwill=given, decided_by="staff:5", at=NOON))
    assert answers.count("already_decided") == 3
    given.refresh_from_db()
    assert figures(wallet)[0] == ("400.00" if given.state == "booked" else "300.00")
    assert ledger.check_books() == []


@pytest.mark.django_db(transaction=True)
def test_two_who_book_at_once_give_each_line_once() -> None:
    wallet = wallet_with("500")
    given = give([charge(wallet, "1")])
    more = [charge(wallet, name) for name in "234"]
    GoodwillLine.objects.bulk_create(
        GoodwillLine(goodwill=given, wallet=wallet, subject=subject, amount=50) for subject in more
    )
    answers = at_once(*[partial(goodwill.book, goodwill=given, at=NOON)] * 3)
    assert (sum(answers), figures(wallet)[0]) == (3, "300.00")
