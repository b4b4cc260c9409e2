"""What a station said of a transaction that we cannot find: kept, never thrown away."""

import json
from datetime import datetime
from typing import Any

from charging.models import Session, StrayMessage
from drivepower.core import alerts
from drivepower.core.sentences import sentence
from drivepower.core.texts import storable
from stations.models import Station

ALERT = alerts.closed_by_people("stray_message")


def keep(*, station: Station, action: str, payload: Any, received_at: datetime, tried: str) -> StrayMessage:
    """Keep a message that found no session, with what was tried to find one; somebody should look at it.

    A message that was kept before, and is sent again and again because its station forgets the answer, is kept once.
    """
    said = {"action": storable(action)[:40], "payload": _as_json(payload)}
    known = StrayMessage.objects.filter(station=station, **said).first()
    if known is not None:
        return known
    text = sentence("A %(action)s found no session: %(tried)s", action=action, tried=tried)
    alerts.open_alert(kind=ALERT, subject=_subject(station), text=text, at=received_at)
    return StrayMessage.objects.create(
        station=station,
        **said,
        received_at=received_at,
        tried=storable(tried)[:200],
    )


def place(*, stray: StrayMessage, session: Session, at: datetime) -> None:
    """Its session was found after all; the alert goes with the station's last stray."""
    StrayMessage.objects.filter(pk=stray.pk).update(session=session)
    if not StrayMessage.objects.filter(station=stray.station_id, session=None).exists():
        alerts.resolve_alert(kind=ALERT, subject=_subject(stray.station), at=at)


def _subject(station: Station) -> str:
    return f"station:{station.code}"


def _as_json(payload: Any) -> Any:
    """The payload as `jsonb` takes it; with NaN or an infinity in it, which that refuses, as text."""
    cleaned = storable(payload)
    try:
        json.dumps(cleaned, allow_nan=False)
    except ValueError:
        return {"text": json.dumps(cleaned)}
    return cleaned
