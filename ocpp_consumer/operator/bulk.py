"""Commands to many stations at once, at the pace of one person, with their progress."""

import uuid
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.staff import StaffView
from drivepower.core.idempotency import Idempotent
from drivepower.core.pagination import NewestFirst
from drivepower.core.refusals import Refusal
from drivepower.core.strict import StrictSerializer
from ocpp_consumer import bulk
from ocpp_consumer.operator.commands import AskForm
from ocpp_consumer.operator.verbs import request_of
from stations import patterns
from stations.models import BulkCommand, BulkStep, Station
from stations.operator.doors import for_staff, read

State = BulkCommand.State


class StationsFitting(StrictSerializer):
    """Which stations: all those that fit everything that is said; patterns of `*` and `?`, without case."""

    location_id = serializers.CharField(max_length=50, required=False)
    vendor = serializers.CharField(max_length=100, default="*")
    model = serializers.CharField(max_length=100, default="*")
    firmware = serializers.CharField(max_length=100, default="*")
    online = serializers.BooleanField(default=True, help_text="Only those that are connected now.")


class BulkForm(AskForm):
    """A request, and the stations that it goes to: by their codes, or by what they are."""

    stations = serializers.ListField(
        child=serializers.CharField(max_length=50), min_length=1, max_length=bulk.MOST_STATIONS, required=False
    )
    filter = StationsFitting(required=False)
    confirm = serializers.BooleanField(default=False, help_text=f"Needed beyond {bulk.UNCONFIRMED} stations.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of both."""
        if ("stations" in attrs) == ("filter" in attrs):
            raise serializers.ValidationError("Give stations or filter.")
        return attrs


class BulkProgress(serializers.Serializer[Any]):
    """How many stations are where."""

    stations = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Not asked yet.")
    refused = serializers.IntegerField(help_text="Refused before they were asked, e.g. because they are offline.")
    queued = serializers.IntegerField()
    sent = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    failed = serializers.IntegerField()
    timed_out = serializers.IntegerField()


class BulkShape(serializers.Serializer[Any]):
    """A request to many stations."""

    id = serializers.UUIDField()
    action = serializers.CharField()
    payload = serializers.DictField()
    is_forced = serializers.BooleanField()
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    state = serializers.ChoiceField(State.values)
    ended_at = serializers.DateTimeField(allow_null=True)
    progress = BulkProgress()


class BulkStepShape(serializers.Serializer[Any]):
    """One station of it."""

    station_id = serializers.CharField(source="station.code")
    command_id = serializers.UUIDField(source="command.public_id", allow_null=True)
    state = serializers.SerializerMethodField(help_text="waiting, refused, or the state of the command.")
    error = serializers.CharField(source="refusal", allow_blank=True)

    def get_state(self, step: BulkStep) -> str:
        """In one word."""
        if step.command:
            return str(step.command.state)
        return "refused" if step.refusal else "waiting"


RESTART = OpenApiExample(
    "Restart what stands at a place, once charges are over",
    {"action": "restart", "filter": {"location_id": "ALA-TOO"}, "confirm": True},
    request_only=True,
)
SHOWN: dict[str, Any] = {"answer": {"bulk": BulkShape()}, "name": "BulkShown"}


class BulksView(Idempotent, StaffView):
    """/api/v1/operator/commands/bulk"""

    rights = {"GET": "stations.view_command", "POST": "stations.add_command"}

    @for_staff("Bulk commands", rows=BulkShape)
    def get(self, request: Request) -> Response:
        """The newest first."""
        pages = NewestFirst()
        page = pages.paginate_queryset(seen(self.person), request, view=self)
        return pages.get_paginated_response(show(page))

    @for_staff(
        "Ask many stations", request=BulkForm, status=202, idempotent=True, examples=[RESTART],
        errors=["station_not_found", "unknown_action", "command_malformed", "command_forbidden", "confirmation_needed"],
        **SHOWN,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """202: stations are asked so many a second; `GET commands/bulk/{id}` tells how far that is."""
        said = read(BulkForm, request.data)
        action, payload = request_of(said["action"], said["payload"])
        begun = bulk.begin(
            stations=chosen(self.person, said),
            action=action,
            payload=payload,
            force=said["force"],
            confirmed=said["confirm"],
            asked_by=self.by,
            at=timezone.now(),
        )
        return Response({"success": True, "bulk": show([begun])[0]}, status=202)


class BulkView(StaffView):
    """/api/v1/operator/commands/bulk/{id}"""

    rights = {"GET": "stations.view_command", "DELETE": "stations.add_command"}

    @for_staff("One bulk command", errors=["bulk_not_found"], **SHOWN)
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """With its progress."""
        return Response({"success": True, "bulk": show([bulk_of(self.person, public_id)])[0]})

    @for_staff("Stop a bulk command", errors=["bulk_not_found"], **SHOWN)
    def delete(self, request: Request, public_id: uuid.UUID) -> Response:
        """No further station is asked; what has been asked stays asked."""
        found = bulk_of(self.person, public_id)
        if bulk.cancel(bulk=found, at=timezone.now()):
            found.refresh_from_db()
        return Response({"success": True, "bulk": show([found])[0]})


class StepsView(StaffView):
    """/api/v1/operator/commands/bulk/{id}/stations"""

    rights = {"GET": "stations.view_command"}

    @for_staff("The stations of a bulk command", rows=BulkStepShape, name="BulkStepList", errors=["bulk_not_found"])
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """In the order in which they are asked."""
        steps = bulk_of(self.person, public_id).steps.select_related("station", "command")
        return self.listed(steps, BulkStepShape, ordering="id")


def seen(person: User) -> Any:
    """All of them, or for staff of a company their own."""
    jobs = BulkCommand.objects.all()
    return jobs if person.company_id is None else jobs.filter(asked_by=f"staff:{person.public_id}")


def bulk_of(person: User, public_id: uuid.UUID) -> BulkCommand:
    """One of them; Refusal bulk_not_found."""
    found: BulkCommand | None = seen(person).filter(public_id=public_id).first()
    if found is None:
        raise Refusal("bulk_not_found", "There is no such bulk command.")
    return found


def chosen(person: User, said: dict[str, Any]) -> list[Station]:
    """The stations that are meant, by code; Refusal station_not_found, where one is not, or none fits."""
    stations = Station.objects.seen_by(person).order_by("code")
    if "stations" in said:
        codes = set(said["stations"])
        named = list(stations.filter(code__in=codes))
        if missing := sorted(codes - {station.code for station in named}):
            raise Refusal("station_not_found", "There are no such stations.", {"stations": missing})
        return named
    wanted = said["filter"]
    stations = stations.exclude(service_state=Station.ServiceState.RETIRED)
    if "location_id" in wanted:
        stations = stations.filter(location__code=wanted["location_id"])
    if wanted["online"]:
        stations = stations.online(at=timezone.now())
    named_patterns = {name: wanted[name] for name in ("vendor", "model", "firmware")}
    fitting = [station for station in stations if patterns.matches(of=station, **named_patterns)]
    if not fitting:
        raise Refusal("station_not_found", "No station fits.")
    return fitting


def show(jobs: list[BulkCommand]) -> list[dict[str, Any]]:
    """Jobs with their progress, counted in one query for all of them."""
    counted = bulk.progress(jobs)
    columns = ("action", "payload", "is_forced", "asked_by", "asked_at", "state", "ended_at")
    return [
        {"id": job.public_id, **{name: getattr(job, name) for name in columns}, "progress": counted[job.pk]}
        for job in jobs
    ]
