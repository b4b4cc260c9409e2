import pytest

from drivepower.core.keys import hash_key
from drivepower.core.refusals import Refusal
from stations import registry
from stations.models import SecurityEvent, Station
from stations.tests.world import NOON, station

pytestmark = pytest.mark.django_db


def keys_of(made: Station) -> tuple[str, str, bool]:
    made.refresh_from_db()
    return made.key_hash, made.previous_key_hash, made.key_in_doubt


def hashed(key: str) -> str:
    return hash_key(key.encode())


def test_it_keeps_both_keys_while_nobody_knows() -> None:
    made = station()
    first, second = registry.issue_key(station=made), registry.begin_rotation(station=made)
    assert keys_of(made) == (hashed(second), hashed(first), True)
    registry.settle_rotation(station_id=made.pk, accepted=None, at=NOON)
    assert keys_of(made) == (hashed(second), hashed(first), True)
    assert not SecurityEvent.objects.exists()


@pytest.mark.parametrize("accepted", [True, False])
def test_it_keeps_the_key_that_the_station_has(accepted: bool) -> None:
    made, other = station(), station("BSK-02")
    first, second = registry.issue_key(station=made), registry.begin_rotation(station=made)
    registry.issue_key(station=other)
    untouched = keys_of(other)
    registry.settle_rotation(station_id=made.pk, accepted=accepted, at=NOON)
    assert keys_of(made) == (hashed(second if accepted else first), "", False)
    assert keys_of(other) == untouched
    event = SecurityEvent.objects.get()
    assert (event.station, event.type) == (made, "ReconfigurationOfSecurityParameters")


def test_it_begins_no_second_rotation_in_doubt() -> None:
    made = station()
    registry.issue_key(station=made)
    registry.begin_rotation(station=made)
    before = keys_of(made)
    with pytest.raises(Refusal) as refused:
        registry.begin_rotation(station=made)
    assert refused.value.code == "rotation_unsettled"
    assert keys_of(made) == before


def test_a_late_answer_changes_nothing_that_a_connect_has_decided() -> None:
    made = station()
    first, _ = registry.issue_key(station=made), registry.begin_rotation(station=made)
    assert registry.keep_key(station_id=made.pk, newest=False)
    registry.settle_rotation(station_id=made.pk, accepted=True, at=NOON)
    assert keys_of(made) == (hashed(first), "", False)
    assert not SecurityEvent.objects.exists()


def test_a_person_who_issues_a_key_ends_the_doubt() -> None:
    made = station()
    registry.issue_key(station=made)
    second, third = registry.begin_rotation(station=made), registry.issue_key(station=made)
    assert keys_of(made) == (hashed(third), hashed(second), False)


@pytest.mark.parametrize(("own", "told", "expected"), [(1, 2, 2), (1, 3, 3), (2, 2, None), (2, 1, None), (1, 4, None)])
def test_it_expects_only_higher_profiles(own: int, told: int, expected: int | None) -> None:
    made = station(security_profile=own)
    assert registry.expect_profile(station_id=made.pk, profile=told) is (expected is not None)
    made.refresh_from_db()
    assert (made.security_profile, made.next_security_profile) == (own, expected)


@pytest.mark.parametrize(("reached", "profile", "next_one"), [(2, 1, 3), (3, 3, None)])
def test_it_raises_a_profile_only_to_what_was_told(reached: int, profile: int, next_one: int | None) -> None:
    made = station(security_profile=1, next_security_profile=3)
    registry.raise_profile(station_id=made.pk, profile=reached)
    made.refresh_from_db()
    assert (made.security_profile, made.next_security_profile) == (profile, next_one)


def test_it_lets_stations_work_or_not() -> None:
    made, other = station(registration="pending"), station("BSK-02", registration="pending")
    assert registry.accept(station=made, at=NOON)
    assert not registry.accept(station=made, at=NOON)
    made.refresh_from_db()
    assert made.registration == "accepted"
    assert registry.register(station=made, registration=Station.Registration.REJECTED, at=NOON)
    made.refresh_from_db()
    other.refresh_from_db()
    assert (made.registration, other.registration) == ("rejected", "pending")
    said = SecurityEvent.objects.order_by("pk").values_list("type", "detail")
    assert list(said) == [("RegistrationChanged", "accepted"), ("RegistrationChanged", "rejected")]
