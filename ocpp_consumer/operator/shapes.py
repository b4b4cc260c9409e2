"""Commands and frames as operators see them: without their secrets."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ocpp_consumer.masking import mask, mask_text
from ocpp_consumer.models import Frame
from stations.models import Command


class CommandShape(serializers.Serializer[Any]):
    """What was asked of a station, what it answered, and whether the effect was seen."""

    id = serializers.UUIDField(source="public_id")
    station_id = serializers.CharField(source="station.code")
    action = serializers.CharField(source="intent", help_text="A request of OCPP 1.6, or a verb of ours.")
    payload = serializers.SerializerMethodField()
    is_forced = serializers.BooleanField()
    subject = serializers.CharField(allow_blank=True, help_text="What it is for, e.g. reservation:41.")
    asked_by = serializers.CharField()
    state = serializers.ChoiceField(Command.State.values)
    answer = serializers.SerializerMethodField()
    effect = serializers.ChoiceField(Command.Effect.values)
    awaits = serializers.CharField(allow_blank=True, help_text="What shows its effect, e.g. boot.")
    asked_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    effect_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField()

    @extend_schema_field(serializers.DictField())
    def get_payload(self, command: Command) -> Any:
        """Without secrets."""
        return mask(command.payload)

    @extend_schema_field(serializers.DictField())
    def get_answer(self, command: Command) -> Any:
        """Likewise."""
        return mask(command.answer)


class FrameShape(serializers.Serializer[Any]):
    """One frame on a station's socket."""

    id = serializers.IntegerField()
    station_id = serializers.CharField(source="station.code")
    at = serializers.DateTimeField(source="received_at")
    direction = serializers.ChoiceField(Frame.Direction.values)
    message_type = serializers.IntegerField(allow_null=True, help_text="2 call, 3 answer, 4 error.")
    message_id = serializers.CharField(allow_blank=True)
    action = serializers.CharField(allow_blank=True)
    text = serializers.SerializerMethodField(help_text="As it was said, its secrets blanked.")
    error = serializers.CharField(allow_blank=True)
    latency_ms = serializers.FloatField(allow_null=True)

    def get_text(self, frame: Frame) -> str:
        """Masked before it was stored, and once more by what is known of secrets today."""
        return mask_text(frame.text)
