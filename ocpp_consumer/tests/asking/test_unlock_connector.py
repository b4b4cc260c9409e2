"""UnlockConnector: the answer is the effect, and it is no way to stop a session."""

import pytest

from ocpp_consumer.tests.asking.world import (
    Effect,
    State,
    charging,
    connectors,
    outcome,
    problems,
    reply,
    through_door,
)
from ocpp_consumer.tests.server import Talk
from stations.models import Station


@pytest.mark.parametrize(
    ("word", "state"),
    [("Unlocked", State.ACCEPTED), ("UnlockFailed", State.REJECTED), ("NotSupported", State.REJECTED)],
)
async def test_it_unlocks(talk: Talk, station: Station, word: str, state: str) -> None:
    command = await through_door(station, "UnlockConnector", {"connectorId": 1})
    await reply(talk, "UnlockConnector", {"connectorId": 1}, {"status": word})
    done = await outcome(command, state)
    assert (done.answer, done.effect) == ({"status": word}, Effect.NONE)


async def test_it_refuses_connectors_that_are_none(talk: Talk, station: Station) -> None:
    await connectors(station, 0, 1)
    assert await problems(station, "UnlockConnector", {"connectorId": 0}) == "connectorId is 1 or more here."
    said = await problems(station, "UnlockConnector", {"connectorId": 9})
    assert said == f"Station {station.code} has no connector 9."


async def test_it_sends_an_unknown_connector_on_purpose(talk: Talk, station: Station) -> None:
    await connectors(station, 0, 1)
    command = await through_door(station, "UnlockConnector", {"connectorId": 9}, force=True)
    await reply(talk, "UnlockConnector", {"connectorId": 9}, {"status": "NotSupported"})
    assert (await outcome(command, State.REJECTED)).is_forced


async def test_it_does_not_end_a_session_this_way(talk: Talk, station: Station) -> None:
    await charging(station)
    said = await problems(station, "UnlockConnector", {"connectorId": 1})
    assert said == "A car charges at connector 1: stop its session first, that unlocks the cable."
