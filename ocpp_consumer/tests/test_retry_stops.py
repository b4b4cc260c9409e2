"""A Stop that could not be carried out when it came ends its session later."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from charging import lifecycle, strays
from charging.models import Session, StrayMessage
from drivepower.core.models import Alert
from ocpp_consumer.tasks import retry_stops
from ocpp_consumer.tests.server import make_station
from ocpp_consumer.v16 import stops
from stations import registry
from stations.models import Station

pytestmark = pytest.mark.django_db
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
ENDED = BEGAN + timedelta(hours=1)


def begin(station: Station) -> Session:
    """A session that runs at the station's first connector."""
    return lifecycle.begin(
        station=station,
        connector=registry.ensure_connector(station=station, number=1),
        tag="CARD",
        started_at=BEGAN,
        timestamp=BEGAN,
        meter_start_wh=100,
        received_at=BEGAN,
    ).session


def keep(station: Station, payload: Any) -> StrayMessage:
    """A Stop whose verb failed."""
    return strays.keep(
        station=station, action="StopTransaction", payload=payload, received_at=ENDED, tried="the verb failed"
    )


def stop(session: Session, **fields: Any) -> dict[str, Any]:
    """What the station said."""
    return {"transactionId": int(session.ocpp_id), "meterStop": 900, "timestamp": ENDED.isoformat(), **fields}


def test_it_ends_the_session_as_it_was_said() -> None:
    station, _ = make_station()
    session = begin(station)
    stray = keep(station, stop(session, reason="Remote"))
    assert retry_stops() == 1
    session.refresh_from_db()
    assert (session.state, session.meter_stop_wh, session.stop_reason) == ("ended", 900, "Remote")
    assert (session.stopped_at, session.stop_received_at) == (ENDED, ENDED)
    stray.refresh_from_db()
    assert stray.session == session
    assert not Alert.objects.open().exists()
    assert retry_stops() == 0


def test_it_leaves_what_names_no_session_of_that_station() -> None:
    (ours, _), (theirs, _) = make_station("ours"), make_station("theirs")
    session = begin(theirs)
    for payload in (stop(session), {"transactionId": 4711}, {"transactionId": ""}, {}, [1], {"text": "NaN"}):
        keep(ours, payload)
    assert retry_stops() == 0
    session.refresh_from_db()
    assert session.state == "active"
    assert Alert.objects.open().get().count == 6


def test_it_takes_the_next_when_one_fails_again() -> None:
    station, _ = make_station()
    broken, fine = begin(station), begin(make_station("other")[0])
    Session.objects.filter(pk=broken.pk).update(state="requested")  # from there nothing leads to an end
    for session in (broken, fine):
        keep(session.station, stop(session))
    assert retry_stops() == 1
    fine.refresh_from_db()
    assert fine.state == "ended"


def test_the_schedule_names_it() -> None:
    assert retry_stops.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def alone(station: Station, **said: Any) -> StrayMessage:
    """A Stop with an id that nobody knows, kept long enough; it brings its first reading."""
    first = {"timestamp": BEGAN.isoformat(), "sampledValue": [{"value": "100"}]}
    payload = {"transactionId": 4711, "meterStop": 900, "timestamp": ENDED.isoformat(), "transactionData": [first]}
    return keep(station, payload | said)


def test_it_ends_the_running_session_that_the_readings_fit() -> None:
    """Not a second one, which would be paid for too."""
    station, _ = make_station()
    session = begin(station)
    stray = alone(station)
    assert retry_stops() == 1
    session.refresh_from_db()
    stray.refresh_from_db()
    assert (session.state, session.meter_stop_wh, session.findings[-1]) == ("ended", 900, "guessed")
    assert stray.session == session
    assert Session.objects.count() == 1


def test_it_tells_both_of_two_sessions_of_one_charge() -> None:
    """The tag is another, so it is not known to be the same charge; a person looks at both."""
    station, _ = make_station()
    session = begin(station)
    stray = alone(station, idTag="OTHER")
    assert retry_stops() == 1
    session.refresh_from_db()
    stray.refresh_from_db()
    made = stray.session
    assert made is not None
    assert (session.state, made.pk == session.pk) == ("active", False)
    assert session.findings[-2:] == ["overlaps", f"overlaps:{made.pk}"]
    assert made.findings[-2:] == ["overlaps", f"overlaps:{session.pk}"]


def test_it_does_not_try_for_ever() -> None:
    station, _ = make_station()
    stray = alone(station)
    assert stops.retry(at=ENDED + timedelta(days=8)) == 0
    assert stops.retry(at=ENDED + timedelta(days=8), station_id=station.pk) == 1  # a Start has come all the same
    stray.refresh_from_db()
    assert stray.session is not None


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_session_whoever_looks() -> None:
    """The sweep and a late Start of the station find one Stop at the same moment."""
    station, _ = make_station()
    registry.ensure_connector(station=station, number=1)
    alone(station)

    def look() -> int:
        try:
            return stops.retry(at=ENDED + timedelta(minutes=20))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            # Whoever makes a session waits for its station.
            Station.objects.select_for_update().get(pk=station.pk)
            looks = [pool.submit(look), pool.submit(look)]
            wait_until(lambda: waiting() + sum(one.done() for one in looks) == 2)
        assert sum(one.result(timeout=10) for one in looks) == 1
    assert Session.objects.count() == 1


def waiting() -> int:
    """How many connections wait for locks of others."""
    question = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(question)
        return int(cursor.fetchone()[0])


def wait_until(is_so: Callable[[], bool]) -> None:
    """Until the condition holds."""
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)
