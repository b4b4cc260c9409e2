"""Cars that charge now."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from charging.models import Session

CARS_SHOWN = 30
CHARGING = (Session.State.ACTIVE, Session.State.STOPPING)


@dataclass(frozen=True)
class Car:
    """One running session: energy in Wh, power in W, charge in percent, cost so far in its terms' currency."""

    key: int
    station: str
    connector: int
    connector_type: str
    place_time_zone: str
    driver: str
    company: str
    tag: str
    state: str
    started_at: datetime | None
    energy_wh: int | None
    power_w: int | None
    soc: Decimal | None
    cost: Decimal | None
    currency: str


@dataclass(frozen=True)
class Charging:
    """All that charge now; `cars` are the newest of them."""

    sessions: int
    power_w: int
    requested: int
    cars: tuple[Car, ...]


def take_charging() -> Charging:
    """Running sessions as their newest readings say, in two queries."""
    opened = Session.objects.open().order_by().values("state")
    counts: Counter[str] = Counter()
    power = 0
    for row in opened.annotate(sessions=Count("pk"), power=Sum("meter__power_w")):
        counts[row["state"]] = row["sessions"]
        power += row["power"] or 0
    return Charging(
        sessions=sum(counts[state] for state in CHARGING),
        power_w=power,
        requested=counts[Session.State.REQUESTED],
        cars=running_cars(),
    )


COLUMNS = (
    "pk",
    "station__code",
    "station__location__time_zone",
    "connector__number",
    "connector__type",
    "driver__name",
    "company__name",
    "tag",
    "state",
    "started_at",
    "meter__energy_wh",
    "meter__power_w",
    "meter__soc",
    "meter__running_cost",
    "price_terms__currency",
)


def running_cars() -> tuple[Car, ...]:
    """The newest running sessions."""
    rows = Session.objects.filter(state__in=CHARGING).order_by("-id").values(*COLUMNS)
    return tuple(car_of(row) for row in rows[:CARS_SHOWN])


def car_of(row: Mapping[str, Any]) -> Car:
    """One running session out of its columns."""
    return Car(
        key=row["pk"],
        station=row["station__code"],
        connector=row["connector__number"],
        connector_type=row["connector__type"],
        place_time_zone=row["station__location__time_zone"] or "",
        driver=row["driver__name"] or "",
        company=row["company__name"] or "",
        tag=row["tag"],
        state=row["state"],
        started_at=row["started_at"],
        energy_wh=row["meter__energy_wh"],
        power_w=row["meter__power_w"],
        soc=row["meter__soc"],
        cost=row["meter__running_cost"],
        currency=row["price_terms__currency"] or "",
    )
