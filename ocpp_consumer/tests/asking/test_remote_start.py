"""RemoteStartTransaction at the door: started is what has begun, not what was accepted."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from charging.models import ChargingProfile
from ocpp_consumer.tests.asking.world import (
    Effect,
    State,
    connectors,
    effect,
    outcome,
    problems,
    reply,
    through_door,
)
from ocpp_consumer.tests.server import Talk, eventually, in_db, now
from stations.models import Command, Station

ACTION = "RemoteStartTransaction"


def profile(**fields: Any) -> dict[str, Any]:
    """A limit for the transaction that is to begin."""
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10.06}]}
    return {
        "chargingProfileId": 7,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule,
        **fields,
    }


async def start(talk: Talk, tag: str) -> None:
    """The station begins a transaction."""
    await talk.ask("StartTransaction", {"connectorId": 1, "idTag": tag, "meterStart": 0, "timestamp": now()})


async def test_it_sees_the_start_with_its_tag(talk: Talk, station: Station) -> None:
    command = await through_door(station, ACTION, {"idTag": "Card1", "connectorId": 1})
    await reply(talk, ACTION, {"idTag": "Card1", "connectorId": 1}, {"status": "Accepted"})
    assert (await outcome(command, State.ACCEPTED)).effect == Effect.EXPECTED
    await start(talk, "OTHER")
    assert (await in_db(Command.objects.get)(pk=command.pk)).effect == Effect.EXPECTED
    await start(talk, "CARD1")
    await effect(command, Effect.SEEN)


async def test_it_is_not_content_with_a_start_from_before_it(talk: Talk, station: Station) -> None:
    """One that was made offline, of the same tag, comes now; the one that was asked for comes after it."""
    command = await through_door(station, ACTION, {"idTag": "CARD"})
    await reply(talk, ACTION, {"idTag": "CARD"}, {"status": "Accepted"})
    await outcome(command, State.ACCEPTED)
    long_ago = (timezone.now() - timedelta(minutes=9)).isoformat()
    await talk.ask("StartTransaction", {"connectorId": 2, "idTag": "CARD", "meterStart": 0, "timestamp": long_ago})
    other = await through_door(station, "TriggerMessage", {"requestedMessage": "Heartbeat"})
    await reply(talk, "TriggerMessage", {"requestedMessage": "Heartbeat"}, {"status": "Accepted"})
    await talk.ask("Heartbeat", {})
    await effect(other, Effect.SEEN)  # which was noted after the Start
    assert (await in_db(Command.objects.get)(pk=command.pk)).effect == Effect.EXPECTED
    await start(talk, "CARD")
    await effect(command, Effect.SEEN)


async def test_it_takes_no_for_an_answer(talk: Talk, station: Station) -> None:
    command = await through_door(station, ACTION, {"idTag": "CARD"})
    await reply(talk, ACTION, {"idTag": "CARD"}, {"status": "Rejected"})
    assert (await outcome(command, State.REJECTED)).effect == Effect.NONE


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        ({"idTag": "CARD", "connectorId": 0}, "connectorId is 1 or more here."),
        ({"idTag": " "}, "idTag is empty."),
        ({}, "idTag is missing."),
        (
            {"idTag": "CARD", "connectorId": 1, "chargingProfile": profile(chargingProfilePurpose="TxDefaultProfile")},
            "A remote start takes a TxProfile only.",
        ),
        (
            {"idTag": "CARD", "connectorId": 1, "chargingProfile": profile(transactionId=4)},
            "A profile in a remote start names no transaction: there is none yet.",
        ),
    ],
    ids=["connector 0", "blank tag", "no tag", "purpose", "transaction"],
)
async def test_it_refuses_what_breaks_the_rules(
    talk: Talk, station: Station, payload: dict[str, Any], sentence: str
) -> None:
    assert await problems(station, ACTION, payload) == sentence


async def test_it_knows_the_connectors(talk: Talk, station: Station) -> None:
    await connectors(station, 1)
    said = await problems(station, ACTION, {"idTag": "CARD", "connectorId": 2})
    assert said == f"Station {station.code} has no connector 2."


@pytest.mark.parametrize(("word", "state"), [("Accepted", "applied"), ("Rejected", "refused")])
async def test_it_mirrors_the_profile_that_goes_along(talk: Talk, station: Station, word: str, state: str) -> None:
    sent = profile()
    sent["chargingSchedule"] = {
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10.1}],
    }
    payload = {"idTag": "CARD", "connectorId": 1}
    await through_door(station, ACTION, payload | {"chargingProfile": profile()})
    await reply(talk, ACTION, payload | {"chargingProfile": sent}, {"status": word})
    mirrored = ChargingProfile.objects.filter(station=station, number=1, profile_id=7, state=state)
    await eventually(mirrored.exists, f"the profile is {state}")


async def test_it_lets_the_station_choose_the_connector(talk: Talk, station: Station) -> None:
    command = await through_door(station, ACTION, {"idTag": "CARD", "chargingProfile": profile()})
    call = await talk.hear()
    assert call[3]["chargingProfile"]["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] == 10.1
    await talk.send([3, call[1], {"status": "Accepted"}])
    await outcome(command, State.ACCEPTED)
    assert not await in_db(ChargingProfile.objects.exists)()
