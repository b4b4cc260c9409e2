"""A month that is closed, and what is found out about its charges afterwards."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing import ledger
from billing.closing import close_days, close_month
from billing.closing.files import file_of
from billing.closing.remainders import remainders_of
from billing.closing.tables import TABLES
from billing.models import ClosedMonth, Receipt, Transfer
from billing.models.tariffs import Dimension
from billing.tests.test_books_files import content
from charging import settlement
from charging.tests.settling import accepted, after, ended, inferred
from charging.tests.test_make_host_statements import MONTH, begins, months_on
from charging.tests.world import World, rule

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def exports(month: date) -> dict[tuple[str, str], bytes]:
    """Every file of a month that is the same to the byte whenever it is made."""
    return {
        (name, kind): content(file_of(table, name=name, month=month, kind=kind))
        for name, table in TABLES.items()
        for kind in ("csv", "pdf")
    }


def test_a_late_stop_is_booked_in_the_open_month(world: World) -> None:
    """30 minutes at 10.00 were accepted and their month closed; then the Stop says 27: 30.00 go back, in the next."""
    world.price(rule(Dimension.PER_MINUTE, "10.00"))
    session = accepted(world, world.driver("5000"), 20_000)
    close_days(at=begins(1) + DAY)
    closed = close_month(month=MONTH, by="staff:1", at=begins(1) + DAY)
    before, transfers = exports(MONTH), set(Transfer.objects.values_list("pk", flat=True))

    world.end(session, 21_000, at=after(27))
    late = begins(1) + 5 * DAY
    settlement.settle(session_id=session.pk, at=late)

    new = Transfer.objects.exclude(pk__in=transfers)
    assert {one.made_at for one in new} == {late}
    assert "refund" in {one.kind for one in new}
    correction = Receipt.objects.latest("pk")
    assert (correction.kind, correction.gross, correction.made_at) == ("correction", Decimal(-30), late)
    assert exports(MONTH) == before
    assert exports(months_on(1)) != exports(months_on(2))
    kept = closed.totals
    closed.refresh_from_db()
    assert closed.totals == kept
    assert ledger.check_books() == []
    close_days(at=begins(2) + DAY)
    close_month(month=months_on(1), by="staff:1", at=begins(2) + DAY)
    assert ClosedMonth.objects.count() == 2


def test_it_tells_of_charges_that_are_not_settled(world: World) -> None:
    inferred(world, world.driver(), 20_000)
    assert [(str(one.text), one.query) for one in remainders_of(MONTH)] == [
        ("Charges in review: 1.", "?state__exact=review")
    ]
    assert remainders_of(months_on(1)) == []


def test_it_tells_of_charges_that_wait_to_be_settled(world: World) -> None:
    ended(world, world.driver("5000"))
    assert [str(one.text) for one in remainders_of(MONTH)] == ["Charges that are not settled: 1."]
