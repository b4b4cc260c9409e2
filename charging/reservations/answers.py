"""What a station says about a reservation: its answers, and what its connectors show."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from charging.models import Reservation
from charging.reservations.moving import move
from drivepower.core.texts import storable
from stations.models import Connector
from stations.models.state import BROKEN, FREE

State = Reservation.State
RESERVED = "Reserved"
# A station's clock may end a reservation a little before ours does.
EARLY = timedelta(minutes=1)


@transaction.atomic
def note_answer(
    *,
    station_id: int,
    reservation_id: int,
    word: str,
    connector: Connector | None,
    tag: str,
    parent: str,
    until: datetime,
    at: datetime,
) -> bool:
    """Accepted makes it active as it was asked for, also in place of what the same id was before; another word
    refuses one that was not active yet. False if it has ended meanwhile."""
    holding = Reservation.objects.holding().filter(pk=reservation_id, station=station_id)
    word = storable(word)[:40]
    if word != "Accepted":
        return bool(move(holding.filter(state=State.REQUESTED), State.REFUSED, at=at, answer=word))
    here = Q(pk=reservation_id, station=station_id) | Q(connector=connector, connector__isnull=False)
    locked = Reservation.objects.holding().filter(here).select_for_update(no_key=True).order_by("pk")
    keys = list(locked.values_list("pk", flat=True))
    if reservation_id not in keys:
        return False
    # The station's word counts: it keeps a connector for one only.
    move(Reservation.objects.filter(pk__in=keys).exclude(pk=reservation_id), State.ENDED, at=at)
    fresh = {"connector": connector, "tag": tag, "parent_tag": parent, "until": until}
    return bool(move(holding, State.ACTIVE, at=at, answer=word, **fresh))


def note_cancelled(*, station_id: int, reservation_id: int, at: datetime) -> bool:
    """The station keeps it no longer, or never knew it."""
    known = Reservation.objects.filter(pk=reservation_id, station=station_id)
    return bool(move(known, State.CANCELLED, at=at))


def note_status(*, station_id: int, number: int, status: str, at: datetime) -> int:
    """What a connector's new status means for its reservation; how many moved.

    Reserved: it is kept, also where the answer was lost. Broken: it has ended. Free when the time is up: expired.
    """
    which = {"connector__number": number} if number else {"connector": None}
    found = Reservation.objects.holding().filter(station=station_id, **which)
    kept = Reservation.objects.filter(pk__in=list(found.values_list("pk", flat=True)))
    if status == RESERVED:
        return move(kept.filter(state=State.REQUESTED), State.ACTIVE, at=at)
    if status in BROKEN:
        return move(kept, State.ENDED, at=at, answer=status)
    if status == FREE:
        return move(kept.filter(until__lte=at + EARLY), State.EXPIRED, at=at)
    return 0
