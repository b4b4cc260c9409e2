"""ChangeConfiguration: any value of any key, within what the specification and the station say of it."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from ocpp_consumer.tests.asking.world import (
    Effect,
    State,
    effect,
    fail,
    intend,
    outcome,
    problems,
    refused,
    reply,
    through_door,
)
from ocpp_consumer.tests.server import Talk, in_db
from stations.models import Command, ConfigurationKey, Station

ACTION = "ChangeConfiguration"
INTERVAL = {"key": "MeterValueSampleInterval", "value": "60"}


async def values(station: Station) -> dict[str, str | None]:
    """What is known of its configuration."""
    found = ConfigurationKey.objects.filter(station=station).values_list("key", "value")
    return dict(await in_db(list)(found))


async def test_it_changes_a_value_and_remembers_it(talk: Talk, station: Station) -> None:
    command = await through_door(station, ACTION, INTERVAL)
    await reply(talk, ACTION, INTERVAL, {"status": "Accepted"})
    assert (await outcome(command, State.ACCEPTED)).effect == Effect.NONE
    assert await values(station) == {"MeterValueSampleInterval": "60"}


@pytest.mark.parametrize(
    ("word", "state"),
    [("Rejected", State.REJECTED), ("NotSupported", State.REJECTED), ("RebootRequired", State.ACCEPTED)],
)
async def test_it_remembers_no_value_that_is_not_in_force(talk: Talk, station: Station, word: str, state: str) -> None:
    command = await through_door(station, ACTION, INTERVAL)
    await reply(talk, ACTION, INTERVAL, {"status": word})
    assert (await outcome(command, state)).answer == {"status": word}
    assert await values(station) == {}


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("MeterValueSampleInterval", "-1", "MeterValueSampleInterval is a whole number, 0 or more."),
        ("heartbeatinterval", "often", "heartbeatinterval is a whole number, 0 or more."),
        ("LocalPreAuthorize", "yes", "LocalPreAuthorize is true or false."),
        ("NumberOfConnectors", "3", "NumberOfConnectors is read-only by the specification."),
        ("SecurityProfile", "9", "A security profile is a number from 1 to 3."),
        ("SecurityProfile", "3", "Write down first which name its client certificate carries: it could not come back."),
        ("", "1", "The key is empty."),
        ("K" * 51, "1", "key is too long."),
        ("VendorKey", "v" * 501, "value is too long."),
    ],
    ids=lambda text: text[:30],
)
async def test_it_refuses_what_breaks_the_rules(
    talk: Talk, station: Station, key: str, value: str, sentence: str
) -> None:
    assert await problems(station, ACTION, {"key": key, "value": value}) == sentence


async def test_it_forgets_a_secret_once_the_station_has_answered(talk: Talk, station: Station) -> None:
    secret = {"key": "WifiPassword", "value": "hush"}
    command = await through_door(station, ACTION, secret)
    await reply(talk, ACTION, secret, {"status": "Accepted"})
    assert (await outcome(command, State.ACCEPTED)).payload == {"key": "WifiPassword", "value": "***"}
    plain = await through_door(station, ACTION, INTERVAL)
    await reply(talk, ACTION, INTERVAL, {"status": "Accepted"})
    assert (await outcome(plain, State.ACCEPTED)).payload == INTERVAL


async def test_it_needs_a_value(talk: Talk, station: Station) -> None:
    assert await problems(station, ACTION, {"key": "HeartbeatInterval"}) == "value is missing."


async def test_it_believes_the_station_about_what_is_read_only(talk: Talk, station: Station) -> None:
    await in_db(ConfigurationKey.objects.create)(
        station=station, key="VendorKey", is_read_only=True, read_at=datetime.now(UTC)
    )
    said = await problems(station, ACTION, {"key": "vendorkey", "value": "1"})
    assert said == f"Station {station.code} says that vendorkey is read-only."


async def test_it_sends_a_wrong_value_on_purpose(talk: Talk, station: Station) -> None:
    wrong = {"key": "MeterValueSampleInterval", "value": "-1"}
    command = await through_door(station, ACTION, wrong, force=True)
    await reply(talk, ACTION, wrong, {"status": "Rejected"})
    assert (await outcome(command, State.REJECTED)).is_forced


async def test_it_reads_back_what_a_verb_wants_read_back(talk: Talk, station: Station) -> None:
    command = await intend(station, "set_configuration", INTERVAL, awaits="configuration:MeterValueSampleInterval")
    await reply(talk, ACTION, INTERVAL, {"status": "Accepted"})
    found = {"key": "MeterValueSampleInterval", "readonly": False, "value": "60"}
    await reply(talk, "GetConfiguration", {"key": ["MeterValueSampleInterval"]}, {"configurationKey": [found]})
    await effect(command, Effect.SEEN)


async def test_it_sees_that_a_station_says_yes_and_does_nothing(talk: Talk, station: Station) -> None:
    command = await intend(station, "set_configuration", INTERVAL, awaits="configuration:MeterValueSampleInterval")
    await reply(talk, ACTION, INTERVAL, {"status": "Accepted"})
    found = {"key": "MeterValueSampleInterval", "readonly": False, "value": "900"}
    await reply(talk, "GetConfiguration", {"key": ["MeterValueSampleInterval"]}, {"configurationKey": [found]})
    await effect(command, Effect.NOT_SEEN)
    assert await values(station) == {"MeterValueSampleInterval": "900"}


async def test_it_reads_back_at_the_door_only_where_stations_may_be_read_unasked(
    talk: Talk, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await through_door(station, ACTION, INTERVAL)).awaits == ""
    await reply(talk, ACTION, INTERVAL, {"status": "Accepted"})
    monkeypatch.setattr(settings, "OCPP_AUTO_PROVISION", True)
    await through_door(station, ACTION, INTERVAL)
    await reply(talk, ACTION, INTERVAL, {"status": "Accepted"})
    await reply(talk, "GetConfiguration", {"key": ["MeterValueSampleInterval"]}, {})


async def test_it_reads_nothing_back_of_a_no(talk: Talk, station: Station) -> None:
    command = await intend(station, "set_configuration", INTERVAL, awaits="configuration:MeterValueSampleInterval")
    await fail(talk, "NotSupported")
    assert (await outcome(command, State.FAILED)).effect == Effect.NONE
    assert not await in_db(Command.objects.filter(intent="read_configuration").exists)()


async def test_it_never_lowers_a_security_profile(talk: Talk, station: Station) -> None:
    await in_db(Station.objects.filter(pk=station.pk).update)(security_profile=2)
    for value in ("1", "0", "-1", "1.0", "none", 1.0):
        refusal = await refused(station, ACTION, {"key": "SecurityProfile", "value": value, "x": 1}, force=True)
        assert refusal.code == "command_forbidden"


@pytest.mark.parametrize(("word", "expected"), [("Accepted", 2), ("RebootRequired", 2), ("Rejected", None)])
async def test_it_expects_the_higher_profile_that_the_station_agreed_to(
    talk: Talk, station: Station, word: str, expected: int | None
) -> None:
    payload = {"key": "SecurityProfile", "value": "2"}
    command = await through_door(station, ACTION, payload)
    await reply(talk, ACTION, payload, {"status": word})
    await outcome(command, State.REJECTED if word == "Rejected" else State.ACCEPTED)
    found = await in_db(Station.objects.get)(pk=station.pk)
    assert (found.security_profile, found.next_security_profile) == (1, expected)
