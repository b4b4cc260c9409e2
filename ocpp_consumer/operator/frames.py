"""The OCPP log for operators: searched page by page, or told whole as a file."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.staff import StaffView
from drivepower.core import exports
from drivepower.core.pagination import CursorPages
from ocpp_consumer import search
from ocpp_consumer.log.wanted import session_of
from ocpp_consumer.models import Frame
from ocpp_consumer.operator import sought
from ocpp_consumer.operator.shapes import FrameShape
from stations.operator.doors import for_staff, read
from stations.operator.forms import Moment

COLUMNS = list(FrameShape().fields)


class FrameSearch(serializers.Serializer[Any]):
    """Which frames; without words, a tag, a station or a session those of the last day."""

    station = serializers.CharField(max_length=50, required=False)
    session = serializers.UUIDField(required=False)
    transaction = serializers.CharField(max_length=36, required=False, help_text="A session by its number or its id.")
    q = serializers.CharField(
        max_length=200, required=False, help_text="Words that adjoin, in any frame of any day; the last may go on."
    )
    tag = serializers.CharField(max_length=60, required=False, help_text="A tag that is named, in any frame.")
    action = serializers.CharField(max_length=60, required=False)
    direction = serializers.ChoiceField(Frame.Direction.values, required=False)
    message_id = serializers.CharField(max_length=64, required=False)
    with_error = serializers.BooleanField(default=False)
    since = Moment(required=False)
    until = Moment(required=False)


class Exported(FrameSearch):
    """Which frames, and whether page by page or as a file."""

    file = serializers.ChoiceField(
        ["jsonl", "csv", "xlsx"], required=False, help_text="All of them in one file, the oldest first."
    )


class NewestFrames(CursorPages):
    """By receipt."""

    ordering = ("-received_at", "-id")


class FramesView(StaffView):
    """/api/v1/operator/frames"""

    rights = {"GET": "ocpp_consumer.view_frame"}

    @for_staff(
        "Frames", rows=FrameShape, query=Exported, name="FrameList", errors=["session_not_found"],
        other={(200, "application/x-ndjson"): OpenApiTypes.STR, (200, exports.MEDIA_TYPE): OpenApiTypes.STR,
               (200, exports.XLSX_TYPE): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request) -> Response | StreamingHttpResponse:
        """The newest first, their secrets blanked; with `file`, all that was found in that form."""
        asked = read(Exported, request.query_params.dict())
        if sought.WORDS & asked.keys():
            if "file" in asked:
                return as_file(asked["file"], sought.steps(asked, person=self.person))
            return sought.page(request, asked, person=self.person)
        if "transaction" in asked:
            asked["session"] = session_of(asked["transaction"], person=self.person).public_id
        seen = Frame.objects.seen_by(self.person).select_related("station")
        frames = search.found(seen, asked, at=timezone.now())
        if "file" in asked:
            return as_file(asked["file"], search.told(frames))
        pages = NewestFrames()
        page = pages.paginate_queryset(frames, request, view=self)
        return pages.get_paginated_response(FrameShape(page, many=True).data)


class JsonLines(exports.MadeWhileSent):
    """One object a line; without the mark of a CSV file, which no reader of JSON takes (RFC 8259, 8.1)."""

    def __init__(self, parts: Iterator[str], *, name: str) -> None:
        super().__init__(parts, name=f"{name}.jsonl", media_type="application/x-ndjson")


def as_file(kind: str, steps: Iterator[list[Frame]]) -> StreamingHttpResponse:
    """The steps as a file of that kind."""
    if kind == "jsonl":
        return JsonLines(as_json_lines(steps), name="frames")
    if kind == "csv":
        return exports.CsvFile(as_csv(steps), name="frames")
    return exports.XlsxFile(lines(steps), name="frames")


def as_json_lines(steps: Iterator[list[Frame]]) -> Iterator[str]:
    """Step by step."""
    for step in steps:
        yield "".join(json.dumps(frame, ensure_ascii=False) + "\n" for frame in FrameShape(step, many=True).data)


def as_csv(steps: Iterator[list[Frame]]) -> Iterator[str]:
    """The lines as CSV."""
    return map(exports.written, lines(steps))


def lines(steps: Iterator[list[Frame]]) -> Iterator[list[list[exports.Cell]]]:
    """The headings, then step by step the rows; what stations wrote is never a formula (security.md A18)."""
    yield [list(COLUMNS)]
    for step in steps:
        shown = FrameShape(step, many=True).data
        yield [[exports.cell(frame[name]) for name in COLUMNS] for frame in shown]
