"""What may be asked of the public pages of the network."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from stations.models import Connector
from stations.models.places import Point

RADIUS_KM = 10.0


class NetworkQuery(serializers.Serializer[Any]):
    """Filters of the lists: a text, a point with a radius in km, a kind of connector, whether one is free."""

    search = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    lat = serializers.DecimalField(max_digits=12, decimal_places=9, min_value=-90, max_value=90, required=False)
    lon = serializers.DecimalField(max_digits=12, decimal_places=9, min_value=-180, max_value=180, required=False)
    radius_km = serializers.DecimalField(
        max_digits=8, decimal_places=3, min_value=Decimal("0.001"), max_value=Decimal(20_100), required=False
    )
    connector_type = serializers.ChoiceField(Connector.Type.values, required=False, default="")
    available = serializers.BooleanField(required=False, default=False)
    include_stations = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A latitude needs its longitude, a radius both; `point` is what they make."""
        if ("lat" in attrs) != ("lon" in attrs):
            raise serializers.ValidationError("Give lat and lon together.")
        if "radius_km" in attrs and "lat" not in attrs:
            raise serializers.ValidationError("radius_km needs lat and lon.")
        attrs["point"] = Point(float(attrs["lat"]), float(attrs["lon"])) if "lat" in attrs else None
        attrs["radius_km"] = float(attrs.get("radius_km", RADIUS_KM))
        return attrs


class PriceQuery(serializers.Serializer[Any]):
    """How much energy over how much time, at which connector, which has two names, with which promo code."""

    energy_kwh = serializers.DecimalField(
        max_digits=6, decimal_places=3, min_value=Decimal(0), max_value=Decimal(200), required=False, default=Decimal(0)
    )
    minutes = serializers.IntegerField(min_value=0, max_value=7 * 24 * 60, required=False, default=0)
    connector_id = serializers.IntegerField(min_value=1, max_value=100, required=False, default=None)
    connector = serializers.IntegerField(min_value=1, max_value=100, required=False, default=None)
    promo_code = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Both names of the connector mean one."""
        named = {attrs[name] for name in ("connector_id", "connector") if attrs[name] is not None}
        if len(named) > 1:
            raise serializers.ValidationError({"connector": "connector and connector_id name two."})
        attrs["connector_id"] = next(iter(named), None)
        return attrs
