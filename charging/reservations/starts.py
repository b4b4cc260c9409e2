"""Reservations and starts: who may start where one is kept, and which one a Start uses up (OCPP 1.6, 4.8)."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from charging.models import Reservation, Session
from charging.reservations.moving import tell
from drivepower.core.compiled import Compiled, Given
from stations.models import Connector

State = Reservation.State
# A Start by its tag must be later than the reservation, by clocks that may differ this much.
CLOCKS_DIFFER = timedelta(minutes=5)

# One that is named may have expired here while its Start was on the way.
CANDIDATES = Compiled(
    lambda: Reservation.objects.filter(
        Q(state__in=[State.REQUESTED, State.ACTIVE]) | Q(pk=Given("named"), state=State.EXPIRED),
        station=Given("station"),
    )
)

log = structlog.stdlib.get_logger(__name__)


def at_connector(connector: Connector, *, at: datetime) -> list[Reservation]:
    """Those that are kept on the connector, then those for any connector of its station, until later than now."""
    which = Q(connector=connector) | Q(connector=None)
    holding = Reservation.objects.holding().filter(which, station=connector.station_id, until__gt=at)
    return list(holding.select_related("id_tag").order_by(F("connector_id").asc(nulls_last=True), "pk"))


def own(kept: list[Reservation], driver: User | None) -> Reservation | None:
    """The driver's own among them."""
    if driver is None:
        return None
    return next((one for one in kept if one.driver_id == driver.pk), None)


def use(*, session: Session, reservation_id: int | None, at: datetime) -> Reservation | None:
    """The reservation that an accepted Start uses up: the one it names, else one of its tag or of its tag's group.

    A refused Start uses none; an unknown id is nothing. Where there is something to write it never raises: a Start must
    not fail for it.
    """
    if session.start_status != "Accepted":
        return None
    kept = CANDIDATES.all(station=session.station_id, named=reservation_id)
    fitting = [one for one in kept if one.pk == reservation_id] + [one for one in kept if _is_for(one, session)]
    if not fitting:
        return None
    try:
        with transaction.atomic():
            return next((one for one in fitting if _take(one, session, at=at)), None)
    except Exception:
        log.exception("a reservation could not be used up", session=session.pk, reservation=reservation_id)
        return None


def _take(reservation: Reservation, session: Session, *, at: datetime) -> bool:
    still = Reservation.objects.filter(pk=reservation.pk, state=reservation.state)
    if not still.update(state=State.USED, session=session, ended_at=at):
        return False
    tell([reservation.pk], at=at)
    return True


def _is_for(reservation: Reservation, session: Session) -> bool:
    """Whether it is kept for this session's tag, at its connector and time; groups match groups, never tags (3.10)."""
    if reservation.connector_id not in (None, session.connector_id) or session.started_at is None:
        return False
    if not reservation.asked_at - CLOCKS_DIFFER <= session.started_at <= reservation.until + CLOCKS_DIFFER:
        return False
    group = session.id_tag.group if session.id_tag else ""
    same_group = bool(group) and group.casefold() == reservation.parent_tag.casefold()
    return same_group or session.tag.casefold() == reservation.tag.casefold()
