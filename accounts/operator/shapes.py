"""How people, companies and cards look to staff."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.models import Company, IdTag
from drivepower.core.models import Event


class CompanyName(serializers.Serializer[Any]):
    """A company, named."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


class PersonName(serializers.Serializer[Any]):
    """A person, named."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_null=True)
    email = serializers.CharField(allow_null=True)


class OperatorMembership(serializers.Serializer[Any]):
    """A tier of drivers."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    discount_percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    priority = serializers.IntegerField()


class OperatorDriver(PersonName):
    """A driver."""

    language = serializers.CharField()
    company = CompanyName(allow_null=True)
    membership = OperatorMembership(allow_null=True)
    is_active = serializers.BooleanField(help_text="false: blocked")
    email_checked_at = serializers.DateTimeField(allow_null=True)
    phone_checked_at = serializers.DateTimeField(allow_null=True)
    deletion_requested_at = serializers.DateTimeField(allow_null=True)
    joined_at = serializers.DateTimeField()


class OperatorCompany(CompanyName):
    """A site host, a fleet, or both."""

    kind = serializers.ChoiceField(Company.Kind.values)
    tax_id = serializers.CharField(allow_blank=True)
    currency = serializers.CharField()
    created_at = serializers.DateTimeField()


class OperatorIdTag(serializers.Serializer[Any]):
    """A card or tag, with what a fleet allows it; energy in kWh, money as text."""

    id = serializers.UUIDField(source="public_id")
    value = serializers.CharField()
    kind = serializers.ChoiceField(IdTag.Kind.values)
    group = serializers.CharField(allow_blank=True)
    driver = PersonName(source="user", allow_null=True)
    company = CompanyName(allow_null=True)
    blocked = serializers.BooleanField()
    expires_at = serializers.DateTimeField(allow_null=True)
    sessions_at_once = serializers.IntegerField()
    allowed_places = serializers.ListField(child=serializers.CharField())
    allowed_weekdays = serializers.ListField(child=serializers.IntegerField())
    allowed_from = serializers.TimeField(allow_null=True)
    allowed_until = serializers.TimeField(allow_null=True)
    day_limit_kwh = serializers.SerializerMethodField()
    month_limit_kwh = serializers.SerializerMethodField()
    day_limit_amount = serializers.DecimalField(max_digits=16, decimal_places=3, allow_null=True)
    month_limit_amount = serializers.DecimalField(max_digits=16, decimal_places=3, allow_null=True)
    plate = serializers.CharField(allow_blank=True)
    cost_centre = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()

    def get_day_limit_kwh(self, tag: IdTag) -> float | None:
        """Energy a day."""
        return in_kwh(tag.day_limit_wh)

    def get_month_limit_kwh(self, tag: IdTag) -> float | None:
        """Energy a month."""
        return in_kwh(tag.month_limit_wh)


class OperatorEvent(serializers.Serializer[Any]):
    """One thing that happened; `id` is where to go on from."""

    id = serializers.SerializerMethodField(help_text="transaction-number")
    event_id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    subject = serializers.CharField()
    station_id = serializers.CharField(source="station", allow_blank=True)
    location_id = serializers.CharField(source="location", allow_blank=True)
    client_id = serializers.SerializerMethodField(help_text="null also for whoever hosts and does not pay")
    payload = serializers.DictField()
    at = serializers.DateTimeField()

    def get_id(self, event: Event) -> str:
        """The order in which events are told."""
        return f"{event.transaction}-{event.pk}"

    def get_client_id(self, event: Event) -> UUID | None:
        """Whom it is about: who only hosts them does not know who charged."""
        company = self.context["person"].company
        return event.driver if company is None or event.company == company.public_id else None


def in_kwh(energy_wh: int | None) -> float | None:
    """Wh in kWh."""
    return None if energy_wh is None else energy_wh / 1000
