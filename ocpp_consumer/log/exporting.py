"""What the log finds as a file, and a note of who has it."""

from datetime import datetime

import structlog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http.response import HttpResponseBase

from accounts.models import User
from drivepower.core import exports
from ocpp_consumer.log import wanted
from ocpp_consumer.log.asked import Asked
from ocpp_consumer.log.whole import bounded, steps
from ocpp_consumer.models import Frame
from ocpp_consumer.operator.frames import JsonLines, as_json_lines, lines

KINDS = ("jsonl", "csv")

log = structlog.stdlib.get_logger(__name__)


def export(asked: Asked, *, kind: str, person: User, at: datetime) -> HttpResponseBase:
    """The file, once it is written down who has it; Refusal invalid_parameters for more than 31 days."""
    sought = wanted.sought(bounded(asked.wanted, at=at), person=person)
    note(asked, kind=kind, person=person)
    if kind == "csv":
        return exports.CsvFile(map(exports.written, lines(steps(sought))), name="frames")
    return JsonLines(as_json_lines(steps(sought)), name="frames")


def note(asked: Asked, *, kind: str, person: User) -> None:
    """Write down who took what."""
    query = asked.query.urlencode()
    LogEntry.objects.create(
        user_id=person.pk,
        content_type=ContentType.objects.get_for_model(Frame),
        object_repr="OCPP",
        action_flag=CHANGE,
        change_message=f"Exported as {kind.upper()}: {query}"[:2000],
    )
    log.info("frames were exported", kind=kind, query=query, by=f"staff:{person.public_id}")
