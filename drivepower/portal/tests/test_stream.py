"""The start page's WebSocket, on a real server."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from websockets.exceptions import InvalidStatus

from accounts.models import User
from charging.tests.world import NOW, World
from drivepower.core import doorbell
from drivepower.portal import stream
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.streaming import Client, open_page, pages, streaming
from ocpp_consumer.tests.server import Server, in_db

FOREVER = 3600.0


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """The portal's WebSockets behind the session's middleware."""
    with streaming(pages, lifespan="off") as running:
        yield running


@pytest.fixture(autouse=True)
def only_when_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes by itself, and nothing waits for its turn."""
    monkeypatch.setattr(stream, "QUIET_SECONDS", FOREVER)
    monkeypatch.setattr(stream, "PACE_SECONDS", 0.0)


def watching(server: Server, person: User | None, query: str = "") -> AbstractAsyncContextManager[Client]:
    """An open start page of that person."""
    return open_page(server, f"stream{query}", person)


async def make(person: Any, *args: Any) -> User:
    """Somebody, made on a thread."""
    made: User = await in_db(person)(*args)
    return made


async def test_it_sends_the_board_at_once(server: Server, shared_world: World) -> None:
    async with watching(server, await make(superuser)) as socket:
        board = await socket.hear()

    assert board["texts"]["stations"] == "1"
    assert board["states"][f"connector:{shared_world.station.pk}:1"] == "offline"
    assert board["rows"]["cars"] == []


async def test_it_sends_another_board_when_something_changed(server: Server, shared_world: World) -> None:
    async with watching(server, await make(superuser)) as socket:
        assert (await socket.hear())["texts"]["charging"] == "0"

        await in_db(shared_world.request)(await make(shared_world.driver))  # rings as every verb does

        while (board := await socket.hear())["texts"]["requested"] != "1":
            pass
        assert board["rows"]["commands"][0]["cells"]["subject"] == "BSK-01"


async def test_it_speaks_when_nobody_rings(
    server: Server, shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "QUIET_SECONDS", 0.05)
    async with watching(server, await make(superuser)) as socket:
        clocks = [(await socket.hear())["texts"]["clock"] for _ in range(3)]

    assert len(clocks) == 3


async def test_it_refuses_strangers(server: Server, shared_world: World) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with watching(server, None):
            pass

    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("who", ["driver", "staff without rights"])
async def test_it_refuses_those_who_may_see_nothing(server: Server, shared_world: World, who: str) -> None:
    def somebody() -> User:
        role = User.Role.DRIVER if who == "driver" else User.Role.STAFF
        return User.objects.create_user(email="nobody@example.com", role=role)

    with pytest.raises(InvalidStatus) as refusal:
        async with watching(server, await make(somebody)):
            pass

    assert refusal.value.response.status_code == 403


async def test_it_sends_only_what_one_may_see(server: Server, shared_world: World) -> None:
    def technician() -> User:
        person = User.objects.create_user(email="t@example.com", role=User.Role.STAFF)
        person.user_permissions.add(Permission.objects.get(content_type__app_label="charging", codename="view_session"))
        shared_world.charging(shared_world.driver(name="Aizada"))
        return person

    async with watching(server, await make(technician)) as socket:
        board = await socket.hear()

    assert set(board["rows"]) == {"cars", "ticker"}
    assert board["rows"]["cars"][0]["cells"]["driver"] == "–"
    assert board["states"] == {"reviews": "free"}
    assert not {"stations", "revenue_today", "held", "alerts"} & set(board["texts"])


async def test_it_ends_when_the_rights_do(server: Server, shared_world: World) -> None:
    person = await make(superuser)
    async with watching(server, person) as socket:
        await socket.hear()
        await in_db(User.objects.filter(pk=person.pk).update)(is_active=False)
        doorbell.tell_portal({"type": "portal.changed"})

        assert await socket.ended() == stream.FORBIDDEN


async def test_it_speaks_the_language_of_the_page(server: Server, shared_world: World) -> None:
    def driven() -> User:
        session = shared_world.charging(shared_world.driver(), at=NOW)
        shared_world.read(session, 1_235_600, at=NOW)
        return superuser()

    person = await make(driven)
    heard = {}
    for language in ("en", "ru", "xx"):
        async with watching(server, person, f"?language={language}") as socket:
            heard[language] = (await socket.hear())["rows"]["cars"][0]["cells"]["energy"]

    assert heard == {"en": "1,234.6 kWh", "ru": "1\xa0234,6 кВт·ч", "xx": "1,234.6 kWh"}


async def test_it_does_not_mind_what_a_page_says(server: Server, shared_world: World) -> None:
    async with watching(server, await make(superuser)) as socket:
        await socket.hear()
        await socket.socket.send("{not json")
        await socket.socket.send(b"\x00")
        doorbell.tell_portal({"type": "portal.changed"})

        assert (await socket.hear())["texts"]["stations"] == "1"


async def test_it_takes_the_figures_once_for_all_who_watch(
    shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PACE_SECONDS", FOREVER)
    shared = stream.shared()

    first, second = await asyncio.gather(shared.newest(), shared.newest())
    monkeypatch.setattr(stream, "PACE_SECONDS", 0.0)
    third = await shared.newest()

    assert first is second
    assert third is not first


async def test_it_asks_for_the_days_before_today_only_now_and_then(shared_world: World) -> None:
    shared = stream.shared()

    first = await shared.newest()
    second = await shared.newest()

    assert second is not first
    assert second.days[-1] is not first.days[-1]
    assert all(kept is taken for kept, taken in zip(second.days[:-1], first.days[:-1], strict=True))
