"""Frames that are worth a sentence: calls of the station with our answers; readings and beats are left to the log."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Q, TextField, Value, When
from django.db.models.functions import Length

from drivepower.portal.explain.facts import Said
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.scope import Scope
from drivepower.portal.explain.sentences.frames import SENTENCES
from drivepower.portal.explain.shapes import FRAME
from drivepower.portal.explain.sources.bounded import bounded
from ocpp_consumer.log import halves
from ocpp_consumer.models import Frame

MOST = 300
# A longer frame holds a thousand samples, which nobody reads here.
LONGEST = 20_000
TOLD = ("StartTransaction", "StatusNotification", "StopTransaction", *SENTENCES)
CALL, RESULT = 2, 3


def read(scope: Scope, reader: Reader, left: set[str]) -> list[Said]:
    """In order of their receipt; by the index of station and time."""
    inside = Frame.objects.filter(station=scope.station, received_at__gte=scope.since, received_at__lte=scope.until)
    rows = reader.rows(inside.filter(Q(action__in=TOLD) | ~Q(error="")), "ocpp_consumer.view_frame")
    if rows is None:
        return []
    short = Case(When(Q(length__lte=LONGEST), then="text"), default=Value(""), output_field=TextField())
    told = rows.annotate(length=Length("text")).order_by("received_at", "id")
    frames = told.defer("text").annotate(short=short)[: 2 * MOST + 1]
    return paired(bounded(frames, most=2 * MOST, name=FRAME, left=left))


def paired(frames: Sequence[Any]) -> list[Said]:
    """Each call with its answer; of a frame that is too long `short`, its text, is empty."""
    others = halves.paired(frames)
    return [
        Said(
            at=one.received_at,
            is_ours=one.direction == Frame.Direction.OUT,
            action=one.action,
            payload=payload_of(one.short, 3) or {},
            answer=answer_in(others.get(one.pk)),
            error=one.error,
            session_key=one.session_key,
        )
        for one in frames
        if one.message_type == CALL or (one.error and one.direction == Frame.Direction.IN)
    ]


def answer_in(other: Any) -> dict[str, Any] | None:
    """What an answer says; None where there is none, or it is an error."""
    return payload_of(other.short, 2) if other is not None and other.message_type == RESULT else None


def payload_of(text: str, place: int) -> dict[str, Any] | None:
    """The payload of a frame; None where it is none, however odd the frame is."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    payload = frame[place] if isinstance(frame, list) and len(frame) > place else None
    return payload if isinstance(payload, dict) else None
