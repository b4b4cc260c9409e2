"""A line that is dead without a word is noticed by its unanswered pings, and the station is offline then."""

import asyncio
from base64 import b64encode

from ocpp_consumer.tests.server import Server, basic, eventually, in_db, make_station, running_server, talking
from stations.models import ConnectionSpan, Station


async def silent_socket(server: Server, identity: str, key: str) -> asyncio.StreamWriter:
    """A socket that is opened properly and never answers a ping."""
    host, port = server.url.removeprefix("ws://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = [
        f"GET /ocpp/{identity} HTTP/1.1",
        f"Host: {host}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {b64encode(bytes(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: ocpp1.6",
        f"Authorization: {basic(identity, key)['Authorization']}",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    assert (await reader.readline()).split()[1] == b"101"
    return writer


async def test_it_notices_a_line_that_answers_no_ping(transactional_db: None) -> None:
    _, dead_key = await in_db(make_station)("dead")
    _, key = await in_db(make_station)("alive")
    with running_server(ws_ping_interval=0.5, ws_ping_timeout=1.5) as server:
        async with talking(server, "/ocpp/alive", headers=basic("alive", key)) as alive:
            writer = await silent_socket(server, "dead", dead_key)
            await eventually(lambda: Station.objects.get(identity="dead").gateway, "the dead one is online")
            await eventually(lambda: not Station.objects.get(identity="dead").gateway, "the dead one is offline")
            span = await in_db(ConnectionSpan.objects.get)(station__identity="dead")
            assert (span.reason, span.until is None) == (ConnectionSpan.Reason.CLOSED, False)
            assert await alive.ask("Heartbeat", {})
            writer.close()


async def test_it_leaves_a_new_socket_alone_when_the_dead_line_ends(transactional_db: None) -> None:
    _, key = await in_db(make_station)("CP")
    with running_server(ws_ping_interval=0.5, ws_ping_timeout=1.5) as server:
        writer = await silent_socket(server, "CP", key)
        await eventually(lambda: Station.objects.get().gateway, "the first socket")
        async with talking(server, "/ocpp/CP", headers=basic("CP", key)) as talk:
            await talk.ask("Heartbeat", {})
            await eventually(lambda: ConnectionSpan.objects.get(epoch=1).until, "the old span has ended")
            assert await talk.ask("Heartbeat", {})
            assert (await in_db(Station.objects.get)()).gateway_id is not None
            assert not await in_db(ConnectionSpan.objects.filter(was_fight=True).exists)()
        writer.close()
