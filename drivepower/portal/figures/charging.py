"""Cars that charge now."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from charging.models import Session
from drivepower.portal.figures.scope import Scope

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


def take_charging(scope: Scope) -> Charging:
    """Running sessions as their newest readings say, in two queries."""
    opened = scope.cut(Session.objects.open()).order_by().values("state")
    counts: Counter[str] = Counter()
    power = 0
    for row in opened.annotate(sessions=Count("pk"), power=Sum("meter__power_w")):
        counts[row["state"]] = row["sessions"]
        power += row["power"] or 0
    return Charging(
        sessions=sum(counts[state] for state in CHARGING),
        power_w=power,
        requested=counts[Session.State.REQUESTED],
        cars=running_cars(scope),
    )


COLUMNS = (
    "pk",
    "station__code",
    "station__location__time_zone",
    "connector__number",
    "connector__type",
    "driver__name",
    "driver__company_id",
    "company__name",
    "company_id",
    "tag",
    "state",
    "started_at",
    "meter__energy_wh",
    "meter__power_w",
    "meter__soc",
    "meter__running_cost",
    "price_terms__currency",
)


def running_cars(scope: Scope) -> tuple[Car, ...]:
    """The newest running sessions."""
    rows = scope.cut(Session.objects.filter(state__in=CHARGING)).order_by("-id").values(*COLUMNS)
    return tuple(car_of(row, scope) for row in rows[:CARS_SHOWN])


def car_of(row: Mapping[str, Any], scope: Scope) -> Car:
    """One running session out of its columns; a company knows its own people and cards."""
    is_known = scope.company is None or scope.company in (row["company_id"], row["driver__company_id"])
    return Car(
        key=row["pk"],
        station=row["station__code"],
        connector=row["connector__number"],
        connector_type=row["connector__type"],
        place_time_zone=row["station__location__time_zone"] or "",
        driver=(row["driver__name"] or "") if is_known else "",
        company=(row["company__name"] or "") if is_known else "",
        tag=row["tag"] if is_known else "",
        state=row["state"],
        started_at=row["started_at"],
        energy_wh=row["meter__energy_wh"],
        power_w=row["meter__power_w"],
        soc=row["meter__soc"],
        cost=row["meter__running_cost"],
        currency=row["price_terms__currency"] or "",
    )
