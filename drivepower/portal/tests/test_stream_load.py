"""What nobody's socket can make the server do: write the network again and again, or keep megabytes for it."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from charging.tests.world import World
from drivepower.portal.streams import hub, locations, network, told
from drivepower.portal.streams.hub import MOST_PER_ADDRESS
from drivepower.portal.streams.line import MOST_WAITING, TRY_AGAIN, Goodbye, Line
from drivepower.portal.tests.streaming import happen, open_stream, own_stream, streaming
from ocpp_consumer.tests.server import Server, in_db

PATH = "locations/stream"
ALL_TAKEN = 1000


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """Streams and stations."""
    with streaming() as running:
        yield running


@pytest.fixture
def writings(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """The threads on which places were written."""
    found: list[threading.Thread] = []
    write = told.write

    def watched(message: Mapping[str, Any]) -> str:
        if "stations" in message or "locations" in message:
            found.append(threading.current_thread())
        return write(message)

    monkeypatch.setattr(told, "write", watched)
    return found


@pytest.mark.parametrize("wish", [{"subscribe": "all"}, {"subscribe": "station", "id": "BSK-01"}], ids=str)
async def test_it_writes_the_network_beside_the_loop(
    server: Server, shared_world: World, writings: list[threading.Thread], wish: dict[str, str]
) -> None:
    loops: list[threading.Thread] = []
    serve = locations.subscribe

    async def watched(*args: Any) -> None:
        loops.append(threading.current_thread())
        await serve(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locations, "subscribe", watched)
        async with open_stream(server, PATH) as client:
            await client.say(**wish)
            assert (await client.hear())["locations"]
    assert writings
    assert loops
    assert not set(writings) & set(loops)


async def test_it_writes_the_network_once_for_a_crowd(
    server: Server, shared_world: World, writings: list[threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "PACE_SECONDS", 8.0)
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(open_stream(server, PATH)) for _ in range(MOST_PER_ADDRESS)]
        first, *crowd = sockets
        await first.say(subscribe="all")
        await first.hear()
        for client in crowd:
            await client.say(subscribe="all")
        heard = [await client.socket.recv() for client in crowd]
    assert len(set(heard)) == 1
    assert len(writings) == 2


async def test_it_serves_what_is_wished_too_soon_later_and_at_once(
    server: Server, shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[locations.Wish] = []
    serve = locations.subscribe

    async def counted(visitor: Any, listener: Any, wish: locations.Wish) -> None:
        served.append(wish)
        await serve(visitor, listener, wish)

    monkeypatch.setattr(locations, "subscribe", counted)
    monkeypatch.setattr(locations, "SPACING_SECONDS", 4.0)
    async with open_stream(server, PATH) as client:
        await client.say(subscribe="all")
        await client.hear()
        for _ in range(6):
            await client.say(subscribe="all")
        await client.say(subscribe="nothing")
        await client.say(subscribe="location", id="BSK")
        assert (await client.hear())["error"] == "invalid_parameters"
        assert (await client.hear())["type"] == "snapshot"
        await in_db(happen)("station.online", number=1, location="OSH")
        await in_db(happen)("station.online", number=2, location="BSK")
        assert (await client.hear())["payload"]["number"] == 2
    assert [(wish.what, wish.code) for wish in served] == [("all", ""), ("location", "BSK")]


async def ending_of_unread(*texts: str, snapshots: int) -> int:
    """The code with which a socket that is not read ends after so many snapshots and these texts."""
    codes: list[int] = []

    async def send(message: dict[str, Any]) -> None:
        if message["type"] != "websocket.close":
            await asyncio.Event().wait()
        codes.append(message["code"])

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.disconnect"}

    held = Line(receive, send)

    async def talk() -> None:
        for _ in range(snapshots):
            held.show("s" * 3_000_000)
        for text in texts:
            held.say(text)
        raise Goodbye(ALL_TAKEN)

    await held.hold(talk())
    return codes[0]


@pytest.mark.parametrize(
    ("texts", "snapshots", "code"),
    [
        (["x" * MOST_WAITING], 1, ALL_TAKEN),
        (["x" * (MOST_WAITING - 1), "я"], 0, TRY_AGAIN),
        (["x" * (MOST_WAITING // 2)] * 3, 0, TRY_AGAIN),
        (["x" * 100] * 5000, 1, ALL_TAKEN),
        (["x"], 2, TRY_AGAIN),
    ],
    ids=["full beside a snapshot", "a byte too much", "large ones", "many small ones", "two snapshots"],
)
async def test_it_keeps_so_many_bytes_for_a_reader(texts: list[str], snapshots: int, code: int) -> None:
    assert await ending_of_unread(*texts, snapshots=snapshots) == code


async def test_it_has_room_again_for_what_was_read() -> None:
    sent: list[str] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message.get("text", ""))

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.disconnect"}

    held = Line(receive, send)

    async def talk() -> None:
        for number in range(1, 6):
            held.show("s" * 10)
            held.say("x" * MOST_WAITING)
            while len(sent) < 2 * number:
                await asyncio.sleep(0)
        raise Goodbye(None)

    await held.hold(talk())
    assert [len(text) for text in sent] == [10, MOST_WAITING] * 5


async def test_it_counts_addresses_of_strangers_only(
    server: Server, shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "MOST_PER_ADDRESS", 2)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(open_stream(server, PATH))
        for _ in range(5):
            driver = await in_db(shared_world.driver)()
            client = await stack.enter_async_context(own_stream(server, driver))
            assert (await client.hear())["type"] == "snapshot"
        for _ in range(2):
            await stack.enter_async_context(open_stream(server, "sessions/stream"))
        for path in (PATH, "sessions/stream"):
            with pytest.raises(InvalidStatus) as refused:
                await stack.enter_async_context(open_stream(server, path))
            assert refused.value.response.status_code == 429
