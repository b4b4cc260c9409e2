"""What every door of the operator API to the network needs: its words, whom it serves, and how a row is kept."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db import models
from django.db.models import QuerySet
from rest_framework import serializers

from accounts.models import User
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.texts import storable
from stations.models import Location, Station
from stations.models.network import StationQuerySet

Method = TypeVar("Method", bound=Callable[..., Any])
Row = TypeVar("Row", bound=models.Model)


def for_staff(summary: str, *, errors: Sequence[str] = (), **more: Any) -> Callable[[Method], Method]:
    """`documented` for a view that drivers may not open."""
    return partial(documented, summary, errors=["access_denied", *errors])(**more)


def read(form: type[serializers.Serializer[Any]], data: Any, *, partial: bool = False) -> dict[str, Any]:
    """What was sent, validated."""
    read_form = form(data=data, partial=partial)
    read_form.is_valid(raise_exception=True)
    return dict(read_form.validated_data)


def station_of(person: User, code: str, *, among: StationQuerySet | None = None) -> Station:
    """The station of that code; Refusal station_not_found, for one that is another company's too."""
    stations = Station.objects.all() if among is None else among
    station = stations.seen_by(person).filter(code=storable(code)).first()
    if station is None:
        raise Refusal("station_not_found", "There is no such station.")
    return station


def location_of(person: User, code: str) -> Location:
    """The location of that code; Refusal location_not_found, likewise."""
    location = Location.objects.seen_by(person).filter(code=storable(code)).first()
    if location is None:
        raise Refusal("location_not_found", "There is no such location.")
    return location


def filtered(rows: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
    """Those of a station, and in a state, where that is asked for."""
    if asked.get("station"):
        rows = rows.filter(station__code=storable(asked["station"]))
    return rows.filter(state=asked["state"]) if asked.get("state") else rows


def online_station_of(person: User, code: str, *, at: datetime) -> Station:
    """The same, of a station that can be asked now; Refusal station_offline."""
    station = station_of(person, code)
    if not Station.objects.online(at=at).filter(pk=station.pk).exists():
        raise Refusal("station_offline", "The station is not connected.")
    return station
