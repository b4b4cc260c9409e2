"""How one station has done, for operators: its line, its connectors, its charges, what was asked of it."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.staff import StaffView
from charging.models import Session
from stations.models import Command, ConnectionSpan, Station, StatusSpan
from stations.operator.doors import for_staff, read, station_of
from stations.operator.forms import Moment

DAY, LONGEST = timedelta(days=1), timedelta(days=92)
NOTHING = timedelta()


class Window(NamedTuple):
    """From when until when."""

    since: datetime
    until: datetime


class WindowForm(serializers.Serializer[Any]):
    """From when until when: by default the last day, at most 92 days."""

    since = Moment(required=False)
    until = Moment(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A window that has a length, and ends now at the latest."""
        until = min(attrs.get("until", timezone.now()), timezone.now())
        since = attrs.get("since", until - DAY)
        if not NOTHING < until - since <= LONGEST:
            raise serializers.ValidationError({"since": "Give up to 92 days that have been."})
        return {"window": Window(since, until)}


class StatusTime(serializers.Serializer[Any]):
    """How long a connector had a status."""

    connector_id = serializers.IntegerField()
    status = serializers.CharField()
    seconds = serializers.IntegerField()
    times = serializers.IntegerField()


class StationMetrics(serializers.Serializer[Any]):
    """What a station came to in the window."""

    success = serializers.BooleanField()
    station_id = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    online = serializers.BooleanField()
    online_seconds = serializers.IntegerField()
    online_percent = serializers.FloatField()
    connections = serializers.IntegerField(help_text="How often it came.")
    boots = serializers.IntegerField(help_text="Since it was first heard.")
    last_heartbeat_at = serializers.DateTimeField(allow_null=True)
    statuses = StatusTime(many=True)
    sessions = serializers.IntegerField(help_text="Charges that started.")
    sessions_failed = serializers.IntegerField()
    energy_kwh = serializers.FloatField()
    commands = serializers.DictField(child=serializers.IntegerField(), help_text="By their state.")


class MetricsView(StaffView):
    """/api/v1/operator/stations/{code}/metrics"""

    rights = {"GET": "stations.view_station"}

    @for_staff("How a station has done", answer=StationMetrics, query=WindowForm, errors=["station_not_found"])
    def get(self, request: Request, code: str) -> Response:
        """In a window, by default the last day."""
        station = station_of(self.person, code, among=Station.objects.select_related("gateway", "seen"))
        window: Window = read(WindowForm, request.query_params.dict())["window"]
        seen = getattr(station, "seen", None)
        said = {
            "station_id": station.code,
            **window._asdict(),
            "online": station.is_online(at=timezone.now()),
            **of_line(station, window),
            "boots": seen.boot_count if seen else 0,
            "last_heartbeat_at": seen.last_heartbeat_at if seen else None,
            "statuses": of_connectors(station, window),
            **of_charges(station, window),
            "commands": of_commands(station, window),
        }
        return Response({"success": True, **said})


def within(spans: "QuerySet[Any]", window: Window) -> "QuerySet[Any]":
    """The spans that reach into a window, each with its `length` there."""
    ends = Least(Coalesce(F("until"), Value(window.until)), Value(window.until))
    length = ExpressionWrapper(ends - Greatest(F("since"), Value(window.since)), output_field=DurationField())
    reaching: QuerySet[Any] = spans.filter(Q(until=None) | Q(until__gt=window.since), since__lt=window.until)
    measured: QuerySet[Any] = reaching.order_by().annotate(length=length)
    return measured


def of_line(station: Station, window: Window) -> dict[str, Any]:
    """How long it held a socket, and how often it came."""
    spans = within(ConnectionSpan.objects.filter(station=station), window)
    told = spans.aggregate(held=Sum("length"), came=Count("pk", filter=Q(since__gte=window.since)))
    held = told["held"] or NOTHING
    percent = 100 * held / (window.until - window.since)
    return {"online_seconds": seconds(held), "online_percent": round(percent, 2), "connections": told["came"]}


def of_connectors(station: Station, window: Window) -> list[dict[str, Any]]:
    """How long each connector had which status, and how often."""
    spans = within(StatusSpan.objects.filter(station=station, number__gt=0), window)
    rows = spans.values("number", "status").annotate(held=Sum("length"), times=Count("pk"))
    return [
        {
            "connector_id": row["number"],
            "status": row["status"],
            "seconds": seconds(row["held"]),
            "times": row["times"],
        }
        for row in rows.order_by("number", "status")
    ]


def of_charges(station: Station, window: Window) -> dict[str, Any]:
    """The charges that started, those that never did, and the energy that was billed."""
    here = Session.objects.filter(station=station).aggregate(
        sessions=Count("pk", filter=started(window)),
        sessions_failed=Count("pk", filter=Q(state=Session.State.FAILED, **asked(window))),
        energy_wh=Sum("billed_energy_wh", filter=started(window)),
    )
    return {**here, "energy_kwh": (here.pop("energy_wh") or 0) / 1000}


def started(window: Window) -> Q:
    """Within the window."""
    return Q(started_at__gte=window.since, started_at__lt=window.until)


def asked(window: Window) -> dict[str, datetime]:
    """Asked for within the window."""
    return {"requested_at__gte": window.since, "requested_at__lt": window.until}


def of_commands(station: Station, window: Window) -> dict[str, int]:
    """What was asked of it, by how that stands."""
    rows = Command.objects.filter(station=station, asked_at__gte=window.since, asked_at__lt=window.until)
    return dict(rows.order_by().values_list("state").annotate(count=Count("pk")))


def seconds(length: timedelta) -> int:
    """Whole ones; a span that begins after it ends, by a station's clock, has none."""
    return max(0, int(length.total_seconds()))
