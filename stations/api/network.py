"""The network as everyone may read it: stations, locations, status, prices."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from billing import promos
from billing.models import PromoCode
from billing.tariffs import Client, client_of
from drivepower.core.conditional import IF_NONE_MATCH, NOT_MODIFIED, conditional
from drivepower.core.pagination import CursorPages
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.texts import storable
from stations.access import open_to
from stations.api.forms import NetworkQuery, PriceQuery
from stations.api.shapes import LocationShape, QuoteShape, StationShape, StatusShape
from stations.models import Location, Station
from stations.models.network import StationQuerySet
from stations.models.places import LocationQuerySet
from stations.public import show_live, show_location, show_location_whole, show_station
from stations.quotes import connector_of, quote, tariffs_of
from stations.standing import stand

# What is asked for again and again, and seldom differs.
KEPT: dict[str, Any] = {"parameters": [IF_NONE_MATCH], "other": NOT_MODIFIED}


class ByCode(CursorPages):
    """In the order of codes."""

    ordering = "code"


class Nearest(CursorPages):
    """What is nearest first."""

    ordering = ("distance_km", "code")


class OpenPage(APIView):
    """Read without logging in; who is logged in sees their own prices."""

    permission_classes = (AllowAny,)

    def asked(self) -> dict[str, Any]:
        """The list's filters, validated."""
        query = NetworkQuery(data=self.request.query_params.dict())
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)

    def reader(self) -> User | None:
        """Who is logged in."""
        user = self.request.user
        return user if isinstance(user, User) else None

    def client(self) -> Client:
        """The reader as prices know them; everybody's price is shown to nobody in particular."""
        return client_of(user=self.reader())


class StationsView(OpenPage):
    """GET /api/v1/stations"""

    @documented("Public stations", rows=StationShape, query=NetworkQuery, is_open=True, **KEPT)
    @conditional
    def get(self, request: Request) -> Response:
        """Public stations with their live state, by code, or nearest first where a point is given."""
        at, asked = timezone.now(), self.asked()
        stations = offering(asked, at=at).with_live_state()
        if asked["search"]:
            stations = stations.called(asked["search"])
        pages: CursorPages = ByCode()
        if asked["point"]:
            pages, stations = Nearest(), stations.near(asked["point"], radius_km=asked["radius_km"])
        page = pages.paginate_queryset(stations, request, view=self)
        is_open = open_to(stations=page, person=self.reader(), at=at)
        shown = [{**show_station(station, at=at), "open_to_you": is_open[station.pk]} for station in page]
        return pages.get_paginated_response(shown)


class StationView(OpenPage):
    """GET /api/v1/stations/{code}"""

    @documented(
        "One station",
        answer={"station": StationShape()},
        name="StationShown",
        errors=["station_not_found"],
        is_open=True,
        **KEPT,
    )
    @conditional
    def get(self, request: Request, code: str) -> Response:
        """One station as in the list."""
        at = timezone.now()
        station = public_station(Station.objects.with_live_state(), code)
        is_open = open_to(stations=[station], person=self.reader(), at=at)[station.pk]
        return Response({"success": True, "station": {**show_station(station, at=at), "open_to_you": is_open}})


class StatusView(OpenPage):
    """GET /api/v1/stations/{code}/status"""

    @documented(
        "A station's status and prices now",
        answer=StatusShape,
        errors=["station_not_found"],
        is_open=True,
        **KEPT,
    )
    @conditional
    def get(self, request: Request, code: str) -> Response:
        """Whether it is online, its connectors, and what they cost now; `tariff` is that of the first connector."""
        at = timezone.now()
        station = public_station(Station.objects.with_live_state().with_plans(), code)
        tariffs = tariffs_of(station, client=self.client(), at=at)
        live = show_live(station, at=at)
        for connector in live["connectors"]:
            connector["tariff"] = tariffs[connector["id"]]
        tariff = next((tariff for tariff in tariffs.values() if tariff), None)
        live["open_to_you"] = open_to(stations=[station], person=self.reader(), at=at)[station.pk]
        return Response({"success": True, "station_id": station.code, **live, "tariff": tariff})


