"""Problems that drivers see: a report with a photo, and what became of it."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.api.person import driver_of
from drivepower.core.pagination import NewestFirst
from drivepower.core.parsers import HouseJSONParser
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.strict import StrictSerializer
from drivepower.core.throttles import ReportThrottle
from stations import reports
from stations.api.network import public_station
from stations.api.shapes import ReportShape
from stations.models import Report, Station

# Refused before it is read; the photo itself is measured by the verb.
LARGEST_REQUEST = reports.LARGEST_PHOTO + 64 * 1024


class ReportForm(StrictSerializer):
    """What is wrong, and where; the session is named by whoever charged."""

    text = serializers.CharField(max_length=2000)
    kind = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    station_id = serializers.CharField(max_length=50, required=False, allow_null=True, default=None)
    connector_id = serializers.IntegerField(min_value=1, max_value=100, required=False, allow_null=True, default=None)
    session_id = serializers.UUIDField(required=False, allow_null=True, default=None)
    contact = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    photo = serializers.FileField(required=False, allow_null=True, default=None)


class ReportsView(APIView):
    """/api/v1/reports"""

    parser_classes = (HouseJSONParser, MultiPartParser)

    def get_throttles(self) -> list[Any]:
        """Reports are made slowly; reading them is like reading anything."""
        return [ReportThrottle()] if self.request.method == "POST" else super().get_throttles()

    @documented("My reports", rows=ReportShape)
    def get(self, request: Request) -> Response:
        """What I have reported, the newest first, with the answers."""
        pages = NewestFirst()
        mine = Report.objects.filter(user=driver_of(request)).select_related("station")
        page = pages.paginate_queryset(mine, request, view=self)
        return pages.get_paginated_response([show(report) for report in page])

    @documented(
        "Report a problem", request=ReportForm, answer={"report": ReportShape()}, name="ReportMade", status=201,
        errors=["station_not_found"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """As JSON, or as a form with a photo (JPEG, PNG or WebP, up to 5 MB)."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
            raise Refusal("invalid_parameters", "The photo is larger than 5 MB.", {"photo": ["Too large."]})
        form = ReportForm(data=request.data)
        form.is_valid(raise_exception=True)
        said, person = form.validated_data, driver_of(request)
        station = public_station(Station.objects.all(), said["station_id"]) if said["station_id"] else None
        report = reports.make(
            said_by=f"{person.role}:{person.public_id}",
            user=person,
            station=station,
            number=said["connector_id"],
            session=said["session_id"],
            kind=said["kind"],
            text=said["text"],
            contact=said["contact"],
            photo=said["photo"],
            at=timezone.now(),
        )
        return Response({"success": True, "report": show(report)}, status=201)


class ReportView(APIView):
    """/api/v1/reports/{id}"""

    @documented("One of my reports", answer={"report": ReportShape()}, name="ReportShown", errors=["report_not_found"])
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """With its answer, once there is one."""
        return Response({"success": True, "report": show(own(request, public_id))})


class PhotoView(APIView):
    """/api/v1/reports/{id}/photo"""

    @documented(
        "The photo of one of my reports",
        errors=["report_not_found"],
        other={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, public_id: uuid.UUID) -> HttpResponse:
        """As it was sent; a browser takes it for nothing but a picture."""
        content, media_type = reports.photo_of(own(request, public_id))
        return HttpResponse(content, content_type=media_type, headers={"X-Content-Type-Options": "nosniff"})


def own(request: Request, public_id: uuid.UUID) -> Report:
    """A report of the person who asks; Refusal report_not_found for anybody else's."""
    report = Report.objects.filter(user=driver_of(request), public_id=public_id).select_related("station").first()
    if report is None:
        raise Refusal("report_not_found", "There is no such report.")
    return report


def show(report: Report) -> dict[str, Any]:
    """A report as its driver sees it."""
    return {
        "id": report.public_id,
        "station_id": report.station.code if report.station else None,
        "connector_id": report.number,
        "session_id": report.session,
        "kind": report.kind,
        "text": report.text,
        "has_photo": bool(report.photo),
        "state": report.state,
        "answer": report.answer or None,
        "made_at": report.made_at,
        "answered_at": report.answered_at,
    }
