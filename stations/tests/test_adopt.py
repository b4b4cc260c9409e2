import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from drivepower.core.refusals import Refusal
from drivepower.core.tests.waiting import PATIENCE_SECONDS, on_another_thread, someone_waits_for_a_lock, until
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


def test_it_shows_a_station_to_nobody_until_an_operator_does() -> None:
    made = adopt(knocked())
    assert (made.service_state, made.is_public) == (Station.ServiceState.PLANNED, False)


def test_it_trusts_none_of_several_keys() -> None:
    assert adopt(knocked(keys_differ=True)).key_hash == ""


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_station_of_a_knock_that_two_adopt_at_once() -> None:
    knock, begun, over = knocked(), threading.Event(), threading.Event()

    def be_first() -> None:
        with transaction.atomic():
            Station.objects.create(code="FIRST", identity=knock.value)
            begun.set()
            over.wait(PATIENCE_SECONDS)

    def be_second() -> None:
        with pytest.raises(Refusal) as refused:
            adopt(knock)
        assert refused.value.code == "station_not_adopted"

    with on_another_thread(be_first):
        assert begun.wait(PATIENCE_SECONDS)
        with on_another_thread(be_second):
            until(someone_waits_for_a_lock)
            over.set()
    assert Station.objects.get().code == "FIRST"


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
