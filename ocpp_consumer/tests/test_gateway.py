"""A server process as gateway: its lease, what it does when it loses it, and how it ends."""

import asyncio
import threading
from datetime import timedelta
from functools import partial

import pytest
from channels.layers import get_channel_layer
from django.db import transaction
from django.utils import timezone
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ocpp_consumer import database, gateway, presence, rounds
from ocpp_consumer.journal import Journal
from ocpp_consumer.tests.server import (
    PATIENCE,
    Server,
    Talk,
    basic,
    eventually,
    in_db,
    make_station,
    now,
    running_server,
    talking,
)
from ocpp_consumer.tests.test_journal import Line
from stations import gateways
from stations.models import ConnectionSpan, Connector, Gateway, Station


async def test_it_takes_out_a_lease_with_the_first_socket(server: Server) -> None:
    assert await in_db(Gateway.objects.count)() == 0
    _, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("Heartbeat", {})
        gateway = await in_db(Gateway.objects.get)()
        assert gateway.renewed_at > timezone.now() - timedelta(seconds=15)
        assert await in_db(Station.objects.filter(gateway=gateway).count)() == 1


async def test_it_lets_stations_go_that_others_took_from_it(talk: Talk, station: Station) -> None:
    """A sweep took the process for dead: its sockets must not speak for stations that it no longer holds."""
    await in_db(Station.objects.filter(pk=station.pk).update)(gateway=None)
    assert await talk.closed() == 1000


async def test_it_keeps_the_stations_that_a_sweep_took_while_it_stalled(talk: Talk, station: Station) -> None:
    """It seemed dead and lives: nobody else has come for them, so their sockets are still the newest."""
    await talk.ask("Heartbeat", {})
    assert await in_db(gateways.bury)(at=timezone.now() + timedelta(minutes=1)) == 1
    await eventually(lambda: Station.objects.get().gateway, "the station is ours again")
    assert await talk.ask("Heartbeat", {})
    span = await in_db(ConnectionSpan.objects.get)()
    assert (span.until, span.reason) == (None, "")


async def test_it_lets_stations_go_that_have_no_socket(server: Server) -> None:
    """Their goodbye could not be stored, or nobody waited any more for their entering."""
    ghost, _ = await in_db(make_station)("ghost")
    newcomer, _ = await in_db(make_station)("newcomer")
    _, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("Heartbeat", {})
        held = await in_db(Gateway.objects.get)()
        a_minute_ago = timezone.now() - timedelta(minutes=1)
        await in_db(presence.connect)(station_id=ghost.pk, gateway_id=held.pk, at=a_minute_ago)
    in_a_minute = timezone.now() + timedelta(minutes=1)
    await in_db(presence.connect)(station_id=newcomer.pk, gateway_id=held.pk, at=in_a_minute)
    await eventually(lambda: Station.objects.get(pk=ghost.pk).gateway is None, "the ghost is let go")
    span = await in_db(ConnectionSpan.objects.get)(station=ghost)
    assert span.until is not None
    assert await in_db(Station.objects.filter(pk=newcomer.pk, gateway=held).exists)()


def test_it_sends_stations_away_when_it_stops(transactional_db: None) -> None:
    _, key = make_station()
    ended = []

    async def stay(server: Server) -> None:
        async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
            await talk.ask("Heartbeat", {})
            server.should_exit = True
            ended.append(await talk.closed())

    with running_server() as server:
        asyncio.run(stay(server))
    assert ended == [1012]
    assert Station.objects.get().gateway is None
    assert not Gateway.objects.exists()
    assert ConnectionSpan.objects.get().until is not None


async def test_it_tells_the_portal_that_something_changed(talk: Talk) -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add("portal", channel)
    heard: set[str] = set()
    async with asyncio.timeout(PATIENCE):
        while not {"connectors", "sessions"} <= heard:
            said = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
            await talk.ask("StatusNotification", said)
            start = {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": now()}
            await talk.ask("StartTransaction", start)
            message = await layer.receive(channel)
            assert message["type"] == "portal.changed"
            heard.update(message["what"])
    await layer.flush()


async def test_it_tells_the_portal_of_a_first_change_at_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "TELL_EVERY", timedelta(hours=1))
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add("portal", channel)
    _, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)), asyncio.timeout(30):
        message = await layer.receive(channel)
    assert "stations" in message["what"]
    await layer.flush()


async def test_it_acknowledges_nothing_while_the_journals_database_is_away(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The socket is closed without an answer, new ones are refused, and all is well when the database is back."""
    line = Line()
    monkeypatch.setattr(gateway, "Journal", partial(Journal, connect=line.connect, patience=0.5))
    _, key = await in_db(make_station)()
    headers = basic("CP 1", key)
    with running_server() as server:
        async with talking(server, "/ocpp/CP%201", headers=headers) as talk:
            await talk.ask("Heartbeat", {}, message_id="before")
            await in_db(line.cut)()
            for number in range(100):  # more than wait at once
                await talk.send([2, f"lost {number}", "Heartbeat", {}])
            assert await talk.closed() == 1013
            with pytest.raises(ConnectionClosed):
                await talk.hear()
        with pytest.raises(InvalidStatus) as refused:
            async with talking(server, "/ocpp/CP%201", headers=headers):
                pass
        assert refused.value.response.status_code == 503
        line.is_cut = False
        async with asyncio.timeout(PATIENCE):
            while not await again(server, headers):
                pass


async def again(server: Server, headers: dict[str, str]) -> bool:
    """Whether the station is let in and heard."""
    try:
        async with talking(server, "/ocpp/CP%201", headers=headers) as talk:
            return "currentTime" in await talk.ask("Heartbeat", {}, message_id="after")
    except InvalidStatus:
        return False


async def test_it_closes_a_socket_whose_verb_cannot_be_carried_out(
    talk: Talk, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never an error to a Start: the station would count it, and in the end drop what it wanted to say."""
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.5)
    await talk.ask("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"})
    connector = await eventually(lambda: Connector.objects.filter(number=1).first(), "the connector is made")
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Connector.objects.select_for_update().get(pk=connector.pk)
            held.set()
            free.wait()

    holding = asyncio.ensure_future(in_db(hold, thread_sensitive=False)())
    try:
        await asyncio.to_thread(held.wait)
        start = {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": now()}
        await talk.send([2, "1", "StartTransaction", start])
        assert await talk.closed() == 1013
    finally:
        free.set()
        await holding
