"""Two sockets that fight for one identity: counted, told to a person, ended by the last one's goodbye or by a person.

A take-over is a fight only if the old socket still spoke after it; a station that lost its line says nothing there.
"""

from datetime import datetime, timedelta

from django.db import transaction

from drivepower.core import alerts
from drivepower.core.sentences import sentence
from stations.models import ConnectionSpan, Station

# So many fights within this time, and the station is contested.
FIGHTS = 5
WITHIN = timedelta(minutes=5)
KIND = "station_contested"
TEXT = sentence("Two sockets fight for its identity. Its key may have leaked; nothing secret is sent to it meanwhile.")


@transaction.atomic
def note_fight(*, station_id: int, epoch: int, at: datetime) -> bool:
    """The socket of that epoch spoke after it was replaced; True if the station is contested now."""
    replaced = ConnectionSpan.objects.filter(
        station=station_id, epoch=epoch, reason=ConnectionSpan.Reason.REPLACED, was_fight=False
    )
    if not replaced.update(was_fight=True):
        return False
    fights = ConnectionSpan.objects.filter(station=station_id, was_fight=True, until__gt=at - WITHIN)
    if fights.count() < FIGHTS:
        return False
    Station.objects.filter(pk=station_id, contested_at=None).update(contested_at=at)
    alerts.open_alert(kind=KIND, subject=subject_of(station_id), text=TEXT, at=at)
    return True


@transaction.atomic
def settle_contest(*, station_id: int, at: datetime) -> bool:
    """The fight is over, because nobody holds the socket or because a person says so; False if there was none."""
    if not Station.objects.filter(pk=station_id).exclude(contested_at=None).update(contested_at=None):
        return False
    alerts.resolve_alert(kind=KIND, subject=subject_of(station_id), at=at)
    return True


def is_contested(station_id: int) -> bool:
    """Whether two sockets fight for it, so that nothing secret may be sent."""
    return Station.objects.filter(pk=station_id).exclude(contested_at=None).exists()


def subject_of(station_id: int) -> str:
    """The station as alerts name it."""
    return f"station:{Station.objects.values_list('code', flat=True).get(pk=station_id)}"
