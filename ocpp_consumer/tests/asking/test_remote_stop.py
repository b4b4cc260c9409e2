"""RemoteStopTransaction at the door: only a StopTransaction of that transaction shows that it worked."""

import pytest

from ocpp_consumer.tests.asking.world import Effect, State, effect, outcome, problems, reply, through_door
from ocpp_consumer.tests.server import Talk, in_db, now
from stations.models import Command, Station

ACTION = "RemoteStopTransaction"


async def begun(talk: Talk) -> int:
    """A transaction that runs."""
    said = {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": now()}
    number = (await talk.ask("StartTransaction", said))["transactionId"]
    assert isinstance(number, int)
    return number


async def test_it_sees_the_end_of_the_transaction(talk: Talk, station: Station) -> None:
    number = await begun(talk)
    command = await through_door(station, ACTION, {"transactionId": number})
    await reply(talk, ACTION, {"transactionId": number}, {"status": "Accepted"})
    await outcome(command, State.ACCEPTED)
    await talk.ask("StopTransaction", {"transactionId": number + 1, "meterStop": 1, "timestamp": now()})
    assert (await in_db(Command.objects.get)(pk=command.pk)).effect == Effect.EXPECTED
    await talk.ask("StopTransaction", {"transactionId": number, "meterStop": 1, "timestamp": now()})
    await effect(command, Effect.SEEN)


async def test_it_takes_no_for_an_answer(talk: Talk, station: Station) -> None:
    number = await begun(talk)
    command = await through_door(station, ACTION, {"transactionId": number})
    await reply(talk, ACTION, {"transactionId": number}, {"status": "Rejected"})
    assert (await outcome(command, State.REJECTED)).effect == Effect.NONE


async def test_it_refuses_a_transaction_that_the_station_does_not_have(talk: Talk, station: Station) -> None:
    assert (await problems(station, ACTION, {"transactionId": 77})) == (
        f"No transaction 77 runs at station {station.code}."
    )


@pytest.mark.parametrize("number", [77, -1])
async def test_it_sends_an_unknown_transaction_on_purpose(talk: Talk, station: Station, number: int) -> None:
    command = await through_door(station, ACTION, {"transactionId": number}, force=True)
    await reply(talk, ACTION, {"transactionId": number}, {"status": "Rejected"})
    await outcome(command, State.REJECTED)
