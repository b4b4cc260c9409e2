"""Problems that people have reported, and who looks after them."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.staff import StaffView
from drivepower.core.refusals import Refusal
from drivepower.core.strict import StrictSerializer
from stations import reports
from stations.models import Report
from stations.operator.doors import filtered, for_staff, read


class OperatorReport(serializers.Serializer[Any]):
    """A problem that somebody has seen."""

    id = serializers.UUIDField(source="public_id")
    station_id = serializers.CharField(source="station.code", allow_null=True)
    connector_id = serializers.IntegerField(source="number", allow_null=True)
    session_id = serializers.UUIDField(source="session", allow_null=True)
    driver_id = serializers.SerializerMethodField()
    said_by = serializers.CharField()
    filed_by = serializers.CharField(allow_blank=True)
    kind = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    contact = serializers.CharField(allow_blank=True)
    has_photo = serializers.SerializerMethodField()
    state = serializers.ChoiceField(Report.State.values)
    looked_after_by = serializers.CharField(source="owner", allow_blank=True)
    answer = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)

    def get_driver_id(self, report: Report) -> uuid.UUID | None:
        """Null where no driver said it, or nobody knows who did."""
        return report.user.public_id if report.user and report.user.role == User.Role.DRIVER else None

    def get_has_photo(self, report: Report) -> bool:
        """Whether it came with one: `GET reports/{id}/photo`."""
        return bool(report.photo)


class ReportSearch(serializers.Serializer[Any]):
    """Filters of the list of reports."""

    station = serializers.CharField(max_length=50, required=False)
    state = serializers.ChoiceField(Report.State.values, required=False)


class ReportAnswer(StrictSerializer):
    """What becomes of a report: somebody takes it, answers it with a text for the driver, or closes it."""

    state = serializers.ChoiceField([Report.State.TAKEN.value, Report.State.ANSWERED.value, Report.State.CLOSED.value])
    answer = serializers.CharField(max_length=2000, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An answer needs words, and nothing else has any."""
        if (attrs["state"] == Report.State.ANSWERED) != ("answer" in attrs):
            raise serializers.ValidationError({"answer": "Words belong to an answer, and an answer needs some."})
        return attrs


class ReportsView(StaffView):
    """/api/v1/operator/reports"""

    rights = {"GET": "stations.view_report"}

    @for_staff("Reports of problems", rows=OperatorReport, query=ReportSearch)
    def get(self, request: Request) -> Response:
        """The newest first."""
        asked = read(ReportSearch, request.query_params.dict())
        rows = Report.objects.seen_by(self.person).select_related("station", "user")
        return self.listed(filtered(rows, asked), OperatorReport)


class ReportView(StaffView):
    """/api/v1/operator/reports/{id}"""

    rights = {"GET": "stations.view_report", "PATCH": "stations.change_report"}

    @for_staff(
        "One report", answer={"report": OperatorReport()}, name="OperatorReportShown", errors=["report_not_found"]
    )
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """As it was said, and what became of it."""
        return Response({"success": True, "report": OperatorReport(report_of(self.person, public_id)).data})

    @for_staff(
        "Take, answer or close a report", request=ReportAnswer, answer={"report": OperatorReport()},
        name="OperatorReportShown", errors=["report_not_found", "report_taken", "report_moved"],
    )  # fmt: skip
    def patch(self, request: Request, public_id: uuid.UUID) -> Response:
        """The driver reads the answer; report_taken where somebody looks after it, report_moved where it is over."""
        report, at = report_of(self.person, public_id), timezone.now()
        said = read(ReportAnswer, request.data)
        if said["state"] == Report.State.ANSWERED:
            reports.answer(report=report, text=said["answer"], by=self.by, at=at)
        elif said["state"] == Report.State.CLOSED:
            reports.close(report=report, by=self.by, at=at)
        elif not reports.take(report=report, by=self.by):
            raise Refusal("report_taken", "Somebody looks after it already, or it is over.")
        return Response({"success": True, "report": OperatorReport(report).data})


class ReportPhotoView(StaffView):
    """/api/v1/operator/reports/{id}/photo"""

    rights = {"GET": "stations.view_report"}

    @for_staff("The photo of a report", errors=["report_not_found"], other={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, public_id: uuid.UUID) -> HttpResponse:
        """As it was sent; a browser takes it for nothing but a picture."""
        content, media_type = reports.photo_of(report_of(self.person, public_id))
        return HttpResponse(content, content_type=media_type, headers={"X-Content-Type-Options": "nosniff"})


def report_of(person: User, public_id: uuid.UUID) -> Report:
    """One report; Refusal report_not_found."""
    report = Report.objects.seen_by(person).select_related("station", "user").filter(public_id=public_id).first()
    if report is None:
        raise Refusal("report_not_found", "There is no such report.")
    return report
