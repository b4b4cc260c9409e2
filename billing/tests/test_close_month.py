from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from threading import Event

import pytest
from django.db import IntegrityError, transaction

from billing import ledger
from billing.closing import close_days, close_month
from billing.closing.obstacles import to_close
from billing.closing.spans import of_month
from billing.models import ClosedMonth, DayClose, Receipt, Transfer, Wallet
from billing.tests.making import give, wallet_with
from billing.tests.months import APRIL, APRIL_BEGINS, BY, MARCH, MAY_BEGINS, TENTH, charge, correct
from billing.tests.test_make_statements import fleet
from billing.tests.threads import at_once, connections_that_wait
from billing.tests.waiting import wait_for
from drivepower.core.alerts import open_alert
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def wallet() -> Wallet:
    """A fleet that charged 600.00 in March, whose days are closed."""
    wallet = fleet("5000")
    charge(wallet, 40_000, "session:1", TENTH)
    close_days(at=APRIL_BEGINS + DAY)
    return wallet


def close(month: date = MARCH, at: datetime = APRIL_BEGINS + DAY) -> ClosedMonth:
    return close_month(month=month, by=BY, at=at)


def refusal(month: date = MARCH, at: datetime = APRIL_BEGINS + DAY) -> str:
    with pytest.raises(Refusal) as refused:
        close(month, at)
    return refused.value.code


def test_it_keeps_what_the_month_came_to(wallet: Wallet) -> None:
    closed = close(date(2026, 3, 17))
    assert (closed.seller, closed.month, closed.until, closed.closed_by) == ("DP", MARCH, APRIL_BEGINS, BY)
    said = closed.totals["currencies"]["KGS"]
    assert said["opening"] == {}
    assert said["accounts"]["revenue"] == {"capture": "600.00", "tax": "-64.29"}
    assert said["closing"] == {"companies": "-600.00", "revenue": "535.71", "tax": "64.29"}
    assert said["receipts"] == {"receipts": 1, "net": "535.71", "tax": "64.29", "gross": "600.00"}
    assert said["taxes"] == [
        {"kind": "sale", "name": "VAT", "percent": "12.00", "net": "535.71", "tax": "64.29", "gross": "600.00"}
    ]
    assert closed.totals["control"]["transfer"] == {
        "count": 2,
        "last": max(Transfer.objects.values_list("pk", flat=True)),
        "amount": "664.290",
    }


def test_it_goes_on_from_what_the_last_one_ended_with(wallet: Wallet) -> None:
    close()
    give(wallet, "200", at=APRIL_BEGINS + DAY)
    close_days(at=MAY_BEGINS + DAY)
    april = close(APRIL, MAY_BEGINS + DAY).totals["currencies"]["KGS"]
    assert april["opening"] == {"companies": "-600.00", "revenue": "535.71", "tax": "64.29"}
    assert april["closing"] == {
        "clearing:sandbox": "-200.00",
        "companies": "-400.00",
        "revenue": "535.71",
        "tax": "64.29",
    }
    assert sum(map(Decimal, april["closing"].values())) == 0
    assert ledger.balance_of(Wallet.objects.get(system="revenue")) == Decimal(april["closing"]["revenue"])


def test_it_takes_no_entries_from_then_on(wallet: Wallet) -> None:
    close()
    last = APRIL_BEGINS - timedelta(microseconds=1)
    for book in (partial(give, wallet, "5"), partial(charge, wallet, 1000, "session:2")):
        with pytest.raises(IntegrityError, match="closed month"), transaction.atomic():
            book(at=last)
    give(wallet, "5", at=APRIL_BEGINS)


def test_it_waits_for_a_day_after_the_end(wallet: Wallet) -> None:
    assert refusal(at=APRIL_BEGINS + DAY - timedelta(microseconds=1)) == "month_not_over"


def test_it_waits_for_its_days() -> None:
    charge(fleet(), 40_000, "session:1", TENTH)
    assert refusal() == "days_not_closed"
    close_days(at=APRIL_BEGINS - DAY)
    assert refusal() == "days_not_closed"
    close_days(at=APRIL_BEGINS + DAY)
    assert close().month == MARCH


def test_it_waits_for_books_that_add_up(wallet: Wallet) -> None:
    Wallet.objects.filter(pk=wallet.pk).update(balance=-599)
    assert refusal() == "books_differ"
    Wallet.objects.filter(pk=wallet.pk).update(balance=-600)
    open_alert(kind="books_differ", subject="wallet:1", text="It differs.", at=TENTH)
    assert refusal() == "books_differ"


