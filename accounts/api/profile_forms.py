"""The shapes of what people send about themselves."""

from django.conf import settings
from rest_framework import serializers

from accounts.api.code_forms import DigitsField
from accounts.api.forms import LowerEmailField, NameField, PhoneField
from drivepower.core.strict import StrictSerializer


class ProfileForm(StrictSerializer):
    """What people change of themselves; null takes an e-mail address or a phone away.

    Another address asks for `current_password`; of people without one for two codes of `profile/proof`: `current_code`
    from an address that is proved, `new_code` from the one to be.
    """

    name = NameField(max_length=120, required=False)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False)
    email = LowerEmailField(max_length=254, required=False, allow_null=True)
    phone = PhoneField(max_length=32, required=False, allow_null=True)
    current_password = serializers.CharField(max_length=128, trim_whitespace=False, required=False)
    current_code = DigitsField(required=False)
    new_code = DigitsField(required=False)


class PasswordForm(StrictSerializer):
    """The password that is known, and the one to be."""

    current_password = serializers.CharField(max_length=128, trim_whitespace=False)
    new_password = serializers.CharField(max_length=128, trim_whitespace=False)


class CardForm(StrictSerializer):
    """What is printed on a card, or read from it."""

    # OCPP 1.6 carries twenty characters.
    value = serializers.RegexField(r"^[0-9A-Za-z:._-]{4,20}\Z", max_length=20)
