"""The stations that a driver wants to find again."""

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.api.person import driver_of
from drivepower.core.pagination import NewestFirst
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.strict import StrictSerializer
from drivepower.core.texts import storable
from stations.api.network import public_station
from stations.api.shapes import StationShape
from stations.models import Favourite, Station
from stations.public import show_station

# Nobody finds anything in a longer list.
MOST = 200


class FavouriteForm(StrictSerializer):
    """Which station."""

    station_id = serializers.CharField(max_length=50)


class FavouritesView(APIView):
    """/api/v1/favorites"""

    @documented("My favourite stations", rows=StationShape, name="FavouriteList")
    def get(self, request: Request) -> Response:
        """Those that are public still, the newest first, as in the list of stations."""
        mine = Favourite.objects.filter(user=driver_of(request), station__in=Station.objects.public())
        pages, at = NewestFirst(), timezone.now()
        page = pages.paginate_queryset(mine, request, view=self)
        stations = Station.objects.with_live_state().in_bulk([one.station_id for one in page])
        return pages.get_paginated_response([show_station(stations[one.station_id], at=at) for one in page])

    @documented(
        "Keep a station", request=FavouriteForm, answer={"station_id": serializers.CharField()}, name="Favourite",
        status=201, errors=["station_not_found"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Keep a station; keeping it twice changes nothing."""
        form = FavouriteForm(data=request.data)
        form.is_valid(raise_exception=True)
        user, station = driver_of(request), public_station(Station.objects.all(), form.validated_data["station_id"])
        if Favourite.objects.filter(user=user).count() >= MOST:
            raise Refusal("invalid_request", "You keep too many favourites.")
        Favourite.objects.get_or_create(user=user, station=station, defaults={"made_at": timezone.now()})
        return Response({"success": True, "station_id": station.code}, status=201)

    @documented(
        "Keep a station no longer", query=FavouriteForm, answer={}, name="FavouriteGone", errors=["station_not_found"]
    )
    def delete(self, request: Request) -> Response:
        """The station is named in the query (or the body): `?station_id=`."""
        form = FavouriteForm(data=request.query_params.dict() or request.data)
        form.is_valid(raise_exception=True)
        forget(request, form.validated_data["station_id"])
        return Response({"success": True})


class FavouriteView(APIView):
    """/api/v1/favorites/{station}"""

    @documented("Keep a station no longer", answer={}, name="FavouriteGone", errors=["station_not_found"])
    def delete(self, request: Request, code: str) -> Response:
        """Forget one."""
        forget(request, code)
        return Response({"success": True})


def forget(request: Request, code: str) -> None:
    """Take a station out of one's favourites; Refusal station_not_found where it is none of them."""
    found, _ = Favourite.objects.filter(user=driver_of(request), station__code=storable(code)).delete()
    if not found:
        raise Refusal("station_not_found", "This station is none of your favourites.")
