"""The answers about the network, as the published schema tells them."""

from typing import Any

from rest_framework import serializers

from stations.models import Report


class PlaceShape(serializers.Serializer[Any]):
    """Where a station stands."""

    location_id = serializers.CharField()
    name = serializers.CharField()
    address = serializers.CharField()
    directions = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    time_zone = serializers.CharField()
    notice = serializers.CharField(allow_null=True, help_text="A word of the operator to drivers, in their language.")
    starts_paused = serializers.BooleanField(help_text="Nobody new may start there now; who charges goes on.")


class ConnectorShape(serializers.Serializer[Any]):
    """A connector by its OCPP number."""

    id = serializers.IntegerField()
    type = serializers.CharField()
    status = serializers.CharField()
    available = serializers.BooleanField()
    power_kw = serializers.FloatField(allow_null=True)
    error = serializers.CharField(allow_null=True)


class LiveShape(serializers.Serializer[Any]):
    """How a station is now."""

    online = serializers.BooleanField()
    last_heartbeat_at = serializers.DateTimeField(allow_null=True)
    connectors = ConnectorShape(many=True)


class StationShape(LiveShape):
    """A public station; `distance_km` where a point was given, `open_to_you` where it says whom it lets charge now."""

    station_id = serializers.CharField()
    vendor = serializers.CharField()
    model = serializers.CharField()
    location = PlaceShape(allow_null=True)
    distance_km = serializers.FloatField(required=False)
    open_to_you = serializers.BooleanField(required=False)


class StationOfPlaceShape(LiveShape):
    """A station inside its location."""

    station_id = serializers.CharField()


class LocationShape(PlaceShape):
    """A location and how many of its connectors are free."""

    status = serializers.ChoiceField(["available", "partial", "occupied", "maintenance", "offline"])
    connectors_total = serializers.IntegerField()
    connectors_available = serializers.IntegerField()
    distance_km = serializers.FloatField(required=False)
    stations = StationOfPlaceShape(many=True, required=False)


class TariffShape(serializers.Serializer[Any]):
    """The rates that hold now, per dimension, as text in the currency."""

    currency = serializers.CharField()
    rates = serializers.DictField(child=serializers.CharField())
    rule = serializers.CharField(allow_null=True)
    next_rate_change = serializers.DateTimeField(allow_null=True)


class PricedConnectorShape(ConnectorShape):
    """A connector with what it costs now."""

    tariff = TariffShape(allow_null=True)


class StatusShape(serializers.Serializer[Any]):
    """A station's live state with its prices; `tariff` is that of its first connector."""

    success = serializers.BooleanField()
    station_id = serializers.CharField()
    online = serializers.BooleanField()
    last_heartbeat_at = serializers.DateTimeField(allow_null=True)
    connectors = PricedConnectorShape(many=True)
    open_to_you = serializers.BooleanField()
    tariff = TariffShape(allow_null=True)


class PriceLineShape(serializers.Serializer[Any]):
    """One line of a price."""

    dimension = serializers.CharField()
    rule = serializers.CharField()
    quantity = serializers.FloatField()
    unit = serializers.ChoiceField(["kWh", "min", "pc"])
    unit_price = serializers.CharField()
    net = serializers.CharField()
    tax = serializers.CharField()
    total = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)


class QuoteShape(serializers.Serializer[Any]):
    """What so much energy and time would cost from now on."""

    success = serializers.BooleanField()
    station_id = serializers.CharField()
    connector_id = serializers.IntegerField()
    energy_kwh = serializers.FloatField()
    minutes = serializers.IntegerField()
    currency = serializers.CharField()
    total = serializers.CharField()
    net = serializers.CharField()
    tax = serializers.CharField()
    lines = PriceLineShape(many=True)
    tariff = TariffShape()


class ReportShape(serializers.Serializer[Any]):
    """A report as whoever made it sees it."""

    id = serializers.UUIDField()
    station_id = serializers.CharField(allow_null=True)
    connector_id = serializers.IntegerField(allow_null=True)
    session_id = serializers.UUIDField(allow_null=True)
    kind = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    has_photo = serializers.BooleanField()
    state = serializers.ChoiceField(Report.State.values)
    answer = serializers.CharField(allow_null=True)
    made_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
