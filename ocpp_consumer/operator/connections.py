"""The stations that hold a socket now, and how one is closed."""

from typing import Any, cast

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.staff import StaffView
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable
from ocpp_consumer.operator.shapes import CommandShape
from stations import commands, pacing
from stations.models import ConnectionSpan, Station
from stations.models.network import StationQuerySet
from stations.operator.doors import for_staff, station_of
from stations.operator.shapes import Connection


class ConnectionsView(StaffView):
    """/api/v1/operator/connections"""

    rights = {"GET": "stations.view_station"}

    @for_staff("Connected stations", rows=Connection)
    def get(self, request: Request) -> Response:
        """By code."""
        return self.listed(connected(self.person), Connection, ordering="code")


class ConnectionView(StaffView):
    """/api/v1/operator/connections/{code}"""

    rights = {"GET": "stations.view_station", "DELETE": "stations.add_command"}

    @for_staff(
        "One connection",
        answer={"connection": Connection()},
        name="ConnectionShown",
        errors=["station_not_found", "station_offline"],
    )
    def get(self, request: Request, code: str) -> Response:
        """Refusal station_offline where the station has none."""
        station = cast(Any, connected(self.person).filter(code=storable(code)).first())
        if station is None:
            station_of(self.person, code)
            raise Refusal("station_offline", "The station is not connected.")
        return Response({"success": True, "connection": Connection(station).data})

    @for_staff(
        "Disconnect a station",
        answer={"command": CommandShape()},
        name="CommandAsked",
        status=202,
        errors=["station_not_found", "station_offline"],
    )
    def delete(self, request: Request, code: str) -> Response:
        """Its gateway closes the socket, and the command's effect is seen; the station may come back at once."""
        station = station_of(self.person, code)
        with pacing.one_turn(asked_by=self.by) as at:
            command = commands.disconnect(station=station, asked_by=self.by, at=at)
        return Response({"success": True, "command": CommandShape(command).data}, status=202)


def connected(person: User) -> StationQuerySet:
    """The stations that hold a socket, with where it comes from."""
    spans = ConnectionSpan.objects.filter(station=OuterRef("pk"), until=None)
    stations = Station.objects.seen_by(person).online(at=timezone.now()).select_related("gateway", "seen")
    return stations.annotate(address=Coalesce(Subquery(spans.values("address")[:1]), Value("")))
