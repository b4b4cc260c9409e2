"""The open log hears what was said since, in its own filter, and only who may see it does."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from websockets.exceptions import InvalidStatus

from accounts.models import Company, User
from charging.tests.world import World
from drivepower.portal import frames
from drivepower.portal.stream import FORBIDDEN
from drivepower.portal.tests.making import staff, superuser
from drivepower.portal.tests.streaming import Client, open_page, pages, streaming
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Server, in_db
from stations.models import Location, Station

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """The portal's WebSockets behind the session's middleware."""
    with streaming(pages, lifespan="off") as running:
        yield running


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks often, and says when nothing is new."""
    monkeypatch.setattr(frames, "PACE_SECONDS", 0.05)
    monkeypatch.setattr(frames, "QUIET_SECONDS", 0.0)


@asynccontextmanager
async def opening(server: Server, person: User | None, **said: Any) -> AsyncIterator[Client]:
    """A log that this person has opened just now."""
    async with open_page(server, "frames", person) as socket:
        await socket.say(**{"query": "", "since": timezone.now().isoformat(), "language": "en"} | said)
        yield socket


async def told(socket: Client) -> list[dict[str, Any]]:
    """The next rows."""
    while not (rows := (await socket.hear())["rows"]):
        pass
    return list(rows)


def say(station: Station, action: str = "Heartbeat", **fields: Any) -> Frame:
    """A frame comes."""
    row = {"epoch": 1, "direction": "in", "message_type": 2, "message_id": "1", "text": f'[2,"1","{action}",{{}}]'}
    return Frame.objects.create(station=station, action=action, received_at=timezone.now(), **{**row, **fields})


async def test_it_tells_a_call_and_then_its_answer_in_the_same_row(server: Server, shared_world: World) -> None:
    async with opening(server, await in_db(superuser)()) as socket:
        call = await in_db(say)(shared_world.station, "Reset", direction="out", text='[2,"1","Reset",{"type":"Soft"}]')
        [row] = await told(socket)
        assert (row["key"], row["said"], row["answer"]) == (str(call.pk), "Reset: Soft", "not answered yet")

        await in_db(say)(shared_world.station, "Reset", message_type=3, text='[3,"1",{"status":"Accepted"}]')
        [row] = await told(socket)
        assert (row["key"], row["answer"], row["tone"]) == (str(call.pk), "Accepted", "")
        assert len(row["raw"]) == 2


async def test_it_tells_what_its_filter_takes(server: Server, shared_world: World) -> None:
    async with opening(server, await in_db(superuser)(), query="q=needle&view=frames") as socket:
        await in_db(say)(shared_world.station, text="hay")
        wanted = await in_db(say)(shared_world.station, text=f"needle {HOSTILE}")
        rows = await told(socket)
    assert [row["key"] for row in rows] == [str(wanted.pk)]
    assert HOSTILE in rows[0]["raw"][0]["text"]  # as JSON; the page sets it as text


async def test_who_comes_back_hears_what_was_said_meanwhile(server: Server, shared_world: World) -> None:
    missed = await in_db(say)(shared_world.station)
    since = (timezone.now() - timedelta(minutes=1)).isoformat()
    async with opening(server, await in_db(superuser)(), since=since) as socket:
        assert [row["key"] for row in await told(socket)] == [str(missed.pk)]


async def test_it_tells_staff_of_a_company_of_their_stations_alone(server: Server, shared_world: World) -> None:
    def make() -> User:
        ours, theirs = (Company.objects.create(name=name, kind="host") for name in ("Ours", "Theirs"))
        Location.objects.update(host=theirs)
        person = staff("Support")
        User.objects.filter(pk=person.pk).update(company=ours)
        return person

    async with opening(server, await in_db(make)()) as socket:
        await in_db(say)(shared_world.station)
        assert (await socket.hear())["rows"] == []
        assert (await socket.hear())["rows"] == []


async def test_it_refuses_who_may_not_see_frames(server: Server, shared_world: World) -> None:
    async with opening(server, await in_db(staff)("Site host")) as socket:
        assert await socket.ended() == FORBIDDEN
    with pytest.raises(InvalidStatus):
        async with opening(server, None):
            pass


async def test_it_ends_when_the_rights_do(server: Server, shared_world: World) -> None:
    person = await in_db(superuser)()
    async with opening(server, person) as socket:
        await socket.hear()
        await in_db(User.objects.filter(pk=person.pk).update)(is_active=False)
        assert await socket.ended() == FORBIDDEN


@pytest.mark.parametrize(
    "said",
    [{"query": 1}, {"query": "\x00"}, {"query": "q" * 3000}, {"since": "never"}, {"since": None}],
    ids=["no query", "a zero", "too long", "no time", "nothing"],
)
async def test_it_refuses_nonsense(server: Server, shared_world: World, said: dict[str, Any]) -> None:
    async with opening(server, await in_db(superuser)(), **said) as socket:
        assert await socket.ended() == frames.NONSENSE


async def test_a_filter_that_is_none_tells_nothing(server: Server, shared_world: World) -> None:
    async with opening(server, await in_db(superuser)(), query="since=never") as socket:
        await in_db(say)(shared_world.station)
        assert (await socket.hear())["rows"] == []
