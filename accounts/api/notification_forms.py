"""The shapes of notifications, of push subscriptions, and of what people choose."""

import base64
import binascii
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language, gettext
from rest_framework import serializers

from accounts.models import Channel, Notification
from accounts.notifying.kinds import CHOSEN, KINDS
from accounts.notifying.wording import language_of, text_of, title_of
from drivepower.core import outward
from drivepower.core.strict import StrictSerializer


class NotificationShape(serializers.ModelSerializer[Notification]):
    """One thing that a driver was told."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField(help_text=f"One of {', '.join(KINDS)}; more may come.")
    title = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()
    facts = serializers.DictField(help_text="What the event said; e.g. session_id, station_id.")
    is_read = serializers.SerializerMethodField()

    class Meta:
        model = Notification
        fields = ("id", "kind", "title", "text", "subject", "facts", "made_at", "is_read", "read_at")

    def get_title(self, told: Notification) -> str:
        """What it is about."""
        with translation.override(self.language(told)):
            return title_of(told.kind)

    def get_text(self, told: Notification) -> str:
        """What it says."""
        with translation.override(self.language(told)):
            return text_of(told.kind, told.facts)

    def get_is_read(self, told: Notification) -> bool:
        """Whether the driver has seen it."""
        return told.read_at is not None

    def language(self, told: Notification) -> str:
        """What the request asks for; else what the person reads."""
        request = self.context["request"]
        asked = get_language() if "Accept-Language" in request.headers else None
        return asked or language_of(request.user.language)


class ListForm(serializers.Serializer[Any]):
    """Which notifications."""

    unread = serializers.BooleanField(default=False, help_text="Only what was not read.")


class KeyField(serializers.CharField):
    """Bytes as base64url, with or without padding; `size` of them."""

    def __init__(self, *, size: int, **fields: Any) -> None:
        self.size = size
        super().__init__(max_length=120, **fields)

    def to_internal_value(self, data: Any) -> str:
        """Base64url without padding, or a validation error."""
        said = str(super().to_internal_value(data)).rstrip("=")
        try:
            raw = base64.b64decode(said + "=" * (-len(said) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise serializers.ValidationError("This is not base64url.") from error
        if len(raw) != self.size:
            raise serializers.ValidationError(gettext("This is not a key of %(size)s bytes.") % {"size": self.size})
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class KeysForm(StrictSerializer):
    """The two keys of a browser's subscription."""

    p256dh = KeyField(size=65)
    auth = KeyField(size=16)

    def validate_p256dh(self, key: str) -> str:
        """A point of the curve, or nobody could seal a message for it."""
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.urlsafe_b64decode(f"{key}="))
        except ValueError as error:
            raise serializers.ValidationError("This is no point of P-256.") from error
        return key


class EndpointForm(StrictSerializer):
    """Where a browser's push service takes messages for it."""

    endpoint = serializers.CharField(max_length=500, help_text="https, on a public host.")

    def validate_endpoint(self, endpoint: str) -> str:
        """An address that we would ask; its host is looked at again whenever something is sent."""
        try:
            outward.target_of(endpoint, allowed_hosts=settings.WEBHOOK_PRIVATE_HOSTS)
        except outward.Unreachable as error:
            raise serializers.ValidationError("This is no https address on a public host.") from error
        return endpoint


class SubscriptionForm(EndpointForm):
    """What PushSubscription.toJSON() gives."""

    keys = KeysForm()
    expirationTime = serializers.FloatField(  # noqa: N815  # browsers call it so
        required=False, allow_null=True, help_text="Browsers send it; the service tells us when it is over."
    )


class UnsubscribeForm(StrictSerializer):
    """Which one goes."""

    endpoint = serializers.CharField(max_length=500)


class Choosing(serializers.DictField):
    """Kinds of notifications, each with channels and whether it is wanted by them."""

    child = serializers.DictField(child=serializers.BooleanField())

    def to_internal_value(self, data: Any) -> Any:
        """Only kinds and channels that there are."""
        said: dict[str, dict[str, bool]] = super().to_internal_value(data)
        problems = {kind: ["There is no such kind."] for kind in said if kind not in CHOSEN}
        for kind, by_channel in said.items():
            if unknown := sorted(set(by_channel) - set(Channel.values)):
                problems.setdefault(kind, [f"There is no channel {', '.join(unknown)}."])
        if problems:
            raise serializers.ValidationError(problems)
        return said


class ChoicesForm(StrictSerializer):
    """What to change."""

    choices = Choosing(allow_empty=False)
