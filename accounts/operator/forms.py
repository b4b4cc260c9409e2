"""What staff may say of people, companies and cards, and which of them they ask for."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.api.forms import LowerEmailField, PhoneField
from accounts.models import Company, IdTag
from drivepower.core.strict import StrictSerializer

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# The kinds that people make; the others are made by machines.
BY_HAND = [IdTag.Kind.RFID.value, IdTag.Kind.SERVICE.value]


class WhField(serializers.DecimalField):
    """An energy in kWh, kept in whole Wh."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=9, decimal_places=3, min_value=Decimal(0), max_value=Decimal(1_000_000), **options)

    def to_internal_value(self, data: Any) -> int:  # type: ignore[override]  # what is kept is Wh
        """In Wh."""
        return int(super().to_internal_value(data) * 1000)


class DriverSearch(serializers.Serializer[Any]):
    """Filters of the list of drivers."""

    search = serializers.CharField(
        max_length=100, required=False, allow_blank=True, help_text="In the name, e-mail or phone."
    )
    company = serializers.UUIDField(required=False)
    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)


class DriverForm(StrictSerializer):
    """What may change of a driver."""

    name = serializers.CharField(max_length=120, allow_blank=True, required=False)
    email = LowerEmailField(max_length=254, allow_null=True, required=False)
    phone = PhoneField(max_length=32, allow_null=True, required=False)
    language = serializers.ChoiceField(LANGUAGES, required=False)
    company_id = serializers.UUIDField(allow_null=True, required=False)
    membership_id = serializers.IntegerField(min_value=1, max_value=2**31 - 1, allow_null=True, required=False)


class NewDriverForm(DriverForm):
    """A driver; they come in by a code sent to their phone or e-mail."""

    name = serializers.CharField(max_length=120)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """At least one way to be reached."""
        if not attrs.get("email") and not attrs.get("phone"):
            raise serializers.ValidationError("Give an e-mail or a phone number.")
        return attrs


class CompanyForm(StrictSerializer):
    """A company."""

    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(Company.Kind.values, required=False)
    tax_id = serializers.CharField(max_length=40, allow_blank=True, required=False)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)


class MembershipForm(StrictSerializer):
    """A tier of drivers."""

    name = serializers.CharField(max_length=60)
    discount_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), required=False
    )
    priority = serializers.IntegerField(min_value=0, max_value=32_767, required=False)


class IdTagSearch(serializers.Serializer[Any]):
    """Filters of the list of cards; without a kind, sessions' own tags are left out."""

    search = serializers.CharField(
        max_length=100, required=False, allow_blank=True, help_text="In the value, plate or driver."
    )
    kind = serializers.ChoiceField(IdTag.Kind.values, required=False)
    driver = serializers.UUIDField(required=False)
    company = serializers.UUIDField(required=False)
    blocked = serializers.BooleanField(required=False, allow_null=True, default=None)


class IdTagForm(StrictSerializer):
    """What may change of a card."""

    group = serializers.CharField(max_length=20, allow_blank=True, required=False)
    driver_id = serializers.UUIDField(source="user", allow_null=True, required=False)
    company_id = serializers.UUIDField(source="company", allow_null=True, required=False)
    expires_at = serializers.DateTimeField(allow_null=True, required=False)
    sessions_at_once = serializers.IntegerField(min_value=1, max_value=1000, required=False)
    allowed_places = serializers.ListField(child=serializers.CharField(max_length=50), max_length=200, required=False)
    allowed_weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), max_length=7, required=False
    )
    allowed_from = serializers.TimeField(allow_null=True, required=False)
    allowed_until = serializers.TimeField(allow_null=True, required=False)
    day_limit_kwh = WhField(source="day_limit_wh", allow_null=True, required=False)
    month_limit_kwh = WhField(source="month_limit_wh", allow_null=True, required=False)
    day_limit_amount = serializers.DecimalField(
        max_digits=16, decimal_places=3, min_value=Decimal(0), allow_null=True, required=False
    )
    month_limit_amount = serializers.DecimalField(
        max_digits=16, decimal_places=3, min_value=Decimal(0), allow_null=True, required=False
    )
    plate = serializers.CharField(max_length=20, allow_blank=True, required=False)
    cost_centre = serializers.CharField(max_length=40, allow_blank=True, required=False)
    note = serializers.CharField(max_length=200, allow_blank=True, required=False)


class NewIdTagForm(IdTagForm):
    """A card."""

    value = serializers.CharField(max_length=40)
    kind = serializers.ChoiceField(BY_HAND, required=False)


class EventSearch(serializers.Serializer[Any]):
    """Which events, and after which one."""

    since = serializers.RegexField(
        r"^[0-9]{1,18}-[0-9]{1,18}$", required=False, help_text="The id of the last event that was seen."
    )
    kind = serializers.CharField(max_length=40, required=False)
    station = serializers.CharField(max_length=50, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=50)
