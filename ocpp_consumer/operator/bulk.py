"""Jobs over many stations at once, in waves and at the pace of one person, with their progress."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.staff import StaffView
from drivepower.core.idempotency import Idempotent
from drivepower.core.pagination import NewestFirst
from drivepower.core.refusals import Refusal
from ocpp_consumer import bulk
from ocpp_consumer.bulk.rights import refuse_kind
from ocpp_consumer.operator.bulk_shapes import BulkForm, BulkShape, BulkStepShape
from ocpp_consumer.operator.verbs import request_of
from stations import labels, patterns
from stations.models import BulkCommand, Station
from stations.operator.doors import for_staff, read

RESTART = OpenApiExample(
    "Restart what stands at a place, once charges are over",
    {"action": "restart", "filter": {"location_id": "ALA-TOO"}, "confirm": True},
    request_only=True,
)
RENEW = OpenApiExample(
    "New firmware for a label, fifty stations at a time",
    {
        "kind": "firmware",
        "payload": {"image": "12"},
        "filter": {"label": "north"},
        "wave_size": 50,
        "most_failures_percent": 5,
        "patience_s": 7200,
        "confirm": True,
    },
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
        page = pages.paginate_queryset(BulkCommand.objects.seen_by(self.person), request, view=self)
        return pages.get_paginated_response(show(page))

    @for_staff(
        "Ask many stations", request=BulkForm, status=202, idempotent=True, examples=[RESTART, RENEW],
        errors=["station_not_found", "unknown_action", "command_malformed", "command_forbidden", "confirmation_needed",
                "firmware_not_signed"],
        **SHOWN,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """202: stations are asked so many a second; `GET commands/bulk/{id}` tells how far that is."""
        said = read(BulkForm, request.data)
        refuse_kind(self.person, said["kind"], said["payload"])
        action, payload = request_of(said["action"], said["payload"])
        begun = bulk.begin(
            kind=said["kind"],
            stations=chosen(self.person, said),
            action=action,
            payload=payload,
            force=said["force"],
            confirmed=said["confirm"],
            target=target_of(said),
            patience=timedelta(seconds=said["patience_s"]),
            by=self.by,
            at=timezone.now(),
            **{name: said[name] for name in ("wave_size", "most_failures", "most_failures_percent")},
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
        if bulk.stop(bulk=found, by=self.by, at=timezone.now()):
            found.refresh_from_db()
        return Response({"success": True, "bulk": show([found])[0]})


class AgainView(StaffView):
    """/api/v1/operator/commands/bulk/{id}/resume"""

    rights = {"POST": "stations.add_command"}
    again = staticmethod(bulk.resume)

    @for_staff("Go on with a bulk command that was stopped", errors=["bulk_not_found", "bulk_runs"], **SHOWN)
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """In spite of what has failed; 400 `bulk_runs` where there is nothing to go on with."""
        found = bulk_of(self.person, public_id)
        refuse_kind(self.person, found.kind, {})
        if not self.again(bulk=found, at=timezone.now()):
            raise Refusal("bulk_runs", "It runs, or nothing is left to do.")
        found.refresh_from_db()
        return Response({"success": True, "bulk": show([found])[0]})


class RetryView(AgainView):
    """/api/v1/operator/commands/bulk/{id}/retry"""

    again = staticmethod(bulk.retry)

    @for_staff("Ask those again that have failed", errors=["bulk_not_found", "bulk_runs"], **SHOWN)
    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Each in its wave; 400 `bulk_runs` while the job runs, or where none has failed."""
        return super().post(request, public_id)


class StepsView(StaffView):
    """/api/v1/operator/commands/bulk/{id}/stations"""

    rights = {"GET": "stations.view_command"}

    @for_staff("The stations of a bulk command", rows=BulkStepShape, name="BulkStepList", errors=["bulk_not_found"])
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """In the order in which they are asked."""
        steps = bulk_of(self.person, public_id).steps.select_related("station", "command")
        return self.listed(steps, BulkStepShape, ordering="id")


def bulk_of(person: User, public_id: uuid.UUID) -> BulkCommand:
    """One of them; Refusal bulk_not_found."""
    found = BulkCommand.objects.seen_by(person).filter(public_id=public_id).first()
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
    if "label" in wanted:
        stations = labels.labelled(stations, wanted["label"])
    if wanted["online"]:
        stations = stations.online(at=timezone.now())
    named_patterns = {name: wanted[name] for name in ("vendor", "model", "firmware")}
    fitting = [station for station in stations if patterns.matches(of=station, **named_patterns)]
    if not fitting:
        raise Refusal("station_not_found", "No station fits.")
    return fitting


def target_of(said: dict[str, Any]) -> str:
    """How the stations were chosen, as people read it."""
    if "stations" in said:
        return "chosen"
    return ", ".join(f"{name}: {value}" for name, value in said["filter"].items() if value != "*")


def show(jobs: list[BulkCommand]) -> list[dict[str, Any]]:
    """Jobs with their progress, counted in one query for all of them."""
    counted = bulk.progress(jobs)
    columns = ["kind", "action", "payload", "is_forced", "asked_by", "asked_at", "state", "ended_at", "ended_by"]
    columns += ["target", "wave_size", "most_failures", "most_failures_percent", "patience_s"]
    return [
        {"id": job.public_id, **{name: getattr(job, name) for name in columns}, "progress": counted[job.pk]}
        for job in jobs
    ]
