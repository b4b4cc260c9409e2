"""Whoever comes back hears what was missed: nothing twice, nothing never; also while many write, and without Valkey."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from channels.layers import channel_layers
from django.db import connection, transaction
from django.utils import timezone

from drivepower.core.models import Event
from drivepower.portal.streams import told
from drivepower.portal.streams.told import read_position, write_position
from drivepower.portal.tests.streaming import Client, happen, open_stream, streaming
from ocpp_consumer.tests.server import Server, in_db

PATH = "locations/stream"
WRITERS, EACH = 4, 60


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """Streams and stations."""
    with streaming() as running:
        yield running


def write_many(first: int) -> None:
    """Transactions that last, overlap, and write more than one event."""
    try:
        for number in range(first, first + EACH, 2):
            with transaction.atomic():
                happen("station.online", number=number)
                if number % 3 == 0:
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_sleep(0.01)")
                happen("station.online", number=number + 1)
    finally:
        connection.close()


async def resume(client: Client, last: str) -> None:
    """Come back after that message."""
    await client.say(subscribe="all", resume=last)


async def numbers(client: Client, count: int) -> list[tuple[str, int]]:
    """The next events, each by its id and number."""
    heard = []
    for _ in range(count):
        message = await client.hear()
        assert message["type"] == "event", message
        heard.append((message["id"], message["payload"]["number"]))
    return heard


async def test_it_has_no_gap_and_no_repetition_while_many_write(server: Server) -> None:
    async with open_stream(server, PATH) as client:
        await client.say(subscribe="all")
        last = (await client.hear())["id"]
        await in_db(happen)("station.online", number=-1)
        last = (await client.hear())["id"]
    writers = [threading.Thread(target=write_many, args=(1000 * number,)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    heard: list[tuple[str, int]] = []
    while len(heard) < WRITERS * EACH:
        async with open_stream(server, PATH) as client:
            await resume(client, last)
            heard += await numbers(client, min(7, WRITERS * EACH - len(heard)))
            last = heard[-1][0]
    for writer in writers:
        writer.join()

    expected = {1000 * writer + number for writer in range(WRITERS) for number in range(EACH)}
    assert {number for _, number in heard} == expected
    assert len(heard) == len(expected)
    positions = [read_position(key) or (0, 0) for key, _ in heard]
    assert positions == sorted(positions)


async def test_it_hears_all_while_many_write(server: Server) -> None:
    async with open_stream(server, PATH) as one, open_stream(server, PATH) as other:
        for client in (one, other):
            await client.say(subscribe="all")
            await client.hear()
        writers = [threading.Thread(target=write_many, args=(1000 * number,)) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        heard = await numbers(one, WRITERS * EACH)
        assert heard == await numbers(other, WRITERS * EACH)
        for writer in writers:
            writer.join()

    assert len({number for _, number in heard}) == WRITERS * EACH


async def first_events(server: Server, count: int) -> str:
    """So many events, and the id of the first of them."""
    for number in range(count):
        await in_db(happen)("station.online", number=number)
    first = await in_db(Event.objects.earliest)("id")
    return write_position((first.transaction, first.pk))


async def test_it_replays_what_was_missed_then_goes_on(server: Server) -> None:
    first = await first_events(server, 4)
    async with open_stream(server, PATH) as client:
        await client.say(resume=first)
        assert [number for _, number in await numbers(client, 3)] == [1, 2, 3]
        await in_db(happen)("station.online", number=4)
        assert [number for _, number in await numbers(client, 1)] == [4]


@pytest.mark.parametrize(
    "kept", ["0-0", "1-1", "9999999999-1", "", "x", "1-", "-1", "1-²", f"{2**63}-1", 7, {}], ids=str
)
async def test_it_begins_anew_after_what_it_does_not_know(server: Server, kept: object) -> None:
    await first_events(server, 2)
    async with open_stream(server, PATH) as client:
        await client.say(subscribe="all", resume=kept)
        assert [(await client.hear())["type"] for _ in range(2)] == ["reset", "snapshot"]


async def test_it_begins_anew_after_what_was_told_before_a_restore(server: Server) -> None:
    elsewhere = {"kind": "station.online", "subject": "thing:1", "is_public": True, "at": timezone.now()}
    old = await in_db(Event.objects.create)(transaction=2**40, **elsewhere)
    await first_events(server, 2)
    async with open_stream(server, PATH) as client:
        await client.say(subscribe="all", resume=write_position((2**40, old.pk)))
        assert [(await client.hear())["type"] for _ in range(2)] == ["reset", "snapshot"]
        await in_db(happen)("station.online", number=7)
        assert [number for _, number in await numbers(client, 1)] == [7]


async def test_it_begins_anew_after_too_much(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "MOST_MISSED", 3)
    first = await first_events(server, 5)
    async with open_stream(server, PATH) as client:
        await client.say(subscribe="all", resume=first)
        assert (await client.hear())["type"] == "reset"


async def test_it_begins_anew_after_too_many_bytes(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await first_events(server, 3)
    for most, begins in ((1_000_000, "event"), (100, "reset")):
        monkeypatch.setattr(told, "MOST_MISSED_BYTES", most)
        async with open_stream(server, PATH) as client:
            await client.say(subscribe="all", resume=first)
            assert (await client.hear())["type"] == begins


async def test_it_begins_anew_after_too_long(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "LONGEST_ABSENCE", timedelta())
    first = await first_events(server, 2)
    async with open_stream(server, PATH) as client:
        await client.say(subscribe="all", resume=first)
        assert (await client.hear())["type"] == "reset"


async def test_it_waits_for_who_may_still_come_before(server: Server) -> None:
    """A transaction that began to write earlier and commits later is told first."""
    begun, go = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                happen("station.online", number=1)
                begun.set()
                go.wait(30)
        finally:
            connection.close()

    async with open_stream(server, PATH) as client:
        await client.say(subscribe="all")
        await client.hear()
        slow = threading.Thread(target=write_slowly)
        slow.start()
        await in_db(begun.wait)(30)
        await in_db(happen)("station.online", number=2)
        go.set()
        assert [number for _, number in await numbers(client, 2)] == [1, 2]
        slow.join()


@pytest.fixture
def no_valkey(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doorbell's server does not answer."""
    layer = channel_layers.make_backend("default")
    away: dict[str, Any] = {"hosts": ["redis://127.0.0.1:1/0"]}
    monkeypatch.setitem(channel_layers.backends, "default", type(layer)(**away))


@pytest.mark.usefixtures("no_valkey")
async def test_it_tells_without_valkey(server: Server) -> None:
    async with open_stream(server, PATH) as client:
        await client.say(subscribe="all")
        await client.hear()
        for number in range(3):
            await in_db(happen)("station.online", number=number)
        assert [number for _, number in await numbers(client, 3)] == [0, 1, 2]
