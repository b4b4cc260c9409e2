"""The answers about people, as the published schema tells them."""

from typing import Any

from rest_framework import serializers

from accounts.models import IdTag, Login, User


class MembershipShape(serializers.Serializer[Any]):
    """The tier that a person belongs to."""

    name = serializers.CharField()
    discount_percent = serializers.CharField(help_text="Percent, as text, e.g. 10.00.")


class PersonShape(serializers.Serializer[Any]):
    """A person as they see themselves."""

    id = serializers.UUIDField()
    email = serializers.EmailField(allow_null=True)
    phone = serializers.CharField(allow_null=True, help_text="E.164.")
    name = serializers.CharField(allow_blank=True)
    role = serializers.ChoiceField(User.Role.values)
    language = serializers.CharField()
    company = serializers.CharField(allow_null=True)
    membership = MembershipShape(allow_null=True)


class OwnProfileShape(PersonShape):
    """The same, with what has been proved."""

    email_proved = serializers.BooleanField()
    phone_proved = serializers.BooleanField()
    has_password = serializers.BooleanField()
    deletion_requested_at = serializers.DateTimeField(allow_null=True)


class PairShape(serializers.Serializer[Any]):
    """What an app keeps."""

    success = serializers.BooleanField(default=True)
    access = serializers.CharField(help_text="For requests: `Authorization: Bearer …`.")
    refresh = serializers.CharField(help_text="For the next pair; good once.")
    token = serializers.CharField(help_text="The older name of `access`.")


class Welcome(PairShape):
    """Whoever comes in, and what their app keeps."""

    user = PersonShape()


class LoginShape(serializers.ModelSerializer[Login]):
    """A device on which a person is logged in."""

    id = serializers.UUIDField(source="public_id")
    is_this = serializers.SerializerMethodField(help_text="Whether it is the one that asks.")

    class Meta:
        model = Login
        fields = ("id", "device", "address", "made_at", "renewed_at", "expires_at", "is_this")

    def get_is_this(self, login: Login) -> bool:
        """By the login in the token of the request."""
        return str(login.public_id) == self.context.get("sid")


class CardShape(serializers.ModelSerializer[IdTag]):
    """A driver's card."""

    id = serializers.UUIDField(source="public_id")
    may_unblock = serializers.SerializerMethodField(help_text="Whether the block is the driver's own.")
    company = serializers.CharField(source="company.name", default=None, allow_null=True)

    class Meta:
        model = IdTag
        fields = ("id", "value", "blocked", "may_unblock", "company", "plate", "expires_at", "created_at")

    def get_may_unblock(self, card: IdTag) -> bool:
        """A block of the house stays."""
        return card.blocked and card.blocked_by == self.context.get("by")
