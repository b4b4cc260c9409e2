"""How prices look to staff, and what may be said of them; power in W, prices as text."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from billing.models import TariffPlan
from billing.models.tariffs import Dimension, IdleFrom
from drivepower.core.strict import StrictSerializer

MOST_RULES = 60


class OperatorRule(serializers.Serializer[Any]):
    """One price of one dimension, and when it holds by the location's clock."""

    name = serializers.CharField()
    dimension = serializers.ChoiceField(Dimension.values)
    price = serializers.DecimalField(max_digits=12, decimal_places=4)
    priority = serializers.IntegerField()
    connector_type = serializers.CharField(allow_blank=True)
    power_from_w = serializers.IntegerField()
    power_to_w = serializers.IntegerField(allow_null=True)
    weekdays = serializers.ListField(child=serializers.IntegerField())
    starts = serializers.TimeField(allow_null=True)
    ends = serializers.TimeField(allow_null=True)
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)


class OperatorVersion(serializers.Serializer[Any]):
    """One edition of a plan."""

    number = serializers.IntegerField()
    in_force_from = serializers.DateTimeField()
    tax_name = serializers.CharField(allow_blank=True)
    tax_percent = serializers.DecimalField(max_digits=5, decimal_places=2)
    tax_included = serializers.BooleanField()
    idle_grace_seconds = serializers.IntegerField()
    idle_from = serializers.ChoiceField(IdleFrom.values)
    idle_cap = serializers.DecimalField(max_digits=16, decimal_places=3, allow_null=True)
    made_by = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    rules = OperatorRule(many=True)


class OperatorPlan(serializers.Serializer[Any]):
    """A tariff plan, with the version in force (null: it has no prices yet)."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    currency = serializers.CharField()
    is_default = serializers.BooleanField()
    is_private = serializers.BooleanField(help_text="the price of one station alone")
    version = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    @extend_schema_field(OperatorVersion(allow_null=True))
    def get_version(self, plan: TariffPlan) -> dict[str, Any] | None:
        """What holds now."""
        held: list[Any] = getattr(plan, "held", [])
        return dict(OperatorVersion(held[0]).data) if held else None


class PlanForm(StrictSerializer):
    """A name under which prices are published."""

    name = serializers.CharField(max_length=80)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)


class RuleForm(StrictSerializer):
    """One price."""

    name = serializers.CharField(max_length=80)
    dimension = serializers.ChoiceField(Dimension.values)
    price = serializers.DecimalField(max_digits=12, decimal_places=4, min_value=Decimal(0))
    priority = serializers.IntegerField(min_value=-(2**31), max_value=2**31 - 1, required=False)
    connector_type = serializers.CharField(max_length=20, allow_blank=True, required=False)
    power_from_w = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    power_to_w = serializers.IntegerField(min_value=1, max_value=2**31 - 1, allow_null=True, required=False)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), max_length=7, required=False
    )
    starts = serializers.TimeField(allow_null=True, required=False)
    ends = serializers.TimeField(allow_null=True, required=False)
    valid_from = serializers.DateField(allow_null=True, required=False)
    valid_until = serializers.DateField(allow_null=True, required=False)


class VersionForm(StrictSerializer):
    """A plan's next version; without `in_force_from` it holds from now on, and not from a moment that has passed."""

    rules = serializers.ListField(child=RuleForm(), min_length=1, max_length=MOST_RULES)
    in_force_from = serializers.DateTimeField(required=False)
    tax_name = serializers.CharField(max_length=40, required=False)
    tax_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), required=False
    )
    tax_included = serializers.BooleanField(required=False)
    idle_grace_seconds = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    idle_from = serializers.ChoiceField(IdleFrom.values, required=False)
    idle_cap = serializers.DecimalField(
        max_digits=16, decimal_places=3, min_value=Decimal(0), allow_null=True, required=False
    )
    reason = serializers.CharField(max_length=200)
    after = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, help_text="The number of the last version that was seen."
    )

    def validate_in_force_from(self, since: datetime) -> datetime:
        """Not in the past, where it would hold never, or change what held then; the minute that runs is now."""
        now = timezone.now()
        if since < now.replace(second=0, microsecond=0):
            raise serializers.ValidationError("This moment has passed.")
        return max(since, now)
