"""What a person should look at, for operators."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.staff import StaffView
from drivepower.core import alerts
from drivepower.core.models import Alert, Severity
from drivepower.core.refusals import Refusal
from stations.operator.doors import for_staff, read


class AlertShape(serializers.Serializer[Any]):
    """Something that a person should look at, open until its cause goes."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    subject = serializers.CharField(help_text="What it is about, e.g. station:BSK-01.")
    text = serializers.CharField(source="said", help_text="What happened, in the language that is asked for.")
    opened_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()
    count = serializers.IntegerField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.CharField(allow_blank=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    severity = serializers.ChoiceField(choices=Severity.values)
    snoozed_until = serializers.DateTimeField(allow_null=True, help_text="Nobody is told of it before that.")


class AlertSearch(serializers.Serializer[Any]):
    """Filters of the list of alerts."""

    kind = serializers.CharField(max_length=40, required=False)
    subject = serializers.CharField(max_length=80, required=False)
    severity = serializers.ChoiceField(choices=Severity.values, required=False)
    open = serializers.BooleanField(required=False, allow_null=True, default=None)
    acknowledged = serializers.BooleanField(required=False, allow_null=True, default=None)


SHOWN: dict[str, Any] = {"answer": {"alert": AlertShape()}, "name": "AlertShown", "errors": ["alert_not_found"]}


class AlertsView(StaffView):
    """/api/v1/operator/alerts"""

    rights = {"GET": "core.view_alert"}

    @for_staff("Alerts", rows=AlertShape, query=AlertSearch, name="AlertList")
    def get(self, request: Request) -> Response:
        """The newest first, resolved ones too unless `open` is given."""
        asked = read(AlertSearch, request.query_params.dict())
        rows = Alert.objects.seen_by(self.person).order_by("-opened_at")
        rows = rows.filter(**{name: asked[name] for name in ("kind", "subject", "severity") if name in asked})
        for name, column in (("open", "resolved_at"), ("acknowledged", "acknowledged_at")):
            if asked[name] is not None:
                rows = rows.filter(**{f"{column}__isnull": asked[name] is (name == "open")})
        return self.listed(rows, AlertShape)


class AlertView(StaffView):
    """/api/v1/operator/alerts/{id}"""

    rights = {"GET": "core.view_alert"}

    @for_staff("One alert", **SHOWN)
    def get(self, request: Request, key: int) -> Response:
        """As it stands."""
        return Response({"success": True, "alert": AlertShape(alert_of(self.person, key)).data})


class AcknowledgeView(StaffView):
    """/api/v1/operator/alerts/{id}/acknowledge"""

    rights = {"POST": "core.change_alert"}

    @for_staff("Look after an alert", **SHOWN)
    def post(self, request: Request, key: int) -> Response:
        """Whoever comes first: one that someone has taken stays theirs."""
        alert = alert_of(self.person, key)
        if alerts.acknowledge(Alert.objects.filter(pk=alert.pk), by=self.by, at=timezone.now()):
            alert.refresh_from_db()
        return Response({"success": True, "alert": AlertShape(alert).data})


def alert_of(person: User, key: int) -> Alert:
    """One alert; Refusal alert_not_found."""
    alert = Alert.objects.seen_by(person).filter(pk=key).first()
    if alert is None:
        raise Refusal("alert_not_found", "There is no such alert.")
    return alert
