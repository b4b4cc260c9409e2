"""How a station opens its socket: in every form of the address, with its key in every form, in our subprotocol."""

import asyncio
from typing import Any

import pytest
from django.db import transaction

from ocpp_consumer import database
from ocpp_consumer.tests.server import Server, basic, eventually, in_db, is_let_in, make_station, refusal, talking
from stations.models import ConnectionSpan, QuirkProfile, Station


@pytest.mark.parametrize(
    "path",
    [
        "/ocpp/RDAM%20123%2F%D0%96",
        "/ws/RDAM%20123%2F%D0%96",
        "/ocpp/RDAM%20123%2F%D0%96/",
        "/ocpp/RDAM%20123%2F%D0%96//",
        "/ocpp/RDAM%20123%2F%D0%96/ocpp1.6",
        "/ocpp/v16/RDAM%20123%2f%d0%96",
        "/ws/RDAM%20123%2F%D0%96?version=1.6",
        "/ocpp/ws?station_id=RDAM%20123%2F%D0%96",
        "/ocpp?chargePointId=RDAM%20123%2F%D0%96&version=1.6",
    ],
)
async def test_it_knows_the_station_in_every_form_of_the_address(server: Server, path: str) -> None:
    identity = "RDAM 123/Ж"
    _, key = await in_db(make_station)(identity)
    async with talking(server, path, headers=basic(identity, key)) as talk:
        assert await talk.ask("Heartbeat", {})


async def test_it_takes_the_key_as_hex_or_as_bytes(server: Server) -> None:
    _, key = await in_db(make_station)("CP:1")
    for form in (key, key.upper(), bytes.fromhex(key)):
        async with talking(server, "/ocpp/CP%3A1", headers=basic("CP:1", form)) as talk:
            assert await talk.ask("Heartbeat", {})


async def test_it_takes_the_last_part_of_the_address_where_nobody_says_otherwise(server: Server) -> None:
    await in_db(make_station)("open", security_profile=Station.SecurityProfile.OPEN)
    assert await is_let_in(server, "/ocpp/v16/open/")
    assert not await is_let_in(server, "/ocpp/open/v16")


async def test_it_asks_no_key_of_an_open_station(server: Server) -> None:
    await in_db(make_station)("open", security_profile=Station.SecurityProfile.OPEN)
    async with talking(server, "/ocpp/open") as talk:
        assert await talk.ask("Heartbeat", {})


async def test_it_chooses_the_subprotocol_that_it_speaks(server: Server) -> None:
    _, key = await in_db(make_station)()
    headers = basic("CP 1", key)
    for some in (("ocpp0.1", "ocpp1.6"), ("ocpp1.6", "ocpp2.0.1"), ("ocpp1.6",)):
        async with talking(server, "/ocpp/CP%201", headers=headers, subprotocols=some) as talk:
            assert talk.socket.subprotocol == "ocpp1.6"
    others: tuple[tuple[str, ...], ...] = (("ocpp0.1",), ("ocpp2.0.1", "OCPP1.6"), ())
    for offered in others:
        assert (await refusal(server, "/ocpp/CP%201", headers=headers, subprotocols=offered))[0] == 400
    assert (await refusal(server, "/ocpp/CP%201", subprotocols=("ocpp0.1",)))[0] == 401


@pytest.mark.parametrize("offered", [("ocpp0.1",), ()])
async def test_it_refuses_a_subprotocol_by_the_letter_if_it_is_told_to(
    server: Server, settings: Any, offered: tuple[str, ...]
) -> None:
    """J 3.2: the handshake is completed without the header, then the socket is closed at once."""
    settings.OCPP_SUBPROTOCOL_REFUSAL = "spec"
    _, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key), subprotocols=offered) as talk:
        assert await talk.closed() == 1002
        assert talk.socket.subprotocol is None
    assert not await in_db(ConnectionSpan.objects.exists)()
    assert (await refusal(server, "/ocpp/CP%201", subprotocols=offered))[0] == 401


async def test_it_lets_a_station_name_no_subprotocol_if_it_may(server: Server) -> None:
    _, key = await in_db(make_station)(allows_no_subprotocol=True)
    headers = basic("CP 1", key)
    async with talking(server, "/ocpp/CP%201", headers=headers, subprotocols=()) as talk:
        assert talk.socket.subprotocol is None
        assert await talk.ask("Heartbeat", {})
    assert (await refusal(server, "/ocpp/CP%201", headers=headers, subprotocols=("ocpp0.1",)))[0] == 400


async def test_it_lets_firmware_name_no_subprotocol_that_is_known_for_it(server: Server) -> None:
    _, key = await in_db(make_station)(vendor="Elder", model="One")
    quirk = await in_db(QuirkProfile.objects.create)(name="Elder", vendor="elder*", sends_no_subprotocol=True)
    how: Any = {"headers": basic("CP 1", key), "subprotocols": ()}
    assert (await refusal(server, "/ocpp/CP%201", **how))[0] == 400
    await in_db(QuirkProfile.objects.filter(pk=quirk.pk).update)(is_on=True)
    assert await is_let_in(server, "/ocpp/CP%201", **how)


async def test_it_says_who_is_online_while_the_socket_lasts(server: Server) -> None:
    station, key = await in_db(make_station)()
    async with talking(server, "/ocpp/CP%201", headers=basic("CP 1", key)) as talk:
        await talk.ask("Heartbeat", {})
        span = await in_db(ConnectionSpan.objects.get)(station=station)
        assert span.address == "127.0.0.1"
        online = await in_db(lambda: Station.objects.online(at=span.since).count())()
        assert (online, span.until, span.epoch) == (1, None, 1)
    await eventually(lambda: Station.objects.get().gateway is None, "the station is offline")
    ended = await in_db(ConnectionSpan.objects.get)()
    assert (ended.reason, ended.close_code) == (ConnectionSpan.Reason.CLOSED, 1000)


def test_it_refuses_sockets_while_the_database_is_busy(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A handshake that cannot finish in time is a 503, so that the station tries again."""
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.5)
    station, key = make_station()
    with transaction.atomic():
        Station.objects.select_for_update().get(pk=station.pk)
        assert asyncio.run(refusal(server, "/ocpp/CP%201", headers=basic("CP 1", key)))[0] == 503
