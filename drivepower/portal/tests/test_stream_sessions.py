"""/api/v1/sessions/stream: one's own charges, and nobody else's."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from websockets.exceptions import InvalidStatus

from accounts import logins
from accounts.models import Login, User
from charging.models import Session, SessionMeter
from charging.tests.world import NOW, World
from drivepower.portal.streams import guard, known, locations
from drivepower.portal.streams.line import TOO_LATE, TOO_MANY, UNAUTHORIZED
from drivepower.portal.tests.streaming import happen, open_stream, own_stream, streaming, token_of
from ocpp_consumer.tests.server import Server, in_db

PATH = "sessions/stream"


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """Streams and stations."""
    with streaming() as running:
        yield running


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights are looked at all the time."""
    monkeypatch.setattr(guard, "CHECK_SECONDS", 0.05)


async def make(what: Any, *args: Any, **fields: Any) -> Any:
    """Something made on a thread."""
    return await in_db(what)(*args, **fields)


async def test_it_tells_how_ones_charge_stands(server: Server, shared_world: World) -> None:
    driver = await make(shared_world.driver)
    session: Session = await make(shared_world.charging, driver, energy_wh=10_000)
    async with own_stream(server, driver) as client:
        snapshot = await client.hear()
        await make(shared_world.read, session, 2_500 + 1_000, at=NOW, power_w=22_000)
        while (shown := await client.progress())["energy_kwh"] == 0:
            pass

    assert [one["session_id"] for one in snapshot["sessions"]] == [str(session.public_id)]
    assert (shown["energy_kwh"], shown["power_kw"], shown["limit_percentage"]) == (2.5, 22.0, 25.0)
    assert (shown["station_id"], shown["connector_id"], shown["state"]) == ("BSK-01", 1, "active")


async def test_it_tells_soc_and_cost(server: Server, shared_world: World) -> None:
    driver = await make(shared_world.driver)
    session: Session = await make(shared_world.charging, driver)
    await make(shared_world.read, session, 3_000, at=NOW)
    await make(SessionMeter.objects.update, soc=40, running_cost="30.00")
    async with own_stream(server, driver) as client:
        (shown,) = (await client.hear())["sessions"]

    assert (shown["ev_battery_soc"], shown["current_cost"], shown["currency"]) == (40.0, "30.00", "KGS")


async def test_it_tells_what_has_not_changed_once(server: Server, shared_world: World) -> None:
    driver = await make(shared_world.driver)
    session: Session = await make(shared_world.charging, driver)
    async with own_stream(server, driver) as client:
        await client.hear()
        first = await client.progress()
        await make(shared_world.read, session, 1_500, at=NOW)
        second = await client.progress()

    assert (first["energy_kwh"], second["energy_kwh"]) == (0.0, 0.5)


async def test_it_tells_nothing_of_others(server: Server, shared_world: World) -> None:
    mine, theirs = await make(shared_world.driver), await make(shared_world.driver)
    session: Session = await make(shared_world.charging, theirs)
    async with own_stream(server, mine) as client, own_stream(server, theirs) as other:
        assert (await client.hear())["sessions"] == []
        assert len((await other.hear())["sessions"]) == 1
        await make(happen, "session.started", number=1, driver=theirs.public_id)
        await make(happen, "alert.opened", number=2, driver=mine.public_id)
        await make(shared_world.read, session, 1_500, at=NOW)
        assert (await other.hear_of("session.started"))["payload"]["number"] == 1
        await make(happen, "wallet.low", number=3, driver=mine.public_id)
        assert (await client.hear())["payload"]["number"] == 3


async def test_it_takes_the_token_as_a_subprotocol(
    server: Server, shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "QUIET_SECONDS", 0.05)
    token = await make(token_of, await make(shared_world.driver))
    async with open_stream(server, PATH, "drivepower", f"bearer.{token}") as client:
        assert client.socket.subprotocol == "drivepower"
        assert (await client.hear())["type"] == "snapshot"
    async with open_stream(server, PATH, f"bearer.{token}") as client:
        assert (await client.hear())["type"] == "snapshot"


async def test_it_takes_no_token_from_the_address(
    server: Server, shared_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locations, "PATIENCE_SECONDS", 0.2)
    token = await make(token_of, await make(shared_world.driver))
    async with open_stream(server, f"{PATH}?token={token}&access_token={token}") as client:
        assert await client.ended() == TOO_LATE
    monkeypatch.setattr(locations, "PATIENCE_SECONDS", 30)
    async with open_stream(server, f"{PATH}?token={token}") as client:
        await client.say(resume="1-1")
        assert await client.ended() == UNAUTHORIZED


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ключ", 7, None, ["a"], "x" * 3000], ids=lambda one: str(one)[:8])
async def test_it_takes_no_other_token(server: Server, token: object) -> None:
    async with open_stream(server, PATH) as client:
        await client.say(token=token)
        assert await client.ended() == UNAUTHORIZED


async def test_it_takes_no_refresh_token(server: Server, shared_world: World) -> None:
    driver = await make(shared_world.driver)
    pair = await make(logins.come_in, user=driver, address="", device="", at=timezone.now())
    async with open_stream(server, PATH) as client:
        await client.say(token=pair.refresh)
        assert await client.ended() == UNAUTHORIZED


def log_out(driver: User) -> None:
    """Everywhere."""
    logins.end_all(user=driver, why=Login.End.EVERYWHERE, at=timezone.now())


def block(driver: User) -> None:
    """An operator blocks them."""
    User.objects.filter(pk=driver.pk).update(is_active=False)


@pytest.mark.parametrize("end", [log_out, block], ids=["logged out", "blocked"])
async def test_it_ends_with_the_login(server: Server, shared_world: World, end: Any) -> None:
    driver, other = await make(shared_world.driver), await make(shared_world.driver)
    async with own_stream(server, driver) as client, own_stream(server, other) as stays:
        await client.hear()
        await stays.hear()
        await make(end, driver)

        assert await client.ended() == UNAUTHORIZED
        await make(happen, "wallet.low", driver=other.public_id)
        assert (await stays.hear())["kind"] == "wallet.low"


async def test_it_ends_with_the_token(server: Server, shared_world: World) -> None:
    driver = await make(shared_world.driver)
    almost = timezone.now() - timedelta(minutes=60) + timedelta(seconds=12)
    pair = await make(logins.come_in, user=driver, address="", device="", at=almost)
    async with open_stream(server, PATH) as client:
        await client.say(token=pair.access)
        assert (await client.hear())["type"] == "snapshot"

        assert await client.ended() == UNAUTHORIZED


async def test_it_holds_ten_sockets_of_a_person(server: Server, shared_world: World) -> None:
    driver = await make(shared_world.driver)
    token = await make(token_of, driver)
    async with own_stream(server, await make(shared_world.driver)) as other:
        await other.hear()
        streams = [open_stream(server, PATH) for _ in range(10)]
        clients = [await stream.__aenter__() for stream in streams]
        for client in clients:
            await client.say(token=token)
            await client.hear()
        async with open_stream(server, PATH) as eleventh:
            await eleventh.say(token=token)
            assert await eleventh.ended() == TOO_MANY
        await asyncio.gather(*(stream.__aexit__(None, None, None) for stream in streams))
    async with open_stream(server, PATH) as again:
        await again.say(token=token)
        assert (await again.hear())["type"] == "snapshot"


async def test_it_is_at_no_other_address(server: Server) -> None:
    with pytest.raises((InvalidStatus, ValueError, EOFError)):
        async with open_stream(server, "sessions/streams"):
            pass
