"""Reservations for operators: every one, for any driver or card."""

import uuid
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import IdTag, User
from accounts.staff import StaffView
from charging import booking, reservations
from charging.models import Reservation
from charging.models.reservation import ReservationQuerySet
from drivepower.core.idempotency import Idempotent
from drivepower.core.refusals import Refusal
from drivepower.core.strict import StrictSerializer
from stations import pacing
from stations.models import Connector, Station
from stations.operator.doors import filtered, for_staff, online_station_of, read
from stations.operator.forms import Moment, Search


class OperatorReservation(serializers.Serializer[Any]):
    """A connector kept for somebody, as the station knows it."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField(source="pk", help_text="The reservationId that the station was told.")
    station_id = serializers.CharField(source="station.code")
    connector_id = serializers.IntegerField(source="connector.number", allow_null=True, help_text="null: any.")
    driver_id = serializers.UUIDField(source="driver.public_id", allow_null=True)
    driver = serializers.CharField(source="driver.name", allow_null=True, allow_blank=True)
    tag = serializers.CharField()
    group = serializers.CharField(source="parent_tag", allow_blank=True)
    state = serializers.ChoiceField(Reservation.State.values)
    answer = serializers.CharField(allow_blank=True, help_text="What the station said.")
    session_id = serializers.UUIDField(source="session.public_id", allow_null=True)
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ReservationSearch(Search):
    """Filters of reservations."""

    state = serializers.ChoiceField(Reservation.State.values, required=False)
    driver = serializers.UUIDField(required=False)


class ReserveForm(StrictSerializer):
    """Where, until when, and for whom: a driver or a card."""

    station_id = serializers.CharField(max_length=50)
    connector_id = serializers.IntegerField(min_value=1, max_value=100, allow_null=True, default=None)
    driver_id = serializers.UUIDField(allow_null=True, default=None)
    tag = serializers.CharField(max_length=20, required=False)
    until = Moment()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of both at least; a driver without a card gets a tag for this reservation."""
        if attrs["driver_id"] is None and "tag" not in attrs:
            raise serializers.ValidationError("Name a driver or a card.")
        return attrs


SHOWN: dict[str, Any] = {"answer": {"reservation": OperatorReservation()}, "name": "OperatorReservationShown"}
NAMED = ["station_not_found", "connector_not_found", "driver_not_found", "id_tag_not_found"]


class ReservationsView(Idempotent, StaffView):
    """/api/v1/operator/reservations"""

    rights = {"GET": "charging.view_reservation", "POST": "stations.add_command"}

    @for_staff("Reservations", rows=OperatorReservation, query=ReservationSearch)
    def get(self, request: Request) -> Response:
        """The newest first."""
        asked = read(ReservationSearch, request.query_params.dict())
        rows = filtered(shown(self.person), asked)
        return self.listed(
            rows.filter(driver__public_id=asked["driver"]) if "driver" in asked else rows, OperatorReservation
        )

    @for_staff(
        "Reserve a connector", request=ReserveForm, status=202, idempotent=True,
        errors=[*NAMED, "connector_occupied", "station_offline", "reservation_not_supported"], **SHOWN,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """202: the station is asked; its answer makes the reservation active, or refused."""
        said, person = read(ReserveForm, request.data), self.person
        with pacing.one_turn(asked_by=self.by) as at:
            station = online_station_of(person, said["station_id"], at=at)
            booking.check_supported(station)
            tag, group = card_of(person, said.get("tag", ""))
            reservation = reservations.reserve(
                station=station,
                connector=connector_of(station, said["connector_id"]),
                tag=tag,
                parent=group,
                driver=driver_of(person, said["driver_id"]),
                until=said["until"],
                asked_by=self.by,
                at=at,
            )
        return answer(reservation, status=202)


class ReservationView(StaffView):
    """/api/v1/operator/reservations/{id}"""

    rights = {"GET": "charging.view_reservation", "DELETE": "stations.add_command"}

    @for_staff("One reservation", errors=["reservation_not_found"], **SHOWN)
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """As it stands."""
        return answer(reservation_of(self.person, public_id))

    @for_staff("Take a reservation back", status=202, errors=["reservation_not_found"], **SHOWN)
    def delete(self, request: Request, public_id: uuid.UUID) -> Response:
        """What was not sent is withdrawn; else the station is asked. One that has ended stays as it is."""
        reservation, at = reservation_of(self.person, public_id), timezone.now()
        return answer(reservations.cancel(reservation=reservation, asked_by=self.by, at=at), status=202)


def shown(person: User) -> ReservationQuerySet:
    """The reservations that this person may see."""
    return Reservation.objects.seen_by(person).select_related("station", "connector", "driver", "session")


def reservation_of(person: User, public_id: uuid.UUID) -> Reservation:
    """One of them; Refusal reservation_not_found."""
    reservation = shown(person).filter(public_id=public_id).first()
    if reservation is None:
        raise Refusal("reservation_not_found", "There is no such reservation.")
    return reservation


def connector_of(station: Station, number: int | None) -> Connector | None:
    """The connector of that number, or none for any; Refusal connector_not_found."""
    if number is None:
        return None
    connector = Connector.objects.filter(station=station, number=number).first()
    if connector is None:
        raise Refusal("connector_not_found", "This station has no such connector.")
    return connector


def driver_of(person: User, public_id: uuid.UUID | None) -> User | None:
    """The driver of that id; Refusal driver_not_found."""
    if public_id is None:
        return None
    driver = User.objects.seen_by(person).filter(public_id=public_id, role=User.Role.DRIVER, is_active=True).first()
    if driver is None:
        raise Refusal("driver_not_found", "There is no such driver.")
    return driver


def card_of(person: User, value: str) -> tuple[str, str]:
    """A card's value and group; staff of a company name cards of their own: Refusal id_tag_not_found."""
    card = IdTag.objects.seen_by(person).named(value).first() if value else None
    if value and card is None and person.company_id is not None:
        raise Refusal("id_tag_not_found", "There is no such card.")
    return value, card.group if card else ""


def answer(reservation: Reservation, *, status: int = 200) -> Response:
    """The reservation as it is now."""
    return Response({"success": True, "reservation": OperatorReservation(reservation).data}, status=status)
