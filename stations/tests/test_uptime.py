"""Uptime, by hand: what a month's spans come to, second by second."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stations.models import Commissioning, ConnectionSpan, Connector, Location, Maintenance, Station, StatusSpan
from stations.uptime import Uptime, uptime_of

pytestmark = pytest.mark.django_db
# February 2026 in Bishkek (UTC+6): 28 days.
FEBRUARY = date(2026, 2, 1)
BEGINS = datetime(2026, 1, 31, 18, tzinfo=UTC)
DAY = 86_400
LATER = BEGINS + timedelta(days=60)


def after(days: float) -> datetime:
    """So long after the month began."""
    return BEGINS + timedelta(days=days)


@pytest.fixture
def station() -> Station:
    """One that was online all month."""
    place = Location.objects.create(code="PLACE", address="-", latitude=42, longitude=74, time_zone="Asia/Bishkek")
    station = Station.objects.create(code="S-1", identity="one", location=place, vendor="Volt")
    Station.objects.filter(pk=station.pk).update(created_at=BEGINS - timedelta(days=90))
    for number in (0, 1, 2):
        Connector.objects.create(station=station, number=number)
    return station


def online(station: Station, since: float, until: float | None, epoch: int = 1) -> None:
    """A socket over these days."""
    end = None if until is None else after(until)
    ConnectionSpan.objects.create(station=station, epoch=epoch, since=after(since), until=end)


def says(station: Station, number: int, status: str, since: float, until: float | None, error: str = "") -> None:
    """A status over these days."""
    end = None if until is None else after(until)
    StatusSpan.objects.create(
        station=station, number=number, status=status, error_code=error, since=after(since), until=end
    )


def month(at: datetime = LATER) -> list[Uptime]:
    """February."""
    return uptime_of(month=FEBRUARY, at=at)


def test_it_adds_up_a_month_by_hand(station: Station) -> None:
    online(station, -40, 3, epoch=1)
    online(station, 4, None, epoch=2)  # day 3 to 4: offline
    says(station, 1, "Faulted", 2.5, 3.5, "GroundFailure")  # half a day faulted, then offline is told first
    says(station, 1, "Available", 3.5, 10)
    says(station, 1, "Unavailable", 10, 12)
    says(station, 0, "Faulted", 11, 13, "HighTemperature")  # the whole station: both connectors
    Maintenance.objects.create(
        station=station, number=1, what="x", state="done", made_by="x", made_at=after(9),
        starts_at=after(10), ends_at=after(10.5), ended_at=after(10.75),
    )  # fmt: skip

    one, two = month()

    assert (one.station, one.number, one.location, one.vendor) == ("S-1", 1, "PLACE", "Volt")
    # Half a day of work is out of the 28; what lies beyond its window counts again.
    assert (one.measured, one.maintenance) == (27.5 * DAY, 0.5 * DAY)
    assert one.offline == DAY
    assert one.faulted == (0.5 + 2) * DAY
    assert one.unavailable == 0.5 * DAY  # 10.5 to 11: from then on it is faulted as well
    assert one.errors == {"GroundFailure": 0.5 * DAY, "HighTemperature": 2 * DAY}
    assert (two.measured, two.offline, two.faulted, two.unavailable) == (28 * DAY, DAY, 2 * DAY, 0)
    assert one.down == 4 * DAY


def test_what_came_before_it_went_into_service_does_not_count(station: Station) -> None:
    for begun, ended, state in ((-80.0, 1.0, "given_up"), (1.0, 7.0, "done"), (19.0, 20.0, "done")):
        Commissioning.objects.create(
            station=station, state=state, begun_by="x", begun_at=after(begun), ended_by="x", ended_at=after(ended)
        )
    online(station, 6, None)

    one, two = month()

    assert (one.measured, one.offline, two.down) == (21 * DAY, 0, 0)


def test_it_knows_a_fault_that_began_before_the_month(station: Station) -> None:
    online(station, -40, None)
    says(station, 1, "Faulted", -10, 1, "A")
    says(station, 2, "Faulted", -10, -1, "A")
    says(station, 2, "Faulted", 27, None, "A")

    one, two = month()

    assert (one.faulted, two.faulted) == (DAY, DAY)


def test_it_begins_with_the_station_and_ends_now(station: Station) -> None:
    Station.objects.filter(pk=station.pk).update(created_at=after(10))

    one, _two = month(at=after(15))

    assert (one.measured, one.offline) == (5 * DAY, 5 * DAY)
    assert month(at=after(9)) == []


def test_it_counts_the_month_by_the_places_clock(station: Station) -> None:
    online(station, -40, 28)  # until March begins in Bishkek
    Location.objects.update(time_zone="Europe/London")

    one, _two = month()

    assert (one.measured, one.offline) == (28 * DAY, 6 * 3600)


@pytest.mark.parametrize("state", ["planned", "commissioning", "out_of_service", "retired"])
def test_it_leaves_out_what_is_not_in_service(station: Station, state: str) -> None:
    Station.objects.update(service_state=state)
    assert month() == []


@pytest.mark.parametrize("state", ["planned", "cancelled"])
def test_it_counts_work_that_never_was(station: Station, state: str) -> None:
    ended = after(2) if state == "cancelled" else None
    Maintenance.objects.create(
        station=station, what="x", state=state, made_by="x", made_at=after(0), starts_at=after(1), ends_at=after(2),
        ended_at=ended,
    )  # fmt: skip
    assert month()[0].maintenance == 0


def test_it_asks_once_for_all_and_only_for_those_named(station: Station) -> None:
    two = Connector.objects.get(number=2)
    with CaptureQueriesContext(connection) as queries:
        assert [row.number for row in uptime_of(month=FEBRUARY, at=LATER, connectors=[two])] == [2]
    assert len(queries) == 1
