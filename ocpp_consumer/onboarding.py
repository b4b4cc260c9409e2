"""New stations: told what an operator wants of their kind, read back, and only then accepted (J 6.2.2).

Where a station stands is in the tables alone: its registration, its configuration as read, the commands that it was
sent. Every step may be taken again, after a Boot, after an answer, or by the sweep.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from drivepower.core import alerts
from drivepower.core.sentences import sentence
from stations import commands, configuration, registry
from stations.models import Command, ConfigurationKey, ConnectorState, Station

ASKED_BY = "rule:onboarding"
STUCK = alerts.closed_by_people("onboarding_stuck")
# A new station answers at once or not at all; the next Boot or the sweep asks again.
PATIENCE = timedelta(minutes=2)
UNDER_WAY = (Command.State.QUEUED, Command.State.SENT)
BATCH = 500

log = structlog.stdlib.get_logger(__name__)


def go_on(*, station_id: int, at: datetime) -> None:
    """What there is to do for a station that has booted or answered: onboarding, or a first look at an accepted one."""
    with transaction.atomic():
        station = Station.objects.select_for_update(no_key=True).get(pk=station_id)
        if Command.objects.filter(station=station, asked_by=ASKED_BY, state__in=UNDER_WAY, expires_at__gt=at).exists():
            return
        if station.registration == Station.Registration.PENDING:
            _onboard(station, at=at)
        elif station.registration == Station.Registration.ACCEPTED and settings.OCPP_AUTO_PROVISION:
            _look(station, at=at)


def sweep(*, at: datetime) -> int:
    """Go on with the stations that wait to be accepted and are online; answers how many were looked at."""
    waiting = Station.objects.online(at=at).filter(registration=Station.Registration.PENDING)
    keys = list(waiting.order_by("?").values_list("pk", flat=True)[:BATCH])
    for key in keys:
        try:
            go_on(station_id=key, at=at)
        except Exception:
            log.exception("onboarding failed on a station", station=key)
    return len(keys)


def _onboard(station: Station, *, at: datetime) -> None:
    """Set what differs from the template, once per connection; accept when nothing does. Without a template, wait."""
    if configuration.template_for(station, onboarding=True) is None or not station.is_online(at=at):
        return
    differing = {one.key for one in configuration.drift(station)} | _not_read_back(station)
    if not differing:
        alerts.resolve_alert(kind=STUCK, subject=_subject(station), at=at)
        registry.accept(station=station, at=at)
        _ask(station, "trigger", {"message": "BootNotification"}, at=at)
    elif not _has_asked(station, "set_configuration"):
        configuration.apply_template(station=station, asked_by=ASKED_BY, at=at)
    elif not _has_asked(station, "read_configuration"):
        _ask(station, "read_configuration", {"keys": sorted(differing)}, at=at)
    else:
        text = sentence("It does not take these values: %(names)s", names=", ".join(sorted(differing)))
        alerts.open_alert(kind=STUCK, subject=_subject(station), text=text, at=at)


def _look(station: Station, *, at: datetime) -> None:
    """Ask for what was never read."""
    if not ConfigurationKey.objects.filter(station=station).exists() and not _has_asked(station, "read_configuration"):
        _ask(station, "read_configuration", {"keys": []}, at=at)
    if not ConnectorState.objects.filter(station=station).exists() and not _has_asked(station, "trigger"):
        _ask(station, "trigger", {"message": "StatusNotification"}, at=at)


def _ask(station: Station, intent: str, payload: dict[str, object], *, at: datetime) -> None:
    commands.send(station=station, intent=intent, payload=payload, asked_by=ASKED_BY, expires_at=at + PATIENCE, at=at)


def _has_asked(station: Station, intent: str) -> bool:
    """Whether this was asked on the station's present connection."""
    asked = Command.objects.filter(station=station, asked_by=ASKED_BY, intent=intent)
    return asked.filter(asked_at__gte=station.connected_at).exists()


def _not_read_back(station: Station) -> set[str]:
    """The keys that it took on this connection and has not shown since."""
    taken = Command.objects.filter(
        station=station,
        asked_by=ASKED_BY,
        intent="set_configuration",
        state=Command.State.ACCEPTED,
        asked_at__gte=station.connected_at,
    )
    return set(taken.exclude(effect=Command.Effect.SEEN).values_list("payload__key", flat=True))


def _subject(station: Station) -> str:
    return f"station:{station.code}"
