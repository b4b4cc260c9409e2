"""Twelve connectors on a supply for six: whatever happens, the meters never add up to more for longer than an interval.

Simulated stations on the real wire, whose power follows the profiles that they have accepted.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from channels.db import database_sync_to_async

from charging import sites
from charging.models import ChargingProfile, MeterReading, Session
from charging.models.sites import SitePlan, SiteShare
from ocpp_consumer.simulator import Backoff, Battery, ConnectorSpec, StationSpec
from ocpp_consumer.simulator import Station as Simulated
from ocpp_consumer.tests.server import Server, eventually, in_db
from ocpp_consumer.tests.stories.cast import make_driver, make_priced_station
from stations.models import Connector, Location, Station

SIXTEEN_A = 11_040  # W on three phases of 230 V
PHASES_W = 3 * 230
SUPPLY_A, LOWERED_A = 96, 72
INTERVAL = 4.0
State = ChargingProfile.State


@dataclass
class Yard:
    """Six simulated stations with two connectors each, at one supply."""

    stations: list[Simulated]
    limits: list[tuple[datetime, int]]

    async def come(self, station: int, number: int) -> None:
        """A car comes that takes all it is given, for hours."""
        battery = Battery(capacity_wh=1_000_000, soc=10)
        simulated = self.stations[station]
        simulated.plug_in(number, battery=battery)
        await simulated.start(number, id_tag=card(station, number))

    async def leave(self, station: int, number: int) -> None:
        """It has enough."""
        await self.stations[station].stop(number)
        self.stations[station].unplug(number)

    async def limit(self, amps: int) -> None:
        """An operator changes the supply."""
        await in_db(Location.objects.update)(supply_limit_a=amps)
        self.limits.append((datetime.now(UTC), amps))


def card(station: int, number: int) -> str:
    """The card that is used at a connector."""
    return f"CARD{station}{number}"


def prepare() -> list[StationSpec]:
    """The location, its stations and a driver for every connector."""
    specs = []
    for index in range(6):
        identity = f"CP-{index}"
        row, key = make_priced_station(identity)
        for number in (1, 2):
            Connector.objects.create(
                station=row, number=number, type=Connector.Type.TYPE2, max_power_w=SIXTEEN_A, phases=3
            )
            make_driver(card(index, number))
        outlets = tuple(ConnectorSpec(number=n, type="Type2", max_power_w=SIXTEEN_A, curve="constant") for n in (1, 2))
        specs.append(StationSpec(identity=identity, password=key, meter_interval=INTERVAL, connectors=outlets))
    Location.objects.update(supply_limit_a=SUPPLY_A, shares_supply=True)
    return specs


async def keep_sharing() -> None:
    """What the clock does every few seconds, sooner, and on a thread of its own: the test's waits on the other one."""
    sweep = database_sync_to_async(sites.sweep, thread_sensitive=False)
    while True:
        await sweep(at=datetime.now(UTC))
        await asyncio.sleep(0.1)


@asynccontextmanager
async def open_yard(server: Server) -> AsyncIterator[Yard]:
    """All stations connected, and the supply being shared."""
    specs = await in_db(prepare)()
    async with AsyncExitStack() as stack:
        sharing = asyncio.create_task(keep_sharing())
        try:
            backoff = Backoff(first=0.05, most=0.2)
            stations = [
                await stack.enter_async_context(Simulated(spec, url=f"{server.url}/ocpp", backoff=backoff))
                for spec in specs
            ]
            yield Yard(stations, [(datetime.now(UTC), SUPPLY_A)])
        finally:
            sharing.cancel()
            with suppress(asyncio.CancelledError):
                await sharing


def fallbacks() -> list[Decimal]:
    """What stations keep for a lost link."""
    rows = ChargingProfile.objects.filter(purpose="TxDefaultProfile", state=State.APPLIED)
    return [Decimal(str(row.document["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"])) for row in rows]


