"""What stations are set to, and what they report of their security."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.staff import StaffView
from stations.models import ConfigurationKey, SecurityEvent
from stations.operator.doors import filtered, for_staff, read
from stations.operator.forms import Moment, Search


class ConfigurationKeyShape(serializers.Serializer[Any]):
    """A key as its station last answered it; a secret one has no value."""

    station_id = serializers.CharField(source="station.code")
    key = serializers.CharField()
    value = serializers.CharField(allow_null=True, allow_blank=True)
    is_read_only = serializers.BooleanField()
    is_known = serializers.BooleanField(help_text="False: the station has no such key.")
    read_at = serializers.DateTimeField()


class ConfigurationKeySearch(Search):
    """Filters of what stations are set to."""

    key = serializers.CharField(max_length=500, required=False, help_text="Without regard to case.")


class ConfigurationView(StaffView):
    """/api/v1/operator/configuration"""

    rights = {"GET": "stations.view_configurationkey"}

    @for_staff("What stations are set to", rows=ConfigurationKeyShape, query=ConfigurationKeySearch)
    def get(self, request: Request) -> Response:
        """As last read; `POST stations/{code}/configuration/read` reads it again."""
        asked = read(ConfigurationKeySearch, request.query_params.dict())
        rows = filtered(ConfigurationKey.objects.seen_by(self.person).select_related("station"), asked)
        if asked.get("key"):
            rows = rows.filter(key__iexact=asked["key"])
        return self.listed(rows, ConfigurationKeyShape)


class SecurityEventShape(serializers.Serializer[Any]):
    """What a station reported, or what was refused to it here."""

    id = serializers.IntegerField()
    station_id = serializers.CharField(source="station.code")
    reported_by = serializers.ChoiceField(SecurityEvent.Source.values, source="source")
    type = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    happened_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()


class SecurityEventSearch(Search):
    """Filters of security events."""

    type = serializers.CharField(max_length=50, required=False)
    since = Moment(required=False)
    until = Moment(required=False)


class SecurityEventsView(StaffView):
    """/api/v1/operator/security-events"""

    rights = {"GET": "stations.view_securityevent"}

    @for_staff("Security events", rows=SecurityEventShape, query=SecurityEventSearch, name="SecurityEventList")
    def get(self, request: Request) -> Response:
        """The newest first."""
        asked = read(SecurityEventSearch, request.query_params.dict())
        rows = filtered(SecurityEvent.objects.seen_by(self.person).select_related("station"), asked)
        wanted = {"type": "type", "since": "received_at__gte", "until": "received_at__lt"}
        return self.listed(
            rows.filter(**{wanted[name]: asked[name] for name in wanted if name in asked}), SecurityEventShape
        )
