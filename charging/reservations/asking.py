"""Asking a station to keep a connector for somebody, or to keep it no longer."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import IdTag, User
from charging import authorization, own_tags
from charging.models import Reservation
from charging.reservations.moving import move, tell
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from stations import commands
from stations.models import Connector, Station

State = Reservation.State
# How long the station may be away before the wish is void.
ASK_WITHIN = timedelta(minutes=1)
# What OCPP 1.6 lets a tag have on the wire (7.28).
LONGEST_TAG = 20
TAKEN = "one_active_reservation_per_connector"


@transaction.atomic
def reserve(
    *,
    station: Station,
    connector: Connector | None,
    tag: str,
    parent: str,
    driver: User | None,
    until: datetime,
    asked_by: str,
    at: datetime,
) -> Reservation:
    """Ask the station to keep the connector, or any of its own, for a tag and its group until that moment.

    A driver without a tag gets one for this reservation. Refusals invalid_parameters, connector_occupied.
    """
    if until <= at:
        raise Refusal("invalid_parameters", "The reservation would be over already.")
    if not tag and driver is not None:
        tag = own_tags.make(driver=driver, expires_at=until + own_tags.LIVES).value
    reservation = record(
        station=station,
        connector=connector,
        tag=tag,
        parent=parent,
        driver=driver,
        until=until,
        asked_by=asked_by,
        at=at,
    )
    _ask(reservation)
    return reservation


def _ask(reservation: Reservation) -> None:
    """Have the station keep it; the reservation is as it was asked for."""
    number = reservation.connector.number if reservation.connector else 0
    wish = {"id": reservation.pk, "connector": number, "id_tag": reservation.tag, "parent": reservation.parent_tag}
    commands.send(
        station=reservation.station,
        intent="reserve",
        payload={**wish, "until": reservation.until.isoformat()},
        subject=reservation.subject,
        asked_by=reservation.asked_by,
        expires_at=min(reservation.asked_at + ASK_WITHIN, reservation.until),
        at=reservation.asked_at,
        awaits=f"status:{number}:Reserved" if reservation.connector else "",
    )


def record(
    *,
    station: Station,
    connector: Connector | None,
    tag: str,
    parent: str,
    driver: User | None,
    until: datetime,
    asked_by: str,
    at: datetime,
) -> Reservation:
    """The row of a reservation that is about to be asked for; Refusal connector_occupied where one is kept."""
    if not 0 < len(tag) <= LONGEST_TAG:
        raise Refusal(
            "invalid_parameters",
            sentence("A reservation needs a tag of at most %(longest)s characters.", longest=LONGEST_TAG),
        )
    id_tag: IdTag | None = authorization.find(tag)
    reservation = Reservation(
        station=station,
        connector=connector,
        driver=driver or (id_tag.user if id_tag else None),
        id_tag=id_tag,
        tag=tag,
        parent_tag=parent,
        until=until,
        asked_by=asked_by,
        asked_at=at,
    )
    _insert(reservation)
    return reservation


def _insert(reservation: Reservation) -> None:
    """Write it, and tell who is concerned; a racer who was first is a refusal."""
    try:
        with transaction.atomic():
            reservation.save(force_insert=True)
            tell([reservation.pk], at=reservation.asked_at)
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if constraint == TAKEN:
            raise Refusal("connector_occupied", "The connector is reserved already.") from error
        raise


@transaction.atomic
def cancel(*, reservation: Reservation, asked_by: str, at: datetime) -> Reservation:
    """Take back what was not sent yet; else ask the station, whose answer ends the reservation, yes or no.

    One that has ended stays as it is.
    """
    if not Reservation.objects.holding().filter(pk=reservation.pk).exists():
        return reservation
    if commands.withdraw(subject=reservation.subject, intent="reserve", at=at):
        move(Reservation.objects.filter(pk=reservation.pk), State.CANCELLED, at=at)
        reservation.refresh_from_db()
        return reservation
    commands.send(
        station=reservation.station,
        intent="cancel_reservation",
        payload={"id": reservation.pk},
        subject=reservation.subject,
        asked_by=asked_by,
        expires_at=at + ASK_WITHIN,
        at=at,
    )
    return reservation
