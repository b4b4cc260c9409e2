"""The shapes of what people send when they come in, and of how a person is shown to themselves."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rest_framework import serializers

from accounts import phones
from accounts.models import User
from drivepower.core.strict import StrictSerializer

# No control characters (C0, C1), no ends of lines, nothing that overrides which way text runs.
PLAIN = r"^[^\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*\Z"


class PhoneField(serializers.CharField):
    """A phone number as people write it, answered in E.164."""

    def to_internal_value(self, data: Any) -> str:
        """E.164, or a validation error."""
        try:
            return phones.normalise(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError("Enter a phone number with its country code.") from error


class LowerEmailField(serializers.EmailField):
    """An e-mail address as it is kept: in lower case."""

    def to_internal_value(self, data: Any) -> str:
        """Lower case, or a validation error."""
        return str(super().to_internal_value(data)).lower()


class NameField(serializers.RegexField):
    """What a person is called: one line that reads as it is written, without marks that turn its direction around."""

    default_error_messages = {"invalid": "A name has no control characters."}

    def __init__(self, **fields: Any) -> None:
        super().__init__(PLAIN, **fields)


class SignUp(StrictSerializer):
    """E-mail or phone or both, a password, a name."""

    email = LowerEmailField(max_length=254, required=False)
    phone = PhoneField(max_length=32, required=False)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    name = NameField(max_length=120)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """At least one way to be reached, and a password that passes the validators."""
        if not attrs.get("email") and not attrs.get("phone"):
            raise serializers.ValidationError("Give an e-mail or a phone number.")
        try:
            validate_password(attrs["password"], User(email=attrs.get("email"), name=attrs["name"]))
        except ValidationError as error:
            raise serializers.ValidationError({"password": error.messages}) from error
        return attrs


class LogIn(StrictSerializer):
    """One name (login, email or phone say the same) and the password; `otp` for staff with a second factor."""

    login = serializers.CharField(max_length=254, required=False)
    email = serializers.CharField(max_length=254, required=False)
    phone = serializers.CharField(max_length=32, required=False)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    otp = serializers.CharField(max_length=32, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one name."""
        names = [attrs[field] for field in ("login", "email", "phone") if field in attrs]
        if len(names) != 1:
            raise serializers.ValidationError("Give one of login, email and phone.")
        return {"name": names[0], "password": attrs["password"], "otp": attrs.get("otp")}


class Refresh(StrictSerializer):
    """A refresh token."""

    refresh = serializers.CharField(max_length=2000)


def show_person(user: User) -> dict[str, Any]:
    """A person as they see themselves."""
    membership = user.membership
    return {
        "id": str(user.public_id),
        "email": user.email,
        "phone": user.phone,
        "name": user.name,
        "role": user.role,
        "language": user.language,
        "company": user.company.name if user.company else None,
        "membership": {"name": membership.name, "discount_percent": membership.discount_percent}
        if membership
        else None,
    }
