"""What sockets share: as many questions for many as for one."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from charging.tests.world import World
from drivepower.core.models import Event
from drivepower.core.refusals import Refusal
from drivepower.portal.streams import guard, network
from drivepower.portal.streams.door import Visitor
from drivepower.portal.streams.hub import Hub
from drivepower.portal.streams.line import UNAUTHORIZED, Line
from drivepower.portal.streams.meters import Watch, read_open
from drivepower.portal.streams.network import Network, read_places
from drivepower.portal.streams.passes import Pass, enter, look_again, own
from drivepower.portal.streams.tail import Listener, Tail
from drivepower.portal.streams.telling import begin
from drivepower.portal.streams.told import Audience, Kinds, Position, Told, write_snapshot
from drivepower.portal.tests.streaming import token_of
from stations.models import Connector, Station

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def more_charging(world: World, count: int) -> list[User]:
    """So many drivers who charge, each at a station of their own."""
    drivers = []
    for number in range(count):
        station = Station.objects.create(
            code=f"MORE-{number}",
            identity=f"more-{number}",
            gateway=world.station.gateway,
            connected_at=AT,
            tariff_plan=world.plan,
        )
        world.station, world.one = station, Connector.objects.create(station=station, number=1)
        world.say(world.one, "Available")
        driver = world.driver()
        world.charging(driver)
        drivers.append(driver)
    return drivers


@pytest.mark.parametrize("count", [1, 5])
def test_it_reads_all_charges_in_one_query(world: World, count: int, django_assert_num_queries: Any) -> None:
    drivers = more_charging(world, count)
    with django_assert_num_queries(1):
        found = read_open({driver.pk for driver in drivers})
    assert {key: len(shown) for key, shown in found.items()} == {driver.pk: 1 for driver in drivers}


@pytest.mark.parametrize("count", [0, 5])
def test_it_reads_the_network_in_four(world: World, count: int, django_assert_num_queries: Any) -> None:
    more_charging(world, count)
    with django_assert_num_queries(4):
        places = read_places(Station.objects.public())
    assert sum(len(place["stations"]) for place in places) == 1 + count


@pytest.mark.parametrize("count", [1, 5])
def test_it_looks_at_all_logins_in_two(world: World, count: int, django_assert_num_queries: Any) -> None:
    passes = [enter(token_of(world.driver()), judge=own)[0] for _ in range(count)]
    with django_assert_num_queries(2):
        found = look_again(passes)
    assert all(isinstance(one, Audience) for one in found.values())


def test_it_lets_nobody_stay_longer_than_their_token(world: World) -> None:
    held = enter(token_of(world.driver()), judge=own)[0]
    old = Pass(held.user_key, held.login, timezone.now() - timedelta(seconds=1), own)
    assert look_again([held, old])[old] == UNAUTHORIZED


def test_it_looks_again_often_enough() -> None:
    assert guard.CHECK_SECONDS <= 30 / 2


async def test_it_reads_the_network_once_for_all_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go = asyncio.Event(), asyncio.Event()
    reads: list[str] = []

    async def read(*asked: Any) -> str:
        reads.append(f"read {len(reads)}")
        begun.set()
        await go.wait()
        return reads[-1]

    monkeypatch.setattr(network, "ask", read)
    shared = Network(Tail())
    first = asyncio.create_task(shared.everything())
    await begun.wait()
    others = [asyncio.create_task(shared.everything()) for _ in range(50)]
    await asyncio.sleep(0)
    others[7].cancel()
    go.set()
    assert await first == ((0, 0), "read 0")
    for _ in range(10):
        others.append(asyncio.create_task(shared.everything()))
        await asyncio.sleep(0)
    heard = await asyncio.gather(*others, return_exceptions=True)
    assert heard.pop(7).__class__ is asyncio.CancelledError
    assert heard == [((0, 0), "read 1")] * 59
    assert len({id(one[1]) for one in heard if isinstance(one, tuple)}) == 1


async def test_it_stands_where_the_order_was_when_its_reading_began(monkeypatch: pytest.MonkeyPatch) -> None:
    tail = Tail()

    async def read(*asked: Any) -> str:
        assert asked[-1] == (5, 1)
        tail.position = (6, 1)
        return "read"

    monkeypatch.setattr(network, "ask", read)
    tail.position = (4, 1)
    reading = asyncio.create_task(Network(tail).everything())
    tail.position = (5, 1)
    assert await reading == ((5, 1), "read")


def event(number: int, kind: str = "session.started", **fields: Any) -> Told:
    """One of many."""
    nobody: dict[str, Any] = {"station": "", "location": "", "driver": None, "company": None, "host": None}
    return Told(position=(number, 1), kind=kind, text=str(number), **{**nobody, "is_public": False, **fields})


def test_it_hears_nothing_twice_and_holds_back_while_the_past_is_told() -> None:
    said: list[str] = []
    listener = Listener(said.append)
    listener.hear([event(1)])  # nobody is known to listen yet
    listener.audience = Audience(({},))
    listener.seen = (2, 1)
    listener.hold()
    listener.hear([event(2), event(3), event(4)])
    listener.hear([event(5)])
    assert said == []
    listener.release(beyond=(3, 1))
    listener.hear([event(5), event(6)])
    assert said == ["4", "5", "6"]


@pytest.mark.parametrize("goes_well", [True, False])
async def test_it_tells_what_happens_while_the_network_is_read(goes_well: bool) -> None:
    sent: list[str] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["text"])

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.disconnect"}

    line = Line(receive, send)
    visitor = Visitor(line, Hub(), "", vouch=lambda: None)
    listener = Listener(line.say)
    listener.audience = Audience(({"station": "OLD"},))

    async def stands(since: Position) -> tuple[Position, str]:
        listener.hear([event(1, station="OLD"), event(2, station="NEW")])
        if not goes_well:
            raise Refusal("station_not_found", "There is no such station.")
        return since, write_snapshot(since)

    async def talk() -> None:
        with suppress(Refusal):
            await begin(visitor, listener, Audience(({"station": "NEW"},)), resume=None, snapshot=stands)
        while len(sent) < (2 if goes_well else 1):
            await asyncio.sleep(0)

    await line.hold(talk())
    assert sent == (['{"type":"snapshot","id":"0-0"}', "2"] if goes_well else ["1"])


def test_it_does_not_repeat_what_another_process_has_told() -> None:
    said: list[str] = []
    listener = Listener(said.append)
    listener.audience = Audience(({},))
    listener.hold()
    listener.release(beyond=(7, 1))
    listener.hear([event(6), event(7), event(8)])
    assert said == ["8"]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (Kinds(), ["session.started", "session", "alert.opened"]),
        (Kinds(beginnings=("session.",)), ["session.started"]),
        (Kinds(names=("session", "alert.opened"), beginnings=()), ["session", "alert.opened"]),
        (Kinds(beginnings=()), []),
    ],
    ids=["all", "beginning", "names", "none"],
)
@pytest.mark.django_db
def test_it_picks_kinds_alike_here_and_in_the_table(kinds: Kinds, expected: list[str]) -> None:
    every = ["session.started", "session", "alert.opened"]
    for kind in every:
        Event.objects.create(kind=kind, subject="x", at=AT)
    assert [kind for kind in every if kinds.take(kind)] == expected
    audience = Audience(({},), allowed=kinds)
    kept = Event.objects.filter(audience.condition()).order_by("id")
    assert list(kept.values_list("kind", flat=True)) == expected


def test_it_tells_a_charge_again_that_was_away() -> None:
    told: list[Any] = []
    watch = Watch(1, told.append)
    one = {"session_id": "1", "energy_kwh": 1.0}
    for sessions in ([one], [one], [], [one]):
        watch.hear(sessions)
    assert told == [one, one]
