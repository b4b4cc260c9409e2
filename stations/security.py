"""What a station says of its own security, and what is refused to it here for security (W 5.14, A00.FR.323)."""

from datetime import datetime

from drivepower.core import alerts
from drivepower.core.models import Alert
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


def resolve_seen_alerts(*, at: datetime) -> int:
    """An event has no end of its own: its alert ends when a person has taken it; how many did."""
    seen = Alert.objects.open().filter(kind=KIND, acknowledged_at__isnull=False)
    return seen.update(resolved_at=at)