def shared(count: int, expected: str) -> Callable[[], bool]:
    """Whether so many charges have that share, confirmed by their stations."""

    def is_so() -> bool:
        rows = list(SiteShare.objects.values_list("planned_a", "in_force_a"))
        return len(rows) == count and set(rows) == {(Decimal(expected), Decimal(expected))}

    return is_so


def meters() -> list[tuple[datetime, int, Decimal]]:
    """What all meters said: (time, session, W), and 0 W where a charge ended."""
    said = MeterReading.objects.filter(measurand="Power.Active.Import", session_key__gt=0)
    rows = [(at, key, value or Decimal(0)) for at, key, value in said.values_list("at", "session_key", "value")]
    ends = Session.objects.filter(stopped_at__isnull=False).values_list("stopped_at", "pk")
    return sorted([*rows, *((at, key, Decimal(0)) for at, key in ends if at)])


def longest_excess(said: list[tuple[datetime, int, Decimal]], limits: list[tuple[datetime, int]]) -> float:
    """For how many seconds at most the meters together said more than the supply."""
    now: dict[int, Decimal] = {}
    longest, since = 0.0, None
    for at, key, watts in said:
        now[key] = watts
        limit = next((amps for since_when, amps in reversed(limits) if since_when <= at), limits[0][1])
        if sum(now.values()) <= limit * PHASES_W:
            since = None
        else:
            since = since or at
            longest = max(longest, (at - since).total_seconds())
    return longest


async def test_it_never_takes_more_than_the_supply_for_longer_than_an_interval(server: Server) -> None:
    async with open_yard(server) as yard:
        await eventually(lambda: fallbacks() == [Decimal(8)] * 12, "every connector keeps a fallback")
        for station in range(6):
            await yard.come(station, 1)
        await eventually(shared(6, "16.0"), "six cars have all that they can take")
        for station in range(3):
            await yard.come(station, 2)
        await eventually(shared(9, "10.6"), "nine cars share")

        # A station is lost while it charges; a car comes there, and the limit is lowered.
        await yard.stations[5].go_offline(abruptly=True)
        lost = Station.objects.filter(identity="CP-5", gateway=None)
        await eventually(lost.exists, "the station is gone")
        yard.stations[5].configuration.learn("AllowOfflineTxForUnknownId", "true")
        await yard.come(5, 2)
        await yard.limit(LOWERED_A)
        # It has 10.6 A, and may take 8 A more on its other connector.
        await eventually(lambda: SitePlan.objects.filter(reserved_a=8, limit_a=LOWERED_A).exists(), "8 A set aside")
        others = SiteShare.objects.exclude(session__station__identity="CP-5")
        await eventually(
            lambda: set(others.values_list("in_force_a", flat=True)) == {Decimal("6.6")}, "the others make room"
        )
        await yard.leave(0, 2)
        await yard.leave(1, 2)
        await eventually(lambda: others.filter(in_force_a=Decimal("8.9")).count() == 6, "some have left")

        # It comes back, and everybody is there.
        await yard.stations[5].come_online()
        for station in (0, 1, 3, 4):
            await yard.come(station, 2)
        await eventually(lambda: SiteShare.objects.count() == 12, "twelve cars")
        twelve = SiteShare.objects.filter(planned_a=6, in_force_a=6)
        await eventually(lambda: twelve.count() >= 11, "all have the least current")
        await asyncio.sleep(2 * INTERVAL)  # until all have read their meters twice

        for station in range(6):
            for number in (1, 2):
                await yard.leave(station, number)
        await eventually(lambda: not SiteShare.objects.exists(), "everybody has gone")
    said = await in_db(meters)()
    assert len({key for _, key, _ in said}) == 14
    assert longest_excess(said, yard.limits) < INTERVAL
    # It was worth it: the supply was used to the full.
    assert longest_excess(said, [(yard.limits[0][0], LOWERED_A // 2)]) > INTERVAL
