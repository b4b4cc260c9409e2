"""The answers about charging, as the published schema tells them."""

from typing import Any

from rest_framework import serializers

from charging.models import Session

STATUSES = ["started", "stopping", "stopped", "error"]


class IdentityShape(serializers.Serializer[Any]):
    """Which session it is, and what became of it."""

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    status = serializers.ChoiceField(STATUSES)
    state = serializers.ChoiceField(Session.State.values)
    station_id = serializers.CharField()
    connector_id = serializers.IntegerField()
    client_id = serializers.UUIDField(allow_null=True)
    ocpp_transaction_id = serializers.CharField(allow_null=True)
    asked_by = serializers.ChoiceField(Session.AskedBy.values)
    error = serializers.CharField(allow_null=True)
    message = serializers.CharField(allow_null=True)
    stop_reason = serializers.CharField(allow_null=True)
    receipt_id = serializers.UUIDField(allow_null=True)


class SessionShape(IdentityShape):
    """A session as it stands: energy in kWh, money as text in `currency`."""

    energy_consumed = serializers.FloatField()
    energy_kwh = serializers.FloatField()
    current_cost = serializers.CharField()
    current_amount = serializers.CharField()
    power_kw = serializers.FloatField(allow_null=True)
    ev_battery_soc = serializers.FloatField(allow_null=True)
    meter_start = serializers.FloatField(allow_null=True)
    meter_current = serializers.FloatField(allow_null=True)
    limit_type = serializers.ChoiceField(["none", "energy", "amount", "soc", "time"])
    limit_value = serializers.JSONField(help_text="kWh, amount as text, percent, minutes, or null")
    limit_reached = serializers.BooleanField()
    limit_percentage = serializers.FloatField(allow_null=True)
    progress_percent = serializers.FloatField(allow_null=True)
    rate_per_kwh = serializers.CharField(allow_null=True)
    session_fee = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    reserved_amount = serializers.CharField()
    station_online = serializers.BooleanField()
    requested_at = serializers.DateTimeField(allow_null=True)
    start_time = serializers.DateTimeField(allow_null=True)
    stop_time = serializers.DateTimeField(allow_null=True)
    duration_seconds = serializers.IntegerField()
    charging_duration_minutes = serializers.IntegerField()


class RuleShape(serializers.Serializer[Any]):
    """The rule of the energy rate as it was frozen: its price before any discount, and when it holds, local time."""

    name = serializers.CharField()
    dimension = serializers.CharField()
    price = serializers.CharField()
    weekdays = serializers.ListField(child=serializers.IntegerField(), help_text="1 is Monday; empty: all")
    starts = serializers.TimeField(allow_null=True)
    ends = serializers.TimeField(allow_null=True)
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    priority = serializers.IntegerField()


class PricingShape(serializers.Serializer[Any]):
    """The rates that hold at the start, as text in `currency`."""

    rate_per_kwh = serializers.CharField(allow_null=True)
    rate_per_minute = serializers.CharField(allow_null=True)
    session_fee = serializers.CharField(allow_null=True)
    parking_fee_per_minute = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    level = serializers.CharField(allow_blank=True)
    tariff_plan_id = serializers.UUIDField(allow_null=True)
    discount_percent = serializers.FloatField()
    promo_code = serializers.CharField(allow_null=True)
    active_rule = serializers.CharField(allow_null=True)
    rule_id = serializers.IntegerField(allow_null=True)
    rule_details = RuleShape(allow_null=True)
    next_rate_change = serializers.DateTimeField(allow_null=True)
    time_based = serializers.BooleanField()


class StartedShape(IdentityShape):
    """A start that was asked for."""

    success = serializers.BooleanField()
    energy_kwh = serializers.FloatField(allow_null=True)
    pricing = PricingShape()
    estimated_cost = serializers.CharField(allow_null=True)
    reserved_amount = serializers.CharField()
    station_online = serializers.BooleanField()
    expires_at = serializers.DateTimeField()
    message = serializers.CharField()
    new_balance = serializers.CharField(required=False)
    held = serializers.CharField(required=False)
    owed = serializers.CharField(required=False)


class StoppedShape(serializers.Serializer[Any]):
    """A stop that was asked for: `stopping` until the station says so."""

    success = serializers.BooleanField()
    session_id = serializers.UUIDField()
    status = serializers.ChoiceField(STATUSES)
    state = serializers.ChoiceField(Session.State.values)
    energy_consumed = serializers.FloatField()
    current_cost = serializers.CharField()
    session = SessionShape()


class MonthShape(serializers.Serializer[Any]):
    """What a driver charged in one month of the network's time zone."""

    month = serializers.CharField(help_text="e.g. 2026-03")
    sessions = serializers.IntegerField()
    energy_kwh = serializers.FloatField()
    seconds = serializers.IntegerField()
    spent = serializers.DictField(child=serializers.CharField(), help_text="by currency")


class StationOfDriverShape(serializers.Serializer[Any]):
    """Where a driver charges most."""

    station_id = serializers.CharField()
    sessions = serializers.IntegerField()
    energy_kwh = serializers.FloatField()


class StatsShape(serializers.Serializer[Any]):
    """A driver's charging in figures."""

    success = serializers.BooleanField()
    sessions = serializers.IntegerField()
    energy_kwh = serializers.FloatField()
    seconds = serializers.IntegerField()
    spent = serializers.DictField(child=serializers.CharField(), help_text="by currency")
    months = MonthShape(many=True)
    stations = StationOfDriverShape(many=True)
