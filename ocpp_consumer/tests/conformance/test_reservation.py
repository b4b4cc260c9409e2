"""Reservations: kept, used, expired, refused and taken back."""

from datetime import UTC, datetime, timedelta

from charging import reservations
from charging.models import Reservation
from ocpp_consumer.tests.conformance.asking import OPERATOR, State, accepted, answered, effect_seen, exchange
from ocpp_consumer.tests.conformance.charger import Charger
from ocpp_consumer.tests.conformance.site import make_card
from ocpp_consumer.tests.server import wait_until
from stations.models import Command, Connector

Kept = Reservation.State


def asked_for(
    cp: Charger, *, number: int = 1, parent: str = "", answer: str = "Accepted", hours: float = 1
) -> Reservation:
    """A reservation for the driver's card (number 0: any connector), as it stands once the station has answered."""
    at = datetime.now(UTC)
    reservation = reservations.reserve(
        station=cp.site.station,
        connector=Connector.objects.filter(station=cp.site.station_id, number=number).exclude(number=0).first(),
        tag=cp.site.card,
        parent=parent,
        driver=cp.site.driver,
        until=at + timedelta(hours=hours),
        asked_by=OPERATOR,
        at=at,
    )
    call = cp.expect("ReserveNow")
    assert abs(datetime.fromisoformat(call.payload.pop("expiryDate")) - reservation.until) < timedelta(seconds=1)
    wanted = {"connectorId": number, "idTag": cp.site.card, "reservationId": reservation.pk, "parentIdTag": parent}
    assert call.payload == {name: value for name, value in wanted.items() if value != ""}
    done = answered(cp, call, Command.objects.get(subject=reservation.subject), status=answer)
    assert done.state == (State.ACCEPTED if answer == "Accepted" else State.REJECTED)
    reservation.refresh_from_db()
    return reservation


def stands(reservation: Reservation, state: str) -> Reservation:
    """The reservation once it stands like that."""
    found = wait_until(Reservation.objects.filter(pk=reservation.pk, state=state).first, f"the reservation is {state}")
    assert isinstance(found, Reservation)
    return found


def test_tc_046(cp: Charger) -> None:
    """Reservation of a Connector: Transaction"""
    reservation = asked_for(cp)
    cp.status(1, "Reserved")
    assert reservation.state == Kept.ACTIVE
    cp.authorize()
    cp.status(1, "Preparing")
    transaction = cp.start(reservationId=reservation.pk)
    cp.status(1, "Charging")
    assert stands(reservation, Kept.USED).session == cp.site.session(transaction)


def test_tc_047(cp: Charger) -> None:
    """Reservation of a Connector: Expire"""
    reservation = asked_for(cp, hours=0.01)
    cp.status(1, "Reserved")
    cp.status(1, "Available")
    assert stands(reservation, Kept.EXPIRED).session is None


def test_tc_048_1(cp: Charger) -> None:
    """Reservation of a Connector: Faulted"""
    reservation = asked_for(cp, answer="Faulted")
    assert (reservation.state, reservation.answer) == (Kept.REFUSED, "Faulted")


def test_tc_048_2(cp: Charger) -> None:
    """Reservation of a Connector: Occupied"""
    cp.status(1, "Preparing")
    reservation = asked_for(cp, answer="Occupied")
    assert (reservation.state, reservation.answer) == (Kept.REFUSED, "Occupied")


def test_tc_048_3(cp: Charger) -> None:
    """Reservation of a Connector: Unavailable"""
    inoperative = accepted(cp, "ChangeAvailability", {"connectorId": 1, "type": "Inoperative"})
    cp.status(1, "Unavailable")
    effect_seen(inoperative)
    reservation = asked_for(cp, answer="Unavailable")
    assert (reservation.state, reservation.answer) == (Kept.REFUSED, "Unavailable")


def test_tc_048_4(cp: Charger) -> None:
    """Reservation of a Connector: Rejected"""
    reservation = asked_for(cp, answer="Rejected")
    assert (reservation.state, reservation.answer) == (Kept.REFUSED, "Rejected")


def test_tc_049(cp: Charger) -> None:
    """Reservation of a Charge Point: Transaction"""
    reservation = asked_for(cp, number=0)
    assert (reservation.state, reservation.connector) == (Kept.ACTIVE, None)
    cp.authorize()
    cp.status(2, "Preparing")
    transaction = cp.start(2, reservationId=reservation.pk)
    cp.status(2, "Charging")
    assert stands(reservation, Kept.USED).session == cp.site.session(transaction)


def test_tc_051(cp: Charger) -> None:
    """Cancel Reservation"""
    reservation = asked_for(cp)
    cp.status(1, "Reserved")
    reservations.cancel(reservation=reservation, asked_by=OPERATOR, at=datetime.now(UTC))
    call = cp.expect("CancelReservation")
    assert call.payload == {"reservationId": reservation.pk}
    cp.reply(call, status="Accepted")
    assert stands(reservation, Kept.CANCELLED).session is None
    cp.status(1, "Available")


def test_tc_052(cp: Charger) -> None:
    """Cancel Reservation: Rejected"""
    done = exchange(cp, "CancelReservation", {"reservationId": 2_000_000_000}, force=True, status="Rejected")
    assert done.state == State.REJECTED


def test_tc_053(cp: Charger) -> None:
    """Use a Reserved Connector with ParentIdTag"""
    group = f"G{cp.site.serial[-9:]}"
    reservation = asked_for(cp, parent=group)
    cp.status(1, "Reserved")
    other = make_card(cp.site, group=group)
    assert cp.authorize(other)["parentIdTag"] == group
    transaction = cp.start(tag=other)
    cp.status(1, "Charging")
    assert stands(reservation, Kept.USED).session == cp.site.session(transaction)
