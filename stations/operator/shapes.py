"""The network as operators see it: what is answered, and what the published schema tells of it."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from stations.models import Command, Connector, ConnectorState, Location, Station


class OperatorConnector(serializers.Serializer[Any]):
    """A connector as it is kept, and as it was last heard."""

    station_id = serializers.CharField(source="station.code")
    connector_id = serializers.IntegerField(source="number")
    type = serializers.CharField(allow_blank=True)
    max_power_w = serializers.IntegerField(allow_null=True)
    phases = serializers.IntegerField()
    tariff_plan_id = serializers.UUIDField(source="tariff_plan.public_id", allow_null=True)
    status = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()
    status_since = serializers.SerializerMethodField()

    def get_status(self, connector: Connector) -> str | None:
        """As last heard; null before the first word."""
        state = state_of(connector)
        return state.status if state else None

    def get_error(self, connector: Connector) -> str | None:
        """What it complained of, if it did."""
        state = state_of(connector)
        return state.error_code if state and state.error_code not in {"", "NoError"} else None

    def get_status_since(self, connector: Connector) -> datetime | None:
        """From when it has been so."""
        state = state_of(connector)
        return state.effective_at if state else None


def state_of(connector: Connector) -> ConnectorState | None:
    """Its newest status, from its station's prefetched ones."""
    states = connector.station.connector_states.all()
    return next((state for state in states if state.number == connector.number), None)


class OperatorStation(serializers.Serializer[Any]):
    """A station with its OCPP identity, which nobody else is shown; its key is shown to nobody."""

    station_id = serializers.CharField(source="code")
    identity = serializers.CharField()
    location_id = serializers.CharField(source="location.code", allow_null=True)
    vendor = serializers.CharField(allow_blank=True)
    model = serializers.CharField(allow_blank=True)
    serial = serializers.CharField(allow_blank=True)
    firmware = serializers.CharField(allow_blank=True)
    registration = serializers.ChoiceField(Station.Registration.values)
    service_state = serializers.ChoiceField(Station.ServiceState.values)
    is_public = serializers.BooleanField()
    labels = serializers.ListField(child=serializers.CharField())
    security_profile = serializers.ChoiceField(Station.SecurityProfile.values)
    next_security_profile = serializers.IntegerField(allow_null=True)
    certificate_name = serializers.CharField(allow_blank=True)
    allows_no_subprotocol = serializers.BooleanField()
    allows_plain = serializers.BooleanField()
    heartbeat_interval = serializers.IntegerField(allow_null=True)
    quirk_profile = serializers.CharField(source="quirk_profile.name", allow_null=True)
    tariff_plan_id = serializers.UUIDField(source="tariff_plan.public_id", allow_null=True)
    has_key = serializers.SerializerMethodField()
    key_in_doubt = serializers.BooleanField()
    contested_at = serializers.DateTimeField(allow_null=True)
    online = serializers.SerializerMethodField()
    connected_at = serializers.DateTimeField(allow_null=True)
    last_frame_at = serializers.DateTimeField(source="seen.last_frame_at", allow_null=True)
    last_heartbeat_at = serializers.DateTimeField(source="seen.last_heartbeat_at", allow_null=True)
    booted_at = serializers.DateTimeField(source="seen.booted_at", allow_null=True)
    connectors = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_has_key(self, station: Station) -> bool:
        """Whether a key was ever issued."""
        return bool(station.key_hash)

    def get_online(self, station: Station) -> bool:
        """Whether it holds a socket."""
        return station.is_online(at=timezone.now())

    @extend_schema_field(OperatorConnector(many=True))
    def get_connectors(self, station: Station) -> Any:
        """Its connectors by number."""
        return OperatorConnector(station.connectors.all(), many=True).data


class StationKey(serializers.Serializer[Any]):
    """A key, shown this once."""

    success = serializers.BooleanField()
    station_id = serializers.CharField()
    key = serializers.CharField(help_text="40 hex digits; the key before it stays valid until this one is used.")
    was_in_doubt = serializers.BooleanField(help_text="It never said whether it took the key before.")


class OperatorLocation(serializers.Serializer[Any]):
    """A place where stations stand."""

    location_id = serializers.CharField(source="code")
    name = serializers.DictField(child=serializers.CharField(), help_text='By language: {"en": "Ala-Too Square"}.')
    address = serializers.CharField()
    directions = serializers.CharField(allow_blank=True)
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    time_zone = serializers.CharField()
    host_id = serializers.UUIDField(source="host.public_id", allow_null=True)
    supply_limit_a = serializers.IntegerField(allow_null=True)
    shares_supply = serializers.BooleanField()
    least_current_a = serializers.IntegerField()
    amenities = serializers.ListField(child=serializers.CharField())
    opening_hours = serializers.CharField(allow_blank=True)
    labels = serializers.ListField(child=serializers.CharField())
    starts_paused = serializers.BooleanField()
    notice = serializers.DictField(child=serializers.CharField(), help_text="To drivers, by language.")
    stations = serializers.SerializerMethodField(help_text="The codes of the stations that stand there.")
    created_at = serializers.DateTimeField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_stations(self, location: Location) -> list[str]:
        """By code."""
        return [station.code for station in location.stations.all()]


class Connection(serializers.Serializer[Any]):
    """A station that holds a socket now."""

    station_id = serializers.CharField(source="code")
    identity = serializers.CharField()
    connected_at = serializers.DateTimeField()
    address = serializers.CharField(allow_blank=True, help_text="Where it comes from.")
    process = serializers.CharField(source="gateway.process")
    security_profile = serializers.IntegerField()
    registration = serializers.ChoiceField(Station.Registration.values)
    last_frame_at = serializers.DateTimeField(source="seen.last_frame_at", allow_null=True)
    last_heartbeat_at = serializers.DateTimeField(source="seen.last_heartbeat_at", allow_null=True)
    contested_at = serializers.DateTimeField(allow_null=True)


class QueuedCommand(serializers.Serializer[Any]):
    """A request to a station that has just been queued; `GET commands/{id}` tells what becomes of it."""

    id = serializers.UUIDField(source="public_id")
    station_id = serializers.CharField(source="station.code")
    action = serializers.CharField(source="intent")
    state = serializers.ChoiceField(Command.State.values)
    asked_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
