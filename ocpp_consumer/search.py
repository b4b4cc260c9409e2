"""Finding frames: by station, session and time, which have an index, and by what they say within that."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from charging.models import Session
from drivepower.core.refusals import Refusal
from ocpp_consumer.models import Frame

# Without a station or a session, so far back and no further: more would read every frame of the network.
LOOKED_BACK = timedelta(days=1)
LONGEST_WINDOW = timedelta(days=31)
COLUMNS = {
    "station": "station__code",
    "action": "action",
    "direction": "direction",
    "message_id": "message_id",
    "since": "received_at__gte",
    "until": "received_at__lt",
}
STEP = 500


def found(frames: "QuerySet[Frame]", asked: dict[str, Any], *, at: datetime) -> "QuerySet[Frame]":
    """Those that are asked for; Refusals session_not_found, invalid_parameters for more than 31 days at once."""
    if "session" in asked:
        frames = frames.filter(session_key=key_of(asked["session"]))
    elif "station" not in asked:
        asked = {"since": asked.get("until", at) - LOOKED_BACK, **asked}
    if "since" in asked and asked.get("until", at) - asked["since"] > LONGEST_WINDOW:
        raise Refusal("invalid_parameters", "At most 31 days at once.", {"since": ["Too long ago."]})
    if asked.get("with_error"):
        frames = frames.exclude(error="")
    return frames.filter(**{COLUMNS[name]: asked[name] for name in COLUMNS if name in asked})


def key_of(session: uuid.UUID) -> int:
    """The key by which frames know a session; Refusal session_not_found."""
    key = Session.objects.filter(public_id=session).values_list("pk", flat=True).first()
    if key is None:
        raise Refusal("session_not_found", "There is no such session.")
    return key


def told(frames: "QuerySet[Frame]") -> Iterator[list[Frame]]:
    """All of them, the oldest first, in steps of bounded size; each goes on after the last one's receipt and key."""
    ordered, later = frames.order_by("received_at", "id"), Q()
    while step := list(ordered.filter(later)[:STEP]):
        yield step
        last = step[-1]
        later = Q(received_at__gte=last.received_at) & ~Q(received_at=last.received_at, id__lte=last.pk)
