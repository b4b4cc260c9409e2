"""Tells what happened, once, in the transaction in which it happens; webhooks, streams and notifications read it."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from drivepower.core import doorbell
from drivepower.core.forgetting import forget
from drivepower.core.models import Event
from drivepower.core.texts import storable

# For how long what happened is told to whoever asks.
KEPT = timedelta(days=30)

# All that rooms tell of, by what it is about; a test compares it with what they write.
KINDS = {
    "alert": ("opened", "acknowledged", "resolved"),
    "connector": ("status",),
    "payment": ("approved", "failed", "expired", "refunded", "reversed"),
    "receipt": ("made",),
    "report": ("answered",),
    "reservation": ("requested", "active", "refused", "used", "cancelled", "expired", "ended"),
    "session": (
        *("requested", "started", "warned", "stopping", "resumed", "ended", "review", "settled", "waived", "failed"),
        "idle",
    ),
    "station": ("online", "offline"),
    "wallet": ("low", "debt"),
}

RECORD = """
INSERT INTO core_event (public_id, kind, subject, station, location, driver, company, host, is_public, payload, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s)
"""


def record(
    *,
    kind: str,
    subject: str,
    payload: Mapping[str, Any],
    at: datetime,
    station: str = "",
    location: str = "",
    driver: uuid.UUID | None = None,
    company: uuid.UUID | None = None,
    host: uuid.UUID | None = None,
    is_public: bool = False,
) -> None:
    """Keep one event and ring for its readers; `subject` as thing:public id, `payload` as JSON for outsiders.

    Station and location by code; driver, paying company and host company by public id: who of them may see it.
    """
    said = [kind, storable(subject)[:120], station, location, driver, company, host, is_public]
    with connection.cursor() as cursor:
        cursor.execute(RECORD, [uuid.uuid4(), *said, json.dumps(storable(dict(payload))), at])
    doorbell.tell_readers()


def is_known(kind: str) -> bool:
    """Whether events are of that kind: one by its name, all of one thing (`session.*`), or all (`*`)."""
    thing, _, what = kind.partition(".")
    return kind == "*" or (thing in KINDS and what in ("*", *KINDS[thing]))


def forget_events(*, at: datetime) -> int:
    """Delete events that are kept no longer, and their deliveries; answers how many events."""
    return forget(Event.objects.filter(at__lt=at - KEPT).order_by("at"))
