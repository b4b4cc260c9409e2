"""Lists that move: the WebSocket of an open list, on a real server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client as Visitor
from django.test.utils import CaptureQueriesContext
from websockets.exceptions import InvalidStatus

from accounts.models import User
from charging.models import Session
from charging.tests.world import NOW, World, minutes
from drivepower.core import alerts, doorbell
from drivepower.core.models import Alert
from drivepower.portal.rows import consumer
from drivepower.portal.rows.looking import Open, look
from drivepower.portal.rows.topics import TOPICS
from drivepower.portal.stream import FORBIDDEN
from drivepower.portal.tests.companies import FOREIGN, OURS, host_of, populate
from drivepower.portal.tests.making import staff, superuser
from drivepower.portal.tests.streaming import PATIENCE, Client, open_page, pages, sitting_for, streaming
from ocpp_consumer.tests.server import Server, in_db
from stations.models import Station

FOREVER = 3600.0
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """The portal's WebSockets behind the session's middleware."""
    with streaming(pages, lifespan="off") as running:
        yield running


@pytest.fixture(autouse=True)
def only_when_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes by itself, and nothing waits for its turn."""
    monkeypatch.setattr(consumer, "QUIET_SECONDS", FOREVER)
    monkeypatch.setattr(consumer, "PACE_SECONDS", 0.0)


@asynccontextmanager
async def opening(server: Server, person: User | None, **said: Any) -> AsyncIterator[Client]:
    """A list that this person has opened."""
    async with open_page(server, "rows", person) as socket:
        await socket.say(**{"topic": "session", "keys": [], "query": "", "language": "en"} | said)
        yield socket


def ring(*what: str) -> None:
    """What the gateway says after a batch of frames."""
    doorbell.tell_portal({"type": "portal.changed", "what": list(what)})


async def new_are(socket: Client, count: int) -> None:
    """So many are new in the end; a row whose time goes on, or a long silence, may be told of before."""
    async with asyncio.timeout(2 * PATIENCE):
        while (await socket.hear())["new"] != count:
            pass


async def test_it_says_rows_as_the_list_draws_them(server: Server, shared_world: World) -> None:
    person, key = await in_db(superuser)(), shared_world.station.pk
    async with opening(server, person, topic="station", keys=[key]) as socket:
        row = (await socket.hear())["rows"][str(key)]

    shown = await in_db(list_of)(person, "stations/station")
    assert row["online"]["text"] in ("online", "offline")
    assert row["online"]["look"].split()[0] in shown
    assert row["connector_statuses"] == {"text": "2 Available"}


def list_of(person: User, address: str) -> str:
    """The list as a page."""
    client = Visitor()
    client.force_login(person)
    return client.get(f"/admin/{address}/").content.decode()


async def test_it_says_what_moves_and_only_that(server: Server, shared_world: World) -> None:
    one, two = shared_world.one, shared_world.two
    async with opening(server, await in_db(superuser)(), topic="connector", keys=[one.pk, two.pk]) as socket:
        assert set((await socket.hear())["rows"]) == {str(one.pk), str(two.pk)}

        await in_db(shared_world.say)(one, "Faulted", at=NOW + minutes(1))
        ring("connectors")

        moved = (await socket.hear())["rows"]
        assert list(moved) == [str(one.pk)]
        assert moved[str(one.pk)]["status"]["text"] == "Faulted"


async def test_it_moves_a_running_session(server: Server, shared_world: World) -> None:
    session: Session = await in_db(lambda: shared_world.charging(shared_world.driver()))()
    key = str(session.pk)
    async with opening(server, await in_db(superuser)(), keys=[session.pk]) as socket:
        assert (await socket.hear())["rows"][key]["badge"]["text"] == "active"

        await in_db(shared_world.read)(session, 6_000, at=NOW + minutes(5), power_w=42_000)
        ring("sessions")

        assert (await socket.hear())["rows"][key]["energy"] == {"text": "5.00 kWh"}


async def test_it_counts_what_is_new_in_the_lists_own_filter(server: Server, shared_world: World) -> None:
    first: Session = await in_db(lambda: shared_world.charging(shared_world.driver()))()
    person = await in_db(superuser)()
    asked = {"keys": [first.pk], "query": "state__exact=active"}
    async with opening(server, person, **asked) as socket:
        said = await socket.hear()
        assert (said["new"], said["since"]) == (0, first.pk)

        await in_db(lambda: shared_world.request(shared_world.driver(), connector=2))()
        second = await in_db(lambda: Session.objects.get(state="requested"))()
        await in_db(lambda: shared_world.begin(second.tag, connector=shared_world.two))()
        ring("sessions")

        await new_are(socket, 1)
    async with opening(server, person, **asked, since=first.pk) as socket:
        assert (await socket.hear())["new"] == 1
    async with opening(server, person, keys=[first.pk], query="state__exact=failed") as socket:
        assert (await socket.hear())["new"] == 0


