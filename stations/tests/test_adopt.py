from datetime import timedelta
from typing import Any

import pytest

from drivepower.core.refusals import Refusal
from stations import registry
from stations.models import ConfigurationTemplate, Knock, SecurityEvent, Station
from stations.tests.world import NOON, seconds, station

pytestmark = pytest.mark.django_db


def knocked(value: str = "SN-77", **fields: Any) -> Knock:
    said: dict[str, Any] = {"kind": Knock.Kind.STATION, "address": "198.51.100.7", "first_at": NOON, "last_at": NOON}
    return Knock.objects.create(value=value, reason="unknown station", key_hash="ab" * 32, **{**said, **fields})


def adopt(knock: Knock, code: str = "NEW-1", **fields: Any) -> Station:
    return registry.adopt(knock=knock, code=code, asked_by="staff:1", at=NOON + seconds(60), **fields)


def test_it_makes_a_station_with_the_key_that_was_offered() -> None:
    made = Station.objects.get(pk=adopt(knocked()).pk)
    assert (made.code, made.identity, made.key_hash) == ("NEW-1", "SN-77", "ab" * 32)
    assert (made.registration, made.security_profile) == (Station.Registration.ACCEPTED, Station.SecurityProfile.BASIC)
    assert not Knock.objects.exists()
    event = SecurityEvent.objects.get()
    assert (event.type, event.station, event.happened_at) == ("StationAdopted", made, NOON + seconds(60))
    assert "staff:1" in event.detail


def test_it_takes_what_else_the_operator_knows() -> None:
    made = adopt(knocked(), security_profile=2, registration="pending", vendor="Ardua")
    assert (made.security_profile, made.registration, made.vendor) == (2, "pending", "Ardua")


@pytest.mark.parametrize(("onboarding", "registration"), [(True, "pending"), (False, "accepted")])
def test_it_waits_where_stations_are_set_up_first(onboarding: bool, registration: str) -> None:
    ConfigurationTemplate.objects.create(name="First", is_for_onboarding=onboarding)
    assert adopt(knocked()).registration == registration


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"kind": Knock.Kind.TAG}, "NEW-1"),
        ({}, "BSK-01"),
        ({}, "lower case"),
        ({}, ""),
        ({"value": "SAME"}, "SAME"),
        ({"value": "secret-identity-BSK-01"}, "NEW-1"),
    ],
)
def test_it_makes_no_station_that_cannot_be(said: dict[str, Any], code: str) -> None:
    station("BSK-01")
    with pytest.raises(Refusal) as refused:
        adopt(knocked(**said), code)
    assert refused.value.code == "station_not_adopted"
    assert (Station.objects.count(), Knock.objects.count()) == (1, 1)


def test_it_forgets_who_is_known_by_now_or_has_gone() -> None:
    known = station("BSK-01")
    late = NOON + timedelta(days=91)
    knocked(known.identity, last_at=late)
    knocked("GONE")
    knocked("KNOCKS", last_at=late)
    knocked(known.identity, kind=Knock.Kind.TAG, last_at=late)
    assert registry.retire_knocks(at=late) == 2
    assert set(Knock.objects.values_list("kind", "value")) == {("station", "KNOCKS"), ("tag", known.identity)}
