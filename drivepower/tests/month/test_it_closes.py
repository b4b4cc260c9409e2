"""Days and months: sheets of days sum to the month's, both to the ledger, and what is closed stays as it is."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django.test import Client
from django.urls import reverse

from billing import ledger
from billing.closing.spans import of_month
from billing.models import Capture, ClosedMonth, DayClose, Receipt, ReceiptLine, Transfer
from drivepower.tests.month import counting
from drivepower.tests.month.counting import Sums
from drivepower.tests.month.days import APRIL, MARCH, MAY, clock
from drivepower.tests.month.exports import ends, fetch, figures, snapshot
from drivepower.tests.month.play import Played

MONTHS = pytest.mark.parametrize("first", [MARCH, APRIL], ids=["march", "april"])
LAST_MOMENT = clock(APRIL) - timedelta(microseconds=1)


def closed(first: date) -> ClosedMonth:
    return ClosedMonth.objects.get(month=first)


def moved(first: date) -> Sums:
    """What moved in the month, counted by hand; kinds that came to nothing in an account are there, too."""
    span = of_month(first)
    return counting.by_account(counting.entries(span.since, span.until))


def said_by(month: ClosedMonth) -> Sums:
    return {
        (currency, account, kind): Decimal(change)
        for currency, said in month.totals["currencies"].items()
        for account, kinds in said["accounts"].items()
        for kind, change in kinds.items()
    }


def said_by_days(first: date, until: date) -> Sums:
    sums: Sums = defaultdict(Decimal)
    for one in DayClose.objects.standing().filter(day__gte=first, day__lt=until):
        for account, kinds in one.totals["accounts"].items():
            for kind, change in kinds.items():
                sums[one.currency, account, kind] += Decimal(change)
    return dict(sums)


@MONTHS
def test_the_month_is_the_ledger(month: Played, first: date) -> None:
    assert said_by(closed(first)) == moved(first)


@MONTHS
def test_its_days_sum_to_it(month: Played, first: date) -> None:
    until = APRIL if first == MARCH else MAY
    assert said_by_days(first, until) == said_by(closed(first))
    assert DayClose.objects.standing().filter(day__gte=first, day__lt=until).count() == 2 * (until - first).days
    for currency, said in closed(first).totals["currencies"].items():
        days = DayClose.objects.standing().filter(day__gte=first, day__lt=until, currency=currency)
        assert sum(one.gross for one in days) == Decimal(said["receipts"]["gross"])
        assert sum(one.totals["transfers"] for one in days) == said["transfers"]


@MONTHS
def test_no_day_had_a_difference(month: Played, first: date) -> None:
    assert [one.differences for one in DayClose.objects.standing() if one.differences] == []


@MONTHS
def test_its_receipts_are_those_of_the_month(month: Played, first: date) -> None:
    span = of_month(first)
    for currency, said in closed(first).totals["currencies"].items():
        mine = [one for one in counting.receipts(span.since, span.until) if one.currency == currency]
        sums = [sum((getattr(one, name) for one in mine), Decimal(0)) for name in ("net", "tax", "gross")]
        assert said["receipts"]["receipts"] == len(mine)
        assert [Decimal(said["receipts"][name]) for name in ("net", "tax", "gross")] == sums


def test_april_goes_on_from_march_and_ends_with_the_ledger(month: Played) -> None:
    sums: Sums = defaultdict(Decimal)
    for (currency, account, _kind), change in counting.by_account(counting.entries(until=clock(MAY))).items():
        sums[currency, account] += change
    for currency, said in closed(APRIL).totals["currencies"].items():
        assert said["opening"] == closed(MARCH).totals["currencies"][currency]["closing"]
        assert ends(said["closing"]) == ends(said["opening"]) == 0
        assert {name: Decimal(amount) for name, amount in said["closing"].items()} == {
            name: amount for (of, name), amount in sums.items() if of == currency
        }


def test_what_came_late_is_in_april(month: Played) -> None:
    april = of_month(APRIL)
    corrections = [one for one in counting.receipts(april.since, april.until) if one.kind == "correction"]
    assert len(corrections) > 20
    assert any(tax["kind"] == "correction" for tax in closed(APRIL).totals["currencies"]["KGS"]["taxes"])


def test_files_of_march_are_as_they_were_when_it_was_closed(month: Played) -> None:
    assert snapshot(MARCH) == month.files


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    return str(error.value)


def test_it_refuses_every_later_entry(month: Played) -> None:
    wallet = month.desk.wallet(month.estate.drivers[0])
    by_hand: dict[str, Any] = {"made_by": "staff:1", "reason": "r"}
    adjust = partial(ledger.adjust, wallet=wallet, amount=Decimal(1), reference="x", **by_hand)
    charge = partial(ledger.capture, wallet=wallet, subject="session:0", revision=9, net=Decimal(1), tax=Decimal(0))
    for act in (adjust, charge):
        assert "closed month" in refused(partial(act, at=LAST_MOMENT))
        assert "closed month" in refused(partial(act, at=clock(MARCH)))
    adjust(at=clock(MAY))


WRITTEN = {Transfer: "amount", Receipt: "gross", ReceiptLine: "gross", Capture: "net", ClosedMonth: "closed_by"}


@pytest.mark.parametrize(("model", "column"), WRITTEN.items())
def test_it_refuses_to_be_rewritten(month: Played, model: type[Model], column: str) -> None:
    rows = model._default_manager.all()
    assert "append-only" in refused(partial(rows.update, **{column: F(column)}))
    assert "append-only" in refused(partial(rows._raw_delete, rows.db))


@MONTHS
def test_its_page_says_the_same(month: Played, desk: Client, first: date) -> None:
    page = desk.get(reverse("admin:billing_closedmonth_change", args=[closed(first).pk])).content.decode()
    shown = figures(page)
    for said in closed(first).totals["currencies"].values():
        for amount in said["closing"].values():
            assert Decimal(amount) in shown


def test_days_are_listed_as_they_were_counted(month: Played, desk: Client) -> None:
    address = reverse("admin:billing_dayclose_changelist")
    pages = [fetch(desk, f"{address}?p={number}").decode() for number in (1, 2, 3)]
    shown = figures("".join(pages))
    assert all(shown.count(one.gross) >= 1 and shown.count(one.amount) >= 1 for one in DayClose.objects.standing())