async def test_it_moves_alerts_when_one_opens(server: Server, shared_world: World) -> None:
    await in_db(alerts.open_alert)(kind="x", subject="a", text="Look", at=NOW)
    alert = await in_db(Alert.objects.get)()
    async with opening(server, await in_db(superuser)(), topic="alert", keys=[alert.pk]) as socket:
        await socket.hear()

        await in_db(alerts.open_alert)(kind="x", subject="b", text=HOSTILE, at=NOW)
        await new_are(socket, 1)
        await in_db(alerts.resolve_alert)(kind="x", subject="a", at=NOW)
        assert (await socket.hear())["rows"][str(alert.pk)]["resolved_at"]["text"] != "-"


@pytest.mark.parametrize(("role", "topic"), [("Fleet manager", "command"), ("Site host", "alert")])
async def test_it_refuses_who_may_not_see_the_list(server: Server, shared_world: World, role: str, topic: str) -> None:
    person = await in_db(staff)(role)
    may_see = await in_db(lambda: person.has_perm(f"{'core' if topic == 'alert' else 'stations'}.view_{topic}"))()
    assert not may_see
    async with opening(server, person, topic=topic) as socket:
        assert await socket.ended() == FORBIDDEN


async def test_it_refuses_strangers(server: Server, shared_world: World) -> None:
    with pytest.raises(InvalidStatus):
        async with opening(server, None):
            pass


async def test_it_ends_when_the_rights_do(server: Server, shared_world: World) -> None:
    person = await in_db(superuser)()
    async with opening(server, person) as socket:
        await socket.hear()
        await in_db(User.objects.filter(pk=person.pk).update)(is_active=False)
        ring("sessions")

        assert await socket.ended() == FORBIDDEN


@pytest.mark.parametrize(
    "said",
    [{"topic": "user"}, {"topic": ["session"]}, {"keys": ["1"]}, {"keys": list(range(201))}, {"query": "\x00"}],
    ids=["no such list", "no name", "no key", "too many", "a zero"],
)
async def test_it_refuses_nonsense(server: Server, shared_world: World, said: dict[str, Any]) -> None:
    async with opening(server, await in_db(superuser)(), **said) as socket:
        assert await socket.ended() == consumer.NONSENSE


async def test_it_tells_a_host_of_its_own_rows_alone(server: Server, shared_world: World) -> None:
    def companies() -> User:
        populate(shared_world, FOREIGN)
        return host_of(populate(shared_world, OURS))

    host = await in_db(companies)()
    keys = await in_db(lambda: dict(Station.objects.values_list("code", "pk")))()
    async with opening(server, host, topic="station", keys=list(keys.values())) as socket:
        assert set((await socket.hear())["rows"]) == {str(keys["OURS-01"])}


def test_it_finds_the_cells_of_every_list() -> None:
    for name, topic in TOPICS.items():
        page = topic.page
        columns = {*page.list_display, *getattr(page, "more_columns", ())}
        assert page.live_rows == name
        assert set(topic.cells) & columns, name


def test_it_asks_as_much_for_many_rows_as_for_one(world: World) -> None:
    person = superuser()

    sitting = sitting_for(person)

    def asked(topic: str) -> int:
        model = TOPICS[topic].page.model
        keys = list(model._default_manager.values_list("pk", flat=True))
        shown = Open(TOPICS[topic], sitting, "en", keys, QueryDict(""))
        with CaptureQueriesContext(connection) as queries:
            assert look(shown) is not None
        return len(queries)

    world.charging(world.driver())
    alerts.open_alert(kind="x", subject="a", text="Look", at=NOW)
    few = {topic: asked(topic) for topic in TOPICS}
    for number in range(3):
        Station.objects.create(code=f"N-{number}", identity=f"n-{number}", location=world.station.location)
        alerts.open_alert(kind="x", subject=f"n{number}", text="Look", at=NOW)
        Session.objects.create(station=world.station, connector=world.two, asked_by="app", state="failed")

    assert {topic: asked(topic) for topic in TOPICS} == few
