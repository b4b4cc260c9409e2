"""Jobs over many stations as they are asked for and answered."""

from typing import Any

from rest_framework import serializers

from drivepower.core.strict import StrictSerializer
from ocpp_consumer import bulk
from ocpp_consumer.operator.commands import AskForm
from stations.models import BulkCommand, BulkStep

State, Kind = BulkCommand.State, BulkCommand.Kind


class StationsFitting(StrictSerializer):
    """Which stations: all those that fit everything that is said; patterns of `*` and `?`, without case."""

    location_id = serializers.CharField(max_length=50, required=False)
    label = serializers.CharField(max_length=40, required=False)  # type: ignore[assignment]  # the metaclass takes it away
    vendor = serializers.CharField(max_length=100, default="*")
    model = serializers.CharField(max_length=100, default="*")
    firmware = serializers.CharField(max_length=100, default="*")
    online = serializers.BooleanField(default=True, help_text="Only those that are connected now.")


PAYLOADS = (
    "Of a command: its fields. configuration: values (by key), or template. firmware: image, signed, retrieve_at. "
    "reset: type Soft or Hard. availability: type Operative or Inoperative. tariff: plan. "
    "local_list: update full or differential."
)
WAVES = (
    "None: all in one wave, and no limit to failures unless one is given. The portal's own form is more careful: "
    "a tenth of the stations at a time, at most 50, most_failures 1 and most_failures_percent 5."
)


class BulkForm(AskForm):
    """What is wanted, and the stations that it goes to: by their codes, or by what they are."""

    kind = serializers.ChoiceField(Kind.values, default=Kind.COMMAND.value)
    action = serializers.CharField(max_length=40, default="", help_text="Of a command: a request, or a verb.")
    payload = serializers.DictField(default=dict, help_text=PAYLOADS)
    stations = serializers.ListField(
        child=serializers.CharField(max_length=50), min_length=1, max_length=bulk.MOST_STATIONS, required=False
    )
    filter = StationsFitting(required=False)
    confirm = serializers.BooleanField(default=False, help_text=f"Needed beyond {bulk.UNCONFIRMED} stations.")
    wave_size = serializers.IntegerField(
        min_value=1, max_value=bulk.MOST_STATIONS, default=None, allow_null=True, help_text=WAVES
    )
    most_failures = serializers.IntegerField(min_value=0, max_value=bulk.MOST_STATIONS, default=None, allow_null=True)
    most_failures_percent = serializers.IntegerField(min_value=0, max_value=100, default=None, allow_null=True)
    patience_s = serializers.IntegerField(
        min_value=10, max_value=172_800, default=900, help_text="A station that is not done by then has failed."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of both; and an action where it is a command."""
        if ("stations" in attrs) == ("filter" in attrs):
            raise serializers.ValidationError("Give stations or filter.")
        if (attrs["kind"] == Kind.COMMAND) != bool(attrs["action"]):
            raise serializers.ValidationError({"action": "A command has an action, and no other kind has."})
        return attrs


class BulkProgress(serializers.Serializer[Any]):
    """How many stations are where."""

    stations = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Not asked yet.")
    in_progress = serializers.IntegerField(help_text="Asked; what comes of it is not known yet.")
    success = serializers.IntegerField()
    failure = serializers.IntegerField()
    refused = serializers.IntegerField(help_text="Refused before they were asked, e.g. because they are offline.")
    queued = serializers.IntegerField()
    sent = serializers.IntegerField()
    accepted = serializers.IntegerField()
    rejected = serializers.IntegerField()
    failed = serializers.IntegerField()
    timed_out = serializers.IntegerField()
    wave = serializers.IntegerField(help_text="The wave that is under way.")
    waves = serializers.IntegerField()


class BulkShape(serializers.Serializer[Any]):
    """A job over many stations."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.values)
    action = serializers.CharField(allow_blank=True, help_text="The OCPP request that it comes to, where it is one.")
    payload = serializers.DictField()
    is_forced = serializers.BooleanField()
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    state = serializers.ChoiceField(State.values)
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(allow_blank=True, help_text="Who stopped it.")
    target = serializers.CharField(allow_blank=True, help_text="How its stations were chosen.")
    wave_size = serializers.IntegerField(allow_null=True)
    most_failures = serializers.IntegerField(allow_null=True)
    most_failures_percent = serializers.IntegerField(allow_null=True)
    patience_s = serializers.IntegerField()
    progress = BulkProgress()


class BulkStepShape(serializers.Serializer[Any]):
    """One station of it."""

    station_id = serializers.CharField(source="station.code")
    command_id = serializers.UUIDField(source="command.public_id", allow_null=True)
    state = serializers.SerializerMethodField(help_text="waiting, refused, or the state of the command.")
    error = serializers.CharField(source="refusal", allow_blank=True)
    wave = serializers.IntegerField()
    outcome = serializers.ChoiceField(BulkStep.Outcome.values)
    reason = serializers.CharField(
        allow_blank=True, help_text="The answer or the refusal, timed_out, not_seen, too_late."
    )

    def get_state(self, step: BulkStep) -> str:
        """In one word."""
        if step.command:
            return str(step.command.state)
        return "refused" if step.refusal else "waiting"
