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
from ocpp_consumer.models import Frame
from ocpp_consumer.operator.shapes import FrameShape
from stations.operator.doors import for_staff, read
from stations.operator.forms import Moment

COLUMNS = list(FrameShape().fields)


class FrameSearch(serializers.Serializer[Any]):
    """Which frames; without a station or a session those of the last day."""

    station = serializers.CharField(max_length=50, required=False)
    session = serializers.UUIDField(required=False)
    action = serializers.CharField(max_length=60, required=False)
    direction = serializers.ChoiceField(Frame.Direction.values, required=False)
    message_id = serializers.CharField(max_length=64, required=False)
    with_error = serializers.BooleanField(default=False)
    since = Moment(required=False)
    until = Moment(required=False)


class Exported(FrameSearch):
    """Which frames, and whether page by page or as a file."""

    file = serializers.ChoiceField(
        ["jsonl", "csv"], required=False, help_text="All of them in one file, the oldest first."
    )


class NewestFrames(CursorPages):
    """By receipt."""

    ordering = ("-received_at", "-id")


class FramesView(StaffView):
    """/api/v1/operator/frames"""

    rights = {"GET": "ocpp_consumer.view_frame"}

    @for_staff(
        "Frames", rows=FrameShape, query=Exported, name="FrameList", errors=["session_not_found"],
        other={(200, "application/x-ndjson"): OpenApiTypes.STR, (200, "text/csv"): OpenApiTypes.STR},
    )  # fmt: skip
    def get(self, request: Request) -> Response | StreamingHttpResponse:
        """The newest first, their secrets blanked; with `file`, everything that was found as JSON lines or CSV."""
        asked = read(Exported, request.query_params.dict())
        seen = Frame.objects.seen_by(self.person).select_related("station")
        frames = search.found(seen, asked, at=timezone.now())
        if asked.get("file") == "jsonl":
            return JsonLines(as_json_lines(search.told(frames)), name="frames")
        if asked.get("file") == "csv":
            return exports.CsvFile(as_csv(search.told(frames)), name="frames")
        pages = NewestFrames()
        page = pages.paginate_queryset(frames, request, view=self)
        return pages.get_paginated_response(FrameShape(page, many=True).data)


class JsonLines(exports.CsvFile):
    """One object a line, sent as a CSV file is."""

    def __init__(self, parts: Iterator[str], *, name: str) -> None:
        super().__init__(parts, name=name)
        self.headers["Content-Type"] = "application/x-ndjson"
        self.headers["Content-Disposition"] = f'attachment; filename="{name}.jsonl"'


def as_json_lines(steps: Iterator[list[Frame]]) -> Iterator[str]:
    """Step by step."""
    for step in steps:
        yield "".join(json.dumps(frame, ensure_ascii=False) + "\n" for frame in FrameShape(step, many=True).data)


def as_csv(steps: Iterator[list[Frame]]) -> Iterator[str]:
    """The headings, then step by step the rows; what stations wrote is never a formula (security.md A18)."""
    yield exports.written([COLUMNS])
    for step in steps:
        shown = FrameShape(step, many=True).data
        yield exports.written([[exports.cell(frame[name]) for name in COLUMNS] for frame in shown])
