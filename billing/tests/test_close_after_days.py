"""A month is closed upon its days: what they were counted as, and the night in which all books were compared."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from billing.closing import close_days, close_month
from billing.closing.tables import TABLES
from billing.ledger.books import CHECKS, WHOLE_ONLY
from billing.models import ClosedMonth, DayClose, Wallet
from billing.tests.making import give, wallet_with
from billing.tests.months import APRIL_BEGINS, BY, MARCH, TENTH, charge
from billing.tests.test_make_statements import fleet
from billing.tests.threads import at_once
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


def close() -> ClosedMonth:
    return close_month(month=MARCH, by=BY, at=APRIL_BEGINS + 3 * DAY)


def said() -> tuple[str, str]:
    with pytest.raises(Refusal) as refused:
        close()
    return refused.value.code, refused.value.message


def begin(check: str) -> str:
    """A statement as far as it is the same whatever it is told."""
    return check.strip().split("%")[0][:120]


def test_nobody_waits_until_all_books_are_compared(wallet: Wallet) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        close()
    statements = [query["sql"] for query in asked.captured_queries]
    assert any(begin(CHECKS[0]) in sql for sql in statements)
    assert [check for check in WHOLE_ONLY if any(begin(check) in sql for sql in statements)] == []


def test_what_the_night_found_stands_in_the_way_until_another_night(wallet: Wallet) -> None:
    Wallet.objects.filter(pk=wallet.pk).update(balance=-599)
    close_days(at=APRIL_BEGINS + 2 * DAY)
    Wallet.objects.filter(pk=wallet.pk).update(balance=-600)
    assert said() == (
        "books_differ",
        "The books did not add up last night: see to it, and the next night compares all of them again.",
    )
    close_days(at=APRIL_BEGINS + 3 * DAY)
    assert close().pk


def test_what_differs_since_the_night_stands_in_the_way(wallet: Wallet) -> None:
    give(wallet, "5", at=APRIL_BEGINS + 2 * DAY)
    Wallet.objects.filter(pk=wallet.pk).update(balance=-599)
    assert said()[0] == "books_differ"


def test_a_day_that_got_an_entry_after_it_was_counted_is_counted_again(wallet: Wallet) -> None:
    give(wallet, "55", at=TENTH)
    assert said() == (
        "days_not_closed",
        "Entries of its days came after those were counted: the next night counts them again.",
    )
    assert close_days(at=APRIL_BEGINS + DAY) == 1
    assert close_days(at=APRIL_BEGINS + DAY) == 0
    counts = DayClose.objects.filter(day=TENTH.date()).order_by("number").values_list("number", "totals__transfers")
    assert list(counts) == [(1, 2), (2, 3)]
    totals = close().totals["currencies"]["KGS"]
    days = TABLES["days"].rows(MARCH)
    assert sum(one.totals["transfers"] for one in days) == totals["transfers"]
    assert sum(one.amount for one in days) == Decimal(totals["amount"])


def test_a_currency_that_came_late_is_counted_beside_the_others(wallet: Wallet) -> None:
    give(wallet_with("0", currency="JPY"), "7", at=TENTH)
    assert said()[0] == "days_not_closed"
    close_days(at=APRIL_BEGINS + DAY)
    counted = DayClose.objects.filter(day=TENTH.date()).values_list("currency", "number")
    assert sorted(counted) == [("JPY", 1), ("KGS", 1)]
    assert close().pk


def test_days_of_a_closed_month_are_left_alone(wallet: Wallet) -> None:
    close()
    give(wallet, "5", at=APRIL_BEGINS)
    assert close_days(at=APRIL_BEGINS + DAY) == 1
    assert set(DayClose.objects.values_list("number", flat=True)) == {1, 2}
    assert DayClose.objects.get(number=2).day == APRIL_BEGINS.date() + DAY


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_too_slow_is_said_in_words() -> None:
    """Somebody holds the table of charges for longer than our statement waits."""
    give(wallet_with("0"), "500", at=TENTH)
    close_days(at=APRIL_BEGINS + DAY)
    locked, done = Event(), Event()

    def hold() -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE billing_capture IN ACCESS EXCLUSIVE MODE")
            locked.set()
            done.wait(30)
        return "held"

    def close_meanwhile() -> str:
        locked.wait(20)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '300ms'")
            try:
                return said()[1]
            finally:
                done.set()
                cursor.execute("RESET statement_timeout")

    assert at_once(hold, partial(close_meanwhile)) == [
        "held",
        "Counting took too long: try again when less is going on. If it does again, have the database looked at.",
    ]
    assert close().pk