class PriceView(OpenPage):
    """GET /api/v1/stations/{code}/price"""

    @documented(
        "What a charge would cost",
        answer=QuoteShape,
        query=PriceQuery,
        errors=["station_not_found", "connector_not_found", "no_price", "invalid_code", "unauthorized"],
        is_open=True,
    )
    def get(self, request: Request, code: str) -> Response:
        """What so much energy and time would cost from now on, with the lines."""
        query = PriceQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked, at = query.validated_data, timezone.now()
        station = public_station(Station.objects.with_plans(), code)
        body = quote(
            connector=connector_of(station, asked["connector_id"]),
            energy_wh=int(asked["energy_kwh"] * 1000),
            duration=timedelta(minutes=asked["minutes"]),
            client=self.client(),
            promo=self.promo(asked["promo_code"], at=at),
            at=at,
        )
        shown = {"energy_kwh": float(asked["energy_kwh"]), "minutes": asked["minutes"]}
        return Response({"success": True, **shown, **body})

    def promo(self, code: str, *, at: datetime) -> PromoCode | None:
        """The reader's promo code as a start would take it; Refusal invalid_code, unauthorized for nobody."""
        if not code:
            return None
        user = self.reader()
        if user is None:
            raise Refusal("unauthorized", "Log in to use a promo code.")
        return promos.find_for(user=user, code=code, at=at)


class LocationsView(OpenPage):
    """GET /api/v1/locations"""

    @documented("Public locations", rows=LocationShape, query=NetworkQuery, is_open=True, **KEPT)
    @conditional
    def get(self, request: Request) -> Response:
        """Locations that have a public station, by code, or nearest first where a point is given."""
        at, asked = timezone.now(), self.asked()
        locations = Location.objects.filter(pk__in=offering(asked, at=at).values("location"))
        if asked["include_stations"]:
            locations = with_stations(locations)
        if asked["search"]:
            locations = locations.called(asked["search"])
        pages: CursorPages = ByCode()
        if asked["point"]:
            pages, locations = Nearest(), locations.near(asked["point"], radius_km=asked["radius_km"])
        page = pages.paginate_queryset(locations, request, view=self)
        if asked["include_stations"]:
            shown = [show_location_whole(location, at=at) for location in page]
        else:
            standing = stand(page, at=at)
            shown = [show_location(location, standing[location.pk]) for location in page]
        return pages.get_paginated_response(shown)


class LocationView(OpenPage):
    """GET /api/v1/locations/{code}"""

    @documented(
        "One location",
        answer={"location": LocationShape()},
        name="LocationShown",
        errors=["location_not_found"],
        is_open=True,
        **KEPT,
    )
    @conditional
    def get(self, request: Request, code: str) -> Response:
        """One location with its stations."""
        public = Location.objects.filter(pk__in=Station.objects.public().values("location"))
        location = with_stations(public).filter(code=storable(code)).first()
        if location is None:
            raise Refusal("location_not_found", "There is no such location.")
        return Response({"success": True, "location": show_location_whole(location, at=timezone.now())})


def offering(asked: dict[str, Any], *, at: datetime) -> StationQuerySet:
    """The public stations with a connector as asked for."""
    stations = Station.objects.public()
    if not asked["connector_type"] and not asked["available"]:
        return stations
    return stations.offering(connector_type=asked["connector_type"], free_at=at if asked["available"] else None)


def public_station(stations: StationQuerySet, code: str) -> Station:
    """The public station of that code; Refusal station_not_found, for one that is not public too."""
    station = stations.public().filter(code=storable(code)).first()
    if station is None:
        raise Refusal("station_not_found", "There is no such station.")
    return station


def with_stations(locations: LocationQuerySet) -> LocationQuerySet:
    """Each with its public stations as they are now."""
    return locations.prefetch_related(Prefetch("stations", Station.objects.public().with_live_state()))
