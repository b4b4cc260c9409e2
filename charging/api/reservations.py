"""A driver's reservations: asked for, seen, taken back."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from charging import booking, reservations
from charging.api.views import by_of, person_of, station_of
from charging.models import Reservation
from drivepower.core.idempotency import Idempotent
from drivepower.core.pagination import NewestFirst
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.strict import StrictSerializer
from drivepower.core.throttles import CriticalThrottle, PersonThrottle

# What a station's word means for the app; any other word is a plain no.
REASONS = {
    "Occupied": "connector_occupied",
    "Faulted": "station_unavailable",
    "Unavailable": "station_unavailable",
    "NotSupported": "reservation_not_supported",
    "NotImplemented": "reservation_not_supported",
    "not_sent": "station_offline",
}
REFUSALS = [
    "station_not_found",
    "connector_not_found",
    "connector_occupied",
    "connector_required",
    "station_offline",
    "station_unavailable",
    "reservation_already_active",
    "reservation_not_supported",
    "debt_open",
    "account_blocked",
]


class BookForm(StrictSerializer):
    """Where, and for how long from now."""

    station_id = serializers.RegexField(r"^[A-Z0-9\-]+$", max_length=50)
    connector_id = serializers.IntegerField(min_value=1, max_value=100, required=False, allow_null=True, default=None)
    minutes = serializers.IntegerField(min_value=1, max_value=60, required=False, default=15)


class ReservationShape(serializers.Serializer[Any]):
    """A reservation; `error` says why it was refused."""

    id = serializers.UUIDField()
    station_id = serializers.CharField()
    connector_id = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(Reservation.State.values)
    until = serializers.DateTimeField()
    asked_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    session_id = serializers.UUIDField(allow_null=True)
    error = serializers.CharField(allow_null=True)


class ReservationsView(Idempotent, APIView):
    """/api/v1/reservations"""

    def get_throttles(self) -> list[Any]:
        """Asking a station is rarer than looking."""
        return [CriticalThrottle()] if self.request.method == "POST" else [PersonThrottle()]

    @documented("My reservations", rows=ReservationShape)
    def get(self, request: Request) -> Response:
        """The newest first."""
        pages = NewestFirst()
        page = pages.paginate_queryset(own(request), request, view=self)
        return pages.get_paginated_response([show(one) for one in page])

    @documented(
        "Reserve a connector",
        request=BookForm,
        answer={"reservation": ReservationShape()},
        name="ReservationAsked",
        status=202,
        errors=REFUSALS,
        idempotent=True,
    )
    def post(self, request: Request) -> Response:
        """202: the station is asked; its answer makes the reservation active, or refused with `error`."""
        form = BookForm(data=request.data)
        form.is_valid(raise_exception=True)
        asked, person = form.validated_data, person_of(request)
        reservation = booking.book(
            driver=person,
            station=station_of(asked["station_id"], person, driver=person),
            connector_number=asked["connector_id"],
            lasting=timedelta(minutes=asked["minutes"]),
            at=timezone.now(),
        )
        return Response({"success": True, "reservation": show(reservation)}, status=202)


class ReservationView(APIView):
    """/api/v1/reservations/{id}"""

    @documented(
        "One of my reservations",
        answer={"reservation": ReservationShape()},
        name="ReservationShown",
        errors=["reservation_not_found"],
    )
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """As it stands."""
        return Response({"success": True, "reservation": show(one_of(request, public_id))})

    @documented(
        "Give a reservation up",
        answer={"reservation": ReservationShape()},
        name="ReservationShown",
        errors=["reservation_not_found"],
    )
    def delete(self, request: Request, public_id: uuid.UUID) -> Response:
        """Take it back, or ask the station to forget it; one that has ended stays as it is."""
        reservation = one_of(request, public_id)
        by = by_of(person_of(request))
        reservation = reservations.cancel(reservation=reservation, asked_by=by, at=timezone.now())
        return Response({"success": True, "reservation": show(reservation)})


def own(request: Request) -> Any:
    """The reservations of the person who asks."""
    mine = Reservation.objects.filter(driver=person_of(request))
    return mine.select_related("station", "connector", "session")


def one_of(request: Request, public_id: uuid.UUID) -> Reservation:
    """One of them; Refusal reservation_not_found for anybody else's."""
    reservation: Reservation | None = own(request).filter(public_id=public_id).first()
    if reservation is None:
        raise Refusal("reservation_not_found", "There is no such reservation.")
    return reservation


def show(one: Reservation) -> dict[str, Any]:
    """A reservation as its driver sees it."""
    refused = one.state == Reservation.State.REFUSED
    return {
        "id": one.public_id,
        "station_id": one.station.code,
        "connector_id": one.connector.number if one.connector else None,
        "state": one.state,
        "until": one.until,
        "asked_at": one.asked_at,
        "ended_at": one.ended_at,
        "session_id": one.session.public_id if one.session else None,
        "error": REASONS.get(one.answer, "reservation_refused") if refused else None,
    }
