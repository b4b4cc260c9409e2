"""Asking stations for anything that OCPP 1.6 knows, and what became of it."""

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.staff import StaffView
from drivepower.core.idempotency import Idempotent
from drivepower.core.refusals import Refusal
from drivepower.core.strict import StrictSerializer
from ocpp_consumer.operator.shapes import CommandShape
from ocpp_consumer.operator.verbs import VERBS, request_of
from ocpp_consumer.v16 import door
from stations import pacing
from stations.models import Command
from stations.models.commands import CommandQuerySet
from stations.operator.doors import filtered, for_staff, read, station_of
from stations.operator.forms import Moment

REFUSED = [
    "station_not_found", "station_offline", "station_not_accepted", "station_contested", "unknown_action",
    "command_malformed", "command_forbidden", "command_breaks_rules", "too_many_commands",
]  # fmt: skip
RESET = OpenApiExample(
    "A restart once the charge is over", {"action": "Reset", "payload": {"type": "Soft"}}, request_only=True
)


class AskForm(StrictSerializer):
    """A request of OCPP 1.6 as it goes out, or a verb with such fields as it lacks."""

    action = serializers.CharField(max_length=40, help_text=f"A request of OCPP 1.6, or one of {', '.join(VERBS)}.")
    payload = serializers.DictField(default=dict)
    force = serializers.BooleanField(default=False, help_text="Send it although it breaks a rule.")


class CommandSearch(serializers.Serializer[Any]):
    """Filters of commands."""

    station = serializers.CharField(max_length=50, required=False)
    state = serializers.ChoiceField(Command.State.values, required=False)
    effect = serializers.ChoiceField(Command.Effect.values, required=False)
    action = serializers.CharField(max_length=40, required=False)
    asked_by = serializers.CharField(max_length=80, required=False)
    subject = serializers.CharField(max_length=80, required=False)
    since = Moment(required=False)
    until = Moment(required=False)


COLUMNS = {
    "effect": "effect",
    "action": "intent",
    "asked_by": "asked_by",
    "subject": "subject",
    "since": "asked_at__gte",
    "until": "asked_at__lt",
}


class CommandsView(StaffView):
    """/api/v1/operator/commands"""

    rights = {"GET": "stations.view_command"}

    @for_staff("Commands", rows=CommandShape, query=CommandSearch, name="CommandList")
    def get(self, request: Request) -> Response:
        """The newest first."""
        asked = read(CommandSearch, request.query_params.dict())
        return self.listed(searched(seen(self.person), asked), CommandShape)


class CommandView(StaffView):
    """/api/v1/operator/commands/{id}"""

    rights = {"GET": "stations.view_command"}

    @for_staff("One command", answer={"command": CommandShape()}, name="CommandShown", errors=["command_not_found"])
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """Queued, sent, answered, and whether its effect was seen."""
        command = seen(self.person).filter(public_id=public_id).first()
        if command is None:
            raise Refusal("command_not_found", "There is no such command.")
        return Response({"success": True, "command": CommandShape(command).data})


class StationCommandsView(Idempotent, StaffView):
    """/api/v1/operator/stations/{code}/commands"""

    rights = {"GET": "stations.view_command", "POST": "stations.add_command"}

    @for_staff(
        "Commands of a station", rows=CommandShape, query=CommandSearch, name="CommandList",
        errors=["station_not_found"],
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        """The newest first."""
        station = station_of(self.person, code)
        asked = read(CommandSearch, request.query_params.dict())
        return self.listed(searched(seen(self.person).filter(station=station), asked), CommandShape)

    @for_staff(
        "Ask a station", request=AskForm, answer={"command": CommandShape()}, name="CommandAsked", status=202,
        errors=REFUSED, idempotent=True, examples=[RESET],
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """202 with the command, which tells what becomes of it; what breaks a rule goes out with `force` alone."""
        station, said = station_of(self.person, code), read(AskForm, request.data)
        return asked_of(self, station=station, said=said)


def asked_of(view: StaffView, *, station: Any, said: dict[str, Any]) -> Response:
    """Ask it at this person's pace, and answer with the command."""
    action, payload = request_of(said["action"], said["payload"])
    with pacing.one_turn(asked_by=view.by) as at:
        command = door.ask(
            station=station, action=action, payload=payload, asked_by=view.by, at=at, force=said["force"]
        )
    return Response({"success": True, "command": CommandShape(command).data}, status=202)


def seen(person: User) -> CommandQuerySet:
    """The commands to stations that this person may see."""
    return Command.objects.seen_by(person).select_related("station")


def searched(rows: CommandQuerySet, asked: dict[str, Any]) -> Any:
    """Those that are asked for."""
    return filtered(rows, asked).filter(**{COLUMNS[name]: asked[name] for name in COLUMNS if name in asked})
