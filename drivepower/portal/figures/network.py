"""Stations and connectors at a glance: who is online, what is free, what is broken, and where."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When

from drivepower.portal.figures.scope import Scope
from stations.conditions import Condition, condition_of
from stations.lacking import NOT_IN_USE
from stations.models import Connector, ConnectorState, Location, Station
from stations.models.network import LEASE

# A start page is for looking, not for scrolling: beyond these many, the lists behind it help.
STATIONS_SHOWN = 48
PLACES_SHOWN = 500


@dataclass(frozen=True)
class StationGlance:
    """One station of the list: the conditions of its connectors by number."""

    key: int
    code: str
    place: dict[str, str]
    online: bool
    connectors: tuple[tuple[int, Condition], ...]


@dataclass(frozen=True)
class Place:
    """One location on the map."""

    key: int
    code: str
    name: dict[str, str]
    latitude: Decimal
    longitude: Decimal
    stations: int
    online: int
    conditions: Counter[Condition]


@dataclass(frozen=True)
class Network:
    """All stations in use."""

    stations: int
    online: int
    conditions: Counter[Condition]
    glances: tuple[StationGlance, ...]
    places: tuple[Place, ...]


def take_network(*, at: datetime, scope: Scope) -> Network:
    """The stations in use as of a moment, in five queries."""
    per_place: dict[int | None, Counter[Condition]] = {}
    everywhere: Counter[Condition] = Counter()
    for row in count_connectors(at, scope):
        condition = condition_of(row["status"], online=row["online"])
        per_place.setdefault(row["station__location_id"], Counter())[condition] += row["count"]
        everywhere[condition] += row["count"]
    stations = count_stations(at, scope)
    return Network(
        stations=sum(row["stations"] for row in stations),
        online=sum(row["online"] for row in stations),
        conditions=everywhere,
        glances=glance_at_stations(at, scope),
        places=tuple(places(per_place, {row["location_id"]: row for row in stations})),
    )


def online_at(at: datetime, prefix: str = "") -> Case:
    """Whether a station (or that of a row) holds a socket on a gateway whose lease is alive, as a column."""
    alive = Q(**{f"{prefix}gateway__renewed_at__gt": at - LEASE})
    return Case(When(alive, then=Value(True)), default=Value(False), output_field=BooleanField())


def statuses(at: datetime, *columns: str) -> QuerySet[Connector, dict[str, Any]]:
    """Connectors of stations in use: these columns, the newest status, and whether the station is online."""
    newest = ConnectorState.objects.filter(station=OuterRef("station"), number=OuterRef("number"))
    rows: QuerySet[Connector, dict[str, Any]] = (
        Connector.objects.filter(number__gt=0)
        .exclude(station__service_state__in=NOT_IN_USE)
        .annotate(status=Subquery(newest.values("status")), online=online_at(at, "station__"))
        .order_by()
        .values(*columns, "status", "online")
    )
    return rows


def count_connectors(at: datetime, scope: Scope) -> Iterable[dict[str, Any]]:
    """How many connectors of each place have which status."""
    rows: Iterable[dict[str, Any]] = scope.cut(statuses(at, "station__location_id")).annotate(count=Count("pk"))
    return rows


def count_stations(at: datetime, scope: Scope) -> list[dict[str, Any]]:
    """How many stations each place has, and how many of them are online."""
    rows = scope.cut(Station.objects.exclude(service_state__in=NOT_IN_USE)).order_by().values("location_id")
    online = Count("pk", filter=Q(gateway__renewed_at__gt=at - LEASE))
    return [dict(row) for row in rows.annotate(stations=Count("pk"), online=online)]


def glance_at_stations(at: datetime, scope: Scope) -> tuple[StationGlance, ...]:
    """The stations of the list, silent ones first, each with its connectors."""
    rows = list(
        scope.cut(Station.objects.exclude(service_state__in=NOT_IN_USE))
        .annotate(is_up=online_at(at))
        .order_by("is_up", "code")
        .values("pk", "code", "location__name", "is_up")[:STATIONS_SHOWN]
    )
    connectors: dict[int, list[tuple[int, Condition]]] = {row["pk"]: [] for row in rows}
    found = statuses(at, "station_id", "number").filter(station__in=list(connectors))
    for connector in found.order_by("number"):
        condition = condition_of(connector["status"], online=connector["online"])
        connectors[connector["station_id"]].append((connector["number"], condition))
    return tuple(
        StationGlance(
            key=row["pk"],
            code=row["code"],
            place=row["location__name"] or {},
            online=row["is_up"],
            connectors=tuple(connectors[row["pk"]]),
        )
        for row in rows
    )


def places(
    conditions: Mapping[int | None, Counter[Condition]], stations: Mapping[int | None, Mapping[str, int]]
) -> Iterable[Place]:
    """The locations that have stations in use."""
    rows = Location.objects.filter(pk__in=[key for key in stations if key is not None])
    for row in rows.values("pk", "code", "name", "latitude", "longitude")[:PLACES_SHOWN]:
        counts = stations[row["pk"]]
        yield Place(
            key=row["pk"],
            code=row["code"],
            name=row["name"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            stations=counts["stations"],
            online=counts["online"],
            conditions=conditions.get(row["pk"], Counter()),
        )
