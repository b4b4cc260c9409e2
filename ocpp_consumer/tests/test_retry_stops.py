"""A Stop that could not be carried out when it came ends its session later."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from charging import lifecycle, strays
from charging.models import Session, StrayMessage
from drivepower.core.models import Alert
from ocpp_consumer.tasks import retry_stops
from ocpp_consumer.tests.server import make_station
from stations import registry
from stations.models import Station

pytestmark = pytest.mark.django_db
BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
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
