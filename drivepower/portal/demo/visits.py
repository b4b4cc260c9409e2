"""Who charged where and when in the two weeks before the demo: drawn from one seed, so always the same."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from drivepower.portal.demo.curve import Point, charge
from drivepower.portal.demo.hardware import MACHINES, Machine, Plug
from drivepower.portal.demo.people import DEBTOR, DRIVERS, history_cards

DAYS = 14
ZONE = ZoneInfo("Asia/Bishkek")
# How busy each hour of the day is.
HOURS = (2, 1, 1, 1, 1, 2, 4, 8, 10, 9, 8, 9, 11, 10, 8, 8, 9, 12, 13, 12, 9, 7, 5, 3)
# Between two cars at a connector, and between two charges of a car.
GAP = timedelta(minutes=8)
REST = timedelta(hours=2)
# The newest of the history ended this long before the demo was loaded.
QUIET = timedelta(minutes=12)
# A driver asks in the app this long before the car takes its first energy; money moves this long after the car left.
ASKED_BEFORE = timedelta(seconds=22)
SETTLED_AFTER = timedelta(seconds=20)


class Kind(StrEnum):
    """How a visit went."""

    CARD = "card"
    APP = "app"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    STRANGER = "stranger"
    METER_JUMPED = "meter_jumped"
    NO_STOP = "no_stop"
    CORRECTED = "corrected"
    UNPAID = "unpaid"


# One of each, for people to look at.
ODDITIES = (Kind.METER_JUMPED, Kind.STRANGER, Kind.NO_STOP, Kind.CORRECTED, Kind.UNPAID)


@dataclass(frozen=True)
class Visit:
    """One car at one connector; `driver` is the place in DRIVERS of who used the app, else there is a card.

    It plugs in, charges along the points, and leaves; between the last point and `leaves_at` it only stands there.
    """

    kind: Kind
    machine: Machine
    plug: Plug
    card: str
    driver: int | None
    limit_wh: int | None
    points: tuple[Point, ...]
    leaves_at: datetime

    @property
    def starts_at(self) -> datetime:
        """StartTransaction."""
        return self.points[0].at

    @property
    def ends_at(self) -> datetime:
        """The last energy."""
        return self.points[-1].at

    @property
    def reached_limit(self) -> bool:
        """Whether it ended because the driver had asked for no more."""
        return self.limit_wh is not None and self.energy_wh >= self.limit_wh

    @property
    def stops_at(self) -> datetime:
        """StopTransaction: at the limit, else when the car is unplugged."""
        return self.ends_at if self.reached_limit else self.leaves_at

    @property
    def settles_at(self) -> datetime:
        """When it is known what it cost, an idle car included."""
        return self.leaves_at + SETTLED_AFTER

    @property
    def stop_reason(self) -> str:
        """What the StopTransaction said."""
        return "Remote" if self.reached_limit else "Local"

    @property
    def energy_wh(self) -> int:
        """All of it."""
        return self.points[-1].energy_wh


class Calendar:
    """When connectors and cars are taken."""

    def __init__(self) -> None:
        self.taken: dict[object, list[tuple[datetime, datetime]]] = defaultdict(list)

    def is_free(self, who: object, start: datetime, end: datetime) -> bool:
        """Whether nothing of that connector or car lies in that time."""
        return all(end <= other_start or other_end <= start for other_start, other_end in self.taken[who])

    def take(self, who: object, start: datetime, end: datetime) -> None:
        """Nothing else may lie there."""
        self.taken[who].append((start, end))


def draw_visits(*, now: datetime, odd_from: datetime, per_day: int) -> list[Visit]:
    """The visits in order of their start, all of them over; a few of those since `odd_from` go wrong."""
    chance = random.Random(20)  # noqa: S311  # a play, always the same
    calendar = Calendar()
    today = now.astimezone(ZONE).date()
    visits: list[Visit] = []
    for day in (today - timedelta(days=ago) for ago in range(DAYS, -1, -1)):
        busy = 0.8 if day.isoweekday() > 5 else 1.0
        for _ in range(round(per_day * busy * chance.uniform(0.9, 1.1))):
            hour = chance.choices(range(24), HOURS)[0]
            moment = time(hour, chance.randrange(60), chance.randrange(60))
            starts_at = datetime.combine(day, moment, tzinfo=ZONE).astimezone(UTC)
            visits += draw_visit(chance, calendar, starts_at=starts_at, before=now - QUIET)
    return with_oddities(sorted(visits, key=lambda visit: visit.starts_at), odd_from=odd_from)


def with_oddities(visits: list[Visit], *, odd_from: datetime) -> list[Visit]:
    """Each of the ODDITIES in the place of a fleet car's visit, spread over the time."""
    by_fleet = [number for number, visit in enumerate(visits) if visit.driver is None and visit.starts_at >= odd_from]
    for number, kind in zip(by_fleet[:: max(1, len(by_fleet) // len(ODDITIES))], ODDITIES, strict=False):
        visits[number] = replace(visits[number], kind=kind)
        if kind is Kind.UNPAID:
            visits[number] = replace(visits[number], driver=DEBTOR, card=DRIVERS[DEBTOR][3])
    return visits


def draw_visit(chance: random.Random, calendar: Calendar, *, starts_at: datetime, before: datetime) -> Iterator[Visit]:
    """One visit, if there is a free car and connector for it and it is over in time."""
    machine = chance.choice(MACHINES)
    plug = chance.choice(machine.model.plugs)
    driver = chance.randrange(DEBTOR) if chance.random() < 0.3 else None
    card = chance.choice(history_cards()) if driver is None else DRIVERS[driver][3]
    kind = Kind.CARD if driver is None else draw_kind(chance)
    limit_wh = chance.choice((None, 10_000, 15_000, 20_000)) if kind is Kind.APP else None
    points = tuple(draw_points(chance, plug, starts_at, limit_wh))
    leaves_at = points[-1].at + timedelta(seconds=chance.choice((40, 60, 90, 120, 240, 1_900)))
    car, place = driver if driver is not None else card, (machine.number, plug.number)
    free = calendar.is_free(car, starts_at - REST, leaves_at) and calendar.is_free(place, starts_at - GAP, leaves_at)
    if free and leaves_at <= before:
        calendar.take(car, starts_at, leaves_at + REST)
        calendar.take(place, starts_at, leaves_at + GAP)
        yield Visit(kind, machine, plug, card, driver, limit_wh, points, leaves_at)


def draw_kind(chance: random.Random) -> Kind:
    """How a driver starts: most by the app, and most go well."""
    return chance.choices((Kind.APP, Kind.CARD, Kind.REJECTED, Kind.TIMED_OUT), (70, 22, 4, 4))[0]


def draw_points(chance: random.Random, plug: Plug, starts_at: datetime, limit_wh: int | None) -> Iterator[Point]:
    """A charge that suits the connector: long and small on alternating current, short and large on direct."""
    on_ac = plug.phases > 0
    car_w = chance.choice((6_600, 7_200, 11_000)) if on_ac else chance.choice((48_000, 62_000, 75_000, 110_000))
    soc = chance.uniform(0.12, 0.5)
    yield from charge(
        starts_at=starts_at,
        power_w=round(min(plug.max_power_w * 0.97, car_w)),
        battery_wh=chance.choice((44_000, 53_000, 60_500, 77_000)),
        soc=soc,
        until_soc=min(0.97, soc + chance.uniform(0.12, 0.3 if on_ac else 0.55)),
        at_most_wh=limit_wh,
    )
