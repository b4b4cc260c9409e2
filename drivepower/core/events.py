"""Tells what happened, once, in the transaction in which it happens; webhooks, streams and notifications read it."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from drivepower.core import doorbell
from drivepower.core.models import Event
from drivepower.core.texts import storable

# For how long what happened is told to whoever asks.
KEPT = timedelta(days=30)
FORGET_AT_ONCE, MOST_ROUNDS = 1000, 100

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


def forget_events(*, at: datetime) -> int:
    """Delete events that are kept no longer, and their deliveries; answers how many events."""
    forgotten = 0
    for _ in range(MOST_ROUNDS):
        old = list(Event.objects.filter(at__lt=at - KEPT).order_by("at").values_list("pk", flat=True)[:FORGET_AT_ONCE])
        Event.objects.filter(pk__in=old).delete()
        forgotten += len(old)
        if len(old) < FORGET_AT_ONCE:
            break
    return forgotten
