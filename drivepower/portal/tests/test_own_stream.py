"""The start page of staff of a company is live, and hears of nothing but what is the company's."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Company, User
from charging.models import Session
from charging.tests.world import World
from drivepower.core import doorbell
from drivepower.portal import stream
from drivepower.portal.figures import Scope
from drivepower.portal.tests.companies import FOREIGN, OURS, populate
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.streaming import Client, open_page, pages, streaming
from drivepower.portal.tests.test_own_start_page import ROLES, member
from ocpp_consumer.tests.server import Server, in_db
from stations.models import ConnectorState, Location

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


@pytest.fixture
def companies(shared_world: World) -> dict[str, Company]:
    """Ours, which hosts the world's station, and another one."""
    made = {name: populate(shared_world, name) for name in (OURS, FOREIGN)}
    Location.objects.filter(stations=shared_world.station).update(host=made[OURS])
    return made


async def hear(client: Client) -> dict[str, Any]:
    """The next board, in which nobody else is."""
    board = await client.hear()
    assert "FOREIGN" not in json.dumps(board, ensure_ascii=False)
    return board


async def is_silent(client: Client) -> bool:
    """Whether nothing comes of a ring for everybody: the one who watches the whole network has been told already."""
    try:
        async with asyncio.timeout(1):
            await client.socket.recv()
    except TimeoutError:
        return True
    return False


@pytest.mark.parametrize("role", ROLES)
async def test_it_sends_a_company_its_own_board(
    server: Server, shared_world: World, companies: dict[str, Company], role: str
) -> None:
    person = await in_db(member)(role, companies[OURS])
    async with open_page(server, "stream", person) as client:
        board = await hear(client)

    foreign = await in_db(lambda: Location.objects.get(code="FOREIGN-PLACE").stations.get().pk)()
    assert f"station:{foreign}" not in board["states"]
    assert not {"alerts", "commands"} & set(board["rows"])
    assert not {"alerts", "alerts_trend"} & set(board["texts"])
    if role == "Site host":
        assert board["texts"]["stations"] == "2"


async def test_it_moves_with_what_is_the_companys(
    server: Server, shared_world: World, companies: dict[str, Company]
) -> None:
    host = await in_db(member)("Site host", companies[OURS])
    async with open_page(server, "stream", host) as client:
        assert (await hear(client))["texts"]["charging"] == "0"

        await in_db(shared_world.charging)(await in_db(shared_world.driver)())
        doorbell.tell_portal({"type": "portal.changed"})

        while (board := await hear(client))["texts"]["charging"] != "1":
            pass
        assert board["rows"]["cars"][0]["cells"]["station"] == "BSK-01"


async def test_a_company_is_not_even_rung_for_what_is_others(
    server: Server, shared_world: World, companies: dict[str, Company]
) -> None:
    def they_break() -> None:
        station = Location.objects.get(code="FOREIGN-PLACE").stations.get()
        connector = station.connectors.create(number=1)
        shared_world.say(connector, "Faulted")
        Session.objects.filter(station=station).update(state="review")

    host, owner = await in_db(member)("Site host", companies[OURS]), await in_db(superuser)()
    async with open_page(server, "stream", host) as client, open_page(server, "stream", owner) as watcher:
        await hear(client)
        assert (await watcher.hear())["texts"]["connectors_faulted"] == "0"

        await in_db(they_break)()
        doorbell.tell_portal({"type": "portal.changed"})

        while (await watcher.hear())["texts"]["connectors_faulted"] != "1":
            pass
        assert await in_db(ConnectorState.objects.filter(status="Faulted").exists)()
        assert await is_silent(client)


async def test_it_ends_when_one_changes_companies(
    server: Server, shared_world: World, companies: dict[str, Company]
) -> None:
    host = await in_db(member)("Site host", companies[OURS])
    async with open_page(server, "stream", host) as client:
        await hear(client)

        await in_db(User.objects.filter(pk=host.pk).update)(company=companies[FOREIGN])
        doorbell.tell_portal({"type": "portal.changed"})

        assert await client.ended() == stream.FORBIDDEN


async def test_who_leaves_the_house_hears_no_more_of_the_network(
    server: Server, shared_world: World, companies: dict[str, Company]
) -> None:
    person = await in_db(superuser)()
    async with open_page(server, "stream", person) as client:
        assert (await client.hear())["texts"]["stations"] == "3"

        await in_db(User.objects.filter(pk=person.pk).update)(company=companies[OURS])
        doorbell.tell_portal({"type": "portal.changed"})

        assert await client.ended() == stream.FORBIDDEN


async def test_two_companies_share_no_figures(shared_world: World, companies: dict[str, Company]) -> None:
    def scopes() -> list[Scope]:
        return [Scope(member("Site host", company)) for company in companies.values()]

    ours, theirs = (stream.shared(scope) for scope in await in_db(scopes)())

    assert len({id(ours), id(theirs), id(stream.shared())}) == 3
    assert (await ours.newest()).network.stations == 2
    assert (await theirs.newest()).network.stations == 1
