"""A verb that ends after everybody's patience: what it did is carried out, or undone."""

from contextlib import AsyncExitStack

import pytest
from django.db import OperationalError, connection

from ocpp_consumer import consumer, database
from ocpp_consumer.database import Database
from ocpp_consumer.tests.asking.world import intend
from ocpp_consumer.tests.holding import held, someone_waits
from ocpp_consumer.tests.server import (
    Server,
    Talk,
    basic,
    eventually,
    in_db,
    is_let_in,
    make_station,
    refusal,
    talking,
)
from stations.models import Command, ConnectionSpan, Gateway, Station


@pytest.fixture(autouse=True)
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that tests need little as well."""
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 2.0)
    monkeypatch.setattr(consumer, "PATIENCE_SECONDS", 2.5)


async def test_it_sends_the_commands_that_were_claimed_late(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    # Enough to come in on a busy machine; a claim gives up after as long.
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 3.0)
    monkeypatch.setattr(consumer, "PATIENCE_SECONDS", 4.0)
    station, key = await in_db(make_station)()
    await intend(station, "ClearCache", {})
    async with AsyncExitStack() as stack:
        async with held(lambda: list(Command.objects.select_for_update())):
            talk = await stack.enter_async_context(talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)))
            await someone_waits(at_least=2)  # so the first is not waited for any more
        assert (await talk.hear())[2] == "ClearCache"


async def test_it_lets_a_station_out_that_was_told_to_come_again(server: Server, talk: Talk) -> None:
    """Nobody joins with the epoch that it was given: it must not seem to be online."""
    late, key = await in_db(make_station)("late")
    headers = basic("late", key)
    async with held(lambda: Station.objects.select_for_update(no_key=True).get(pk=late.pk)):
        status, _, _ = await refusal(server, "/ocpp/late", headers=headers)
        assert status == 503
    spans = ConnectionSpan.objects.filter(station=late, close_code=1013)
    await eventually(lambda: spans.exclude(until=None).exists(), "its span has ended")
    assert (await in_db(Station.objects.get)(pk=late.pk)).gateway_id is None
    assert await is_let_in(server, "/ocpp/late", headers=headers)


async def test_it_leaves_nothing_of_an_opening_that_failed(server: Server) -> None:
    _, key = await in_db(make_station)()
    headers = basic("CP 1", key)

    def lock() -> None:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE stations_quirkprofile, ocpp_consumer_frame_default IN ACCESS EXCLUSIVE MODE")

    async with held(lock):
        for _ in range(2):
            assert (await refusal(server, "/ocpp/CP%201", headers=headers))[0] == 503
    assert await in_db(Gateway.objects.count)() == 0
    assert await is_let_in(server, "/ocpp/CP%201", headers=headers)
    assert await in_db(Gateway.objects.count)() == 1


async def test_it_lets_stations_in_while_partitions_are_moved(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 5.0)
    _, key = await in_db(make_station)()

    def lock() -> None:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE charging_meterreading_default IN ACCESS EXCLUSIVE MODE")

    async with held(lock):
        assert await is_let_in(server, "/ocpp/CP%201", headers=basic("CP 1", key))


async def test_it_insists_until_the_database_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "AGAIN_AFTER_SECONDS", 0)
    answers = [OperationalError(), OperationalError(), None]

    def verb() -> str:
        if answer := answers.pop(0):
            raise answer
        return "done"

    ours = Database()
    assert await ours.insist(verb) == "done"
    ours.close()
