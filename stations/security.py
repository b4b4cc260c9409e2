"""What a station says of its own security, and what is refused to it here for security (W 5.14, A00.FR.323)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from drivepower.core import alerts
from drivepower.core.models import Alert
from drivepower.core.sentences import sentence
from drivepower.core.texts import storable
from stations.models import SecurityEvent, Station

# Of the events that the whitepaper names (W 4.6), those that a person must look at; the others are read when needed.
CRITICAL = frozenset(
    {
        "AttemptedReplayAttacks",
        "InvalidCentralSystemCertificate",
        "InvalidChargePointCertificate",
        "InvalidFirmwareSignature",
        "InvalidFirmwareSigningCertificate",
        "SecurityLogWasCleared",
        "TamperDetectionActivated",
    }
)
KIND = "security_event"
OPEN = "open_station"
# However often it tries, a station leaves one event of a type of ours in so long.
ONE_EVENT_IN = timedelta(minutes=1)
# So that two processes do not both find none; the number is this room's own.
TAKE_TURNS = "SELECT pg_advisory_xact_lock(160107, %s)"


def note_event(
    *,
    station_id: int,
    source: SecurityEvent.Source,
    type: str,
    detail: str,
    happened_at: datetime,
    received_at: datetime,
) -> SecurityEvent:
    """Keep one event; one that a station sends again is kept once, and what is longer than W 5.14 allows is cut."""
    named = {
        "station_id": station_id,
        "source": source,
        "type": storable(type)[:50],
        "detail": storable(detail)[:255],
        "happened_at": happened_at,
    }
    if source == SecurityEvent.Source.STATION and (known := SecurityEvent.objects.filter(**named).first()):
        return known
    event = SecurityEvent.objects.create(**named, received_at=received_at)
    if source == SecurityEvent.Source.STATION and event.type in CRITICAL:
        code = Station.objects.values_list("code", flat=True).get(pk=station_id)
        text = f"{event.type} {event.detail}".strip()
        alerts.open_alert(kind=KIND, subject=f"station:{code}", text=text, at=received_at)
    return event


@transaction.atomic
def note_refused(*, station_id: int, type: str, detail: str, at: datetime) -> None:
    """Keep what was refused to a known station, at most one event of a type in a minute."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS, [station_id % 2**31])
    ours = SecurityEvent.objects.filter(station=station_id, source=SecurityEvent.Source.CENTRAL_SYSTEM, type=type)
    if ours.filter(received_at__gt=at - ONE_EVENT_IN).exists():
        return
    note_event(
        station_id=station_id,
        source=SecurityEvent.Source.CENTRAL_SYSTEM,
        type=type,
        detail=detail,
        happened_at=at,
        received_at=at,
    )


def watch_open_stations(*, at: datetime) -> int:
    """An alert stands for each station in service that anyone may pose as, except in a demo; how many those are."""
    is_play = settings.DEBUG or settings.DEMO_MODE
    in_service = Station.objects.filter(service_state=Station.ServiceState.IN_SERVICE)
    posed_as = Station.objects.none() if is_play else in_service.filter(security_profile=Station.SecurityProfile.OPEN)
    subjects = {f"station:{code}" for code in posed_as.values_list("code", flat=True)}
    standing = Alert.objects.open().filter(kind=OPEN)
    alerts.resolve(standing.exclude(subject__in=subjects), at=at)
    for subject in sorted(subjects.difference(standing.values_list("subject", flat=True))):
        text = sentence("Anyone may connect under its name: security profile 0 asks for no key.")
        alerts.open_alert(kind=OPEN, subject=subject, text=text, at=at)
    return len(subjects)


def resolve_seen_alerts(*, at: datetime) -> int:
    """An event has no end of its own: its alert ends when a person has taken it; how many did."""
    return alerts.resolve(Alert.objects.filter(kind=KIND, acknowledged_at__isnull=False), at=at)
