"""Security events are kept, and some of them told to a person."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from drivepower.core.models import Alert
from stations import security
from stations.models import SecurityEvent, Station
from stations.tests.world import NOON, station

pytestmark = pytest.mark.django_db
Source = SecurityEvent.Source


def note(made: Station, type: str, **said: Any) -> SecurityEvent:
    given: dict[str, Any] = {"source": Source.STATION, "detail": "", "happened_at": NOON, "received_at": NOON} | said
    return security.note_event(station_id=made.pk, type=type, **given)


def test_it_keeps_when_it_happened_and_when_it_came() -> None:
    event = note(station(), "StartupOfTheDevice", received_at=NOON + timedelta(days=2))

    assert event.received_at - event.happened_at == timedelta(days=2)
    assert not Alert.objects.exists()


def test_it_keeps_what_is_too_long_or_cannot_be_stored() -> None:
    event = note(station(), "x" * 60, detail="\x00" + "y" * 300)

    event.refresh_from_db()
    assert (len(event.type), event.detail) == (50, "y" * 255)


def test_it_keeps_once_what_a_station_sends_again() -> None:
    made = station()

    assert note(made, "ResetOrReboot").pk == note(made, "ResetOrReboot").pk
    assert note(made, "ResetOrReboot", happened_at=NOON + timedelta(seconds=1)).pk != note(made, "ResetOrReboot").pk
    assert note(station("BSK-02"), "ResetOrReboot").station.code == "BSK-02"
    assert SecurityEvent.objects.count() == 3


@pytest.mark.parametrize("type", sorted(security.CRITICAL))
def test_it_tells_a_person_of_what_matters(type: str) -> None:
    note(station(), type, detail="door")

    alert = Alert.objects.open().get()
    assert (alert.kind, alert.subject, alert.text) == ("security_event", "station:BSK-01", f"{type} door")


def test_it_ends_an_alert_that_a_person_has_taken() -> None:
    made = station()
    note(made, "TamperDetectionActivated")
    assert security.resolve_seen_alerts(at=NOON) == 0

    Alert.objects.update(acknowledged_at=timezone.now())

    assert security.resolve_seen_alerts(at=NOON) == 1
    assert not Alert.objects.open().exists()


def test_it_tells_nobody_of_what_was_refused_here() -> None:
    note(station(), "InvalidChargePointCertificate", source=Source.CENTRAL_SYSTEM)

    assert not Alert.objects.exists()


def test_it_tells_of_a_station_that_anyone_may_pose_as(settings: Any) -> None:
    made = station("OPEN", security_profile=0)
    station("PLANNED", security_profile=0, service_state=Station.ServiceState.PLANNED)
    station("CLOSED")

    assert security.watch_open_stations(at=NOON) == 1
    security.watch_open_stations(at=NOON)

    alert = Alert.objects.open().get()
    assert (alert.kind, alert.subject, alert.count) == ("open_station", "station:OPEN", 1)
    Station.objects.filter(pk=made.pk).update(security_profile=2)
    assert security.watch_open_stations(at=NOON) == 0
    assert not Alert.objects.open().exists()


@pytest.mark.parametrize("switch", ["DEBUG", "DEMO_MODE"])
def test_it_minds_no_open_station_at_play(settings: Any, switch: str) -> None:
    setattr(settings, switch, True)
    station(security_profile=0)

    assert security.watch_open_stations(at=NOON) == 0
    assert not Alert.objects.exists()
