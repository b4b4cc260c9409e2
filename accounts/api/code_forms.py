"""The shapes of what people send about one-time codes, and of what they are told."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rest_framework import serializers

from accounts import phones
from accounts.api.forms import LowerEmailField, PhoneField
from accounts.models import User
from drivepower.core.strict import StrictSerializer


class DigitsField(serializers.RegexField):
    """The six digits of a code."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(r"^[0-9]{6}\Z", max_length=6, trim_whitespace=False, **fields)


class AddressForm(StrictSerializer):
    """A phone or an e-mail address."""

    phone = PhoneField(max_length=32, required=False)
    email = LowerEmailField(max_length=254, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of both, as `target`."""
        given = [attrs.pop(name) for name in ("phone", "email") if name in attrs]
        if len(given) != 1:
            raise serializers.ValidationError("Give a phone number or an e-mail address.")
        return {**attrs, "target": given[0]}


class CodeForm(AddressForm):
    """The same, with the code that was sent there."""

    code = DigitsField()


class LoginNameField(serializers.CharField):
    """An e-mail address or a phone number, as it is kept."""

    def to_internal_value(self, data: Any) -> str:
        """E.164 or lower case, or a validation error."""
        said = str(super().to_internal_value(data))
        if "@" in said:
            return LowerEmailField().run_validation(said)  # type: ignore[no-any-return]  # a text
        try:
            return phones.normalise(said)
        except ValueError as error:
            raise serializers.ValidationError("Enter an e-mail address or a phone number.") from error


class ResetForm(StrictSerializer):
    """By what name the person comes in."""

    login = LoginNameField(max_length=254)


class NewPasswordForm(ResetForm):
    """The same, with the code that was sent there and the password to be."""

    code = DigitsField()
    password = serializers.CharField(max_length=128, trim_whitespace=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A password that passes the validators, as far as may be said to a stranger."""
        name = attrs["login"]
        try:
            validate_password(attrs["password"], User(email=name if "@" in name else None))
        except ValidationError as error:
            raise serializers.ValidationError({"password": error.messages}) from error
        return attrs


class OwnAddressForm(StrictSerializer):
    """Which of one's own addresses is meant."""

    address = serializers.ChoiceField(["phone", "email"])


class AddressToProveForm(OwnAddressForm):
    """The same; or the phone or e-mail address that is to take its place."""

    new = LoginNameField(max_length=254, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A phone for a phone, an e-mail address for an e-mail address."""
        if "new" in attrs and ("@" in attrs["new"]) != (attrs["address"] == "email"):
            raise serializers.ValidationError({"new": ["Enter an e-mail address or a phone number."]})
        return attrs


class ProofForm(OwnAddressForm):
    """Which of one's own addresses is meant, with the code that was sent there."""

    code = DigitsField()


class CodeSent(serializers.Serializer[Any]):
    """A code is on its way, if there is whom to send it to."""

    success = serializers.BooleanField(default=True)
    expires_in = serializers.IntegerField(help_text="Seconds that the code is good for.")
    retry_after = serializers.IntegerField(help_text="Seconds until another one may be asked for.")
    tries = serializers.IntegerField()


class CodeStatus(serializers.Serializer[Any]):
    """Where the newest code of an address stands."""

    success = serializers.BooleanField(default=True)
    pending = serializers.BooleanField()
    expires_in = serializers.IntegerField()
    tries_left = serializers.IntegerField()
    retry_after = serializers.IntegerField(help_text="Seconds until another one may be asked for; 0: now.")


class Done(serializers.Serializer[Any]):
    """It is done."""

    success = serializers.BooleanField(default=True)