def test_it_waits_for_months_before_it_that_have_entries(wallet: Wallet) -> None:
    give(wallet, "5", at=APRIL_BEGINS)
    close_days(at=MAY_BEGINS + DAY)
    assert refusal(APRIL, MAY_BEGINS + DAY) == "earlier_month_open"
    assert to_close(MAY_BEGINS + DAY) == MARCH
    close()
    assert to_close(MAY_BEGINS + DAY) == APRIL
    close(APRIL, MAY_BEGINS + DAY)
    assert refusal(MARCH, MAY_BEGINS + DAY) == "already_closed"
    assert to_close(MAY_BEGINS + DAY) == date(2026, 5, 1)


def test_it_needs_no_month_before_the_first_entry(wallet: Wallet) -> None:
    assert DayClose.objects.order_by("day").first().day == TENTH.date()  # type: ignore[union-attr]  # there is one
    assert close().pk


def test_late_truth_is_booked_in_the_open_month(wallet: Wallet) -> None:
    closed = close()
    before = entries_of(MARCH)
    late = correct(wallet, 30_000, "session:1", APRIL_BEGINS + 5 * DAY)
    assert (late.kind, late.gross, late.made_at >= closed.until) == ("correction", Decimal(-150), True)
    assert entries_of(MARCH) == before
    close_days(at=MAY_BEGINS + DAY)
    april = close(APRIL, MAY_BEGINS + DAY).totals["currencies"]["KGS"]
    assert [(one["kind"], one["gross"]) for one in april["taxes"]] == [("correction", "-150.00")]
    closed.refresh_from_db()
    assert closed.totals["currencies"]["KGS"]["receipts"]["gross"] == "600.00"


def entries_of(month: date) -> tuple[list[int], list[int]]:
    span = of_month(month)
    found = [
        list(
            model._default_manager.filter(made_at__gte=span.since, made_at__lt=span.until).values_list("pk", flat=True)
        )
        for model in (Transfer, Receipt)
    ]
    return found[0], found[1]


def test_it_never_changes_one(wallet: Wallet) -> None:
    close()
    for wrong in (partial(ClosedMonth.objects.update, totals={}), ClosedMonth.objects.all().delete):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            wrong()


@pytest.mark.django_db(transaction=True)
def test_one_of_two_at_once_closes_it() -> None:
    give(wallet_with("0"), "500", at=TENTH)
    close_days(at=APRIL_BEGINS + DAY)
    said = at_once(close, close)
    assert sorted(map(str, said)) == ["DP 2026-03", "already_closed"]


@pytest.mark.django_db(transaction=True)
def test_a_charge_on_its_way_is_waited_for_and_counted_or_refused() -> None:
    """The charge has written its part and has not committed: the close waits, then sees it and asks to try again."""
    wallet = wallet_with("0")
    give(wallet, "500", at=TENTH)
    close_days(at=APRIL_BEGINS + DAY)
    written = Event()

    def charge_slowly() -> str:
        with transaction.atomic():
            charge(wallet, 10_000, "session:1", APRIL_BEGINS - timedelta(seconds=1))
            written.set()
            wait_for(lambda: connections_that_wait(1))
        return "charged"

    def close_meanwhile() -> ClosedMonth:
        written.wait(20)
        return close()

    assert at_once(charge_slowly, close_meanwhile) == ["charged", "books_busy"]
    assert close_days(at=APRIL_BEGINS + DAY) == 1
    assert close().totals["control"]["receipt"]["count"] == 1
    assert ledger.check_books() == []


@pytest.mark.django_db(transaction=True)
def test_charges_beside_a_close_are_in_it_or_refused() -> None:
    wallets = [wallet_with("0") for _number in range(4)]
    for wallet in wallets:
        give(wallet, "500", at=TENTH)
    close_days(at=APRIL_BEGINS + DAY)

    def settle(number: int) -> str:
        try:
            charge(wallets[number], 10_000, f"session:{number}", APRIL_BEGINS - timedelta(seconds=1))
        except IntegrityError as error:
            return "closed" if "closed month" in str(error) else str(error)
        return "charged"

    said = at_once(*[partial(settle, number) for number in range(4)], close)
    assert set(said[:4]) <= {"charged", "closed"}
    close_days(at=APRIL_BEGINS + DAY)
    closed = ClosedMonth.objects.first() or close()
    assert closed.totals["control"]["receipt"]["count"] == Receipt.objects.count()
    assert closed.totals["control"]["transfer"]["count"] == Transfer.objects.count()
