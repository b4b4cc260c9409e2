"""What operators may say of stations, connectors and locations, under the names that the answers have."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from rest_framework import serializers

from drivepower.core.refusals import Refusal
from drivepower.core.strict import StrictSerializer
from stations import labels
from stations.models import Connector, Station
from stations.models.places import LONGEST_NAME, LONGEST_NOTICE


def other_languages() -> serializers.ValidationError:
    """What is said to texts in a language that is none of ours."""
    said = gettext("Give it in %(languages)s.")
    return serializers.ValidationError(said % {"languages": ", ".join(dict(settings.LANGUAGES))})


class Moment(serializers.DateTimeField):
    """A moment of our time: arithmetic with the first and last years of the calendar ends outside of it."""

    def to_internal_value(self, value: Any) -> datetime:
        """An aware one, of the years 2000 to 2199."""
        moment: datetime = super().to_internal_value(value)
        if not 2000 <= moment.year < 2200:
            raise serializers.ValidationError("Give a moment of the years 2000 to 2199.")
        return moment


class Search(serializers.Serializer[Any]):
    """Filters of a list of what stands at stations."""

    station = serializers.CharField(max_length=50, required=False)


class StationSearch(serializers.Serializer[Any]):
    """Filters of the list of stations."""

    search = serializers.CharField(max_length=100, required=False, help_text="In its code, location or address.")
    location = serializers.CharField(max_length=50, required=False)
    service_state = serializers.ChoiceField(Station.ServiceState.values, required=False)
    registration = serializers.ChoiceField(Station.Registration.values, required=False)
    online = serializers.BooleanField(required=False, allow_null=True, default=None)


class LabelsField(serializers.ListField):
    """Labels; where none are said, those that are there stay."""

    child = serializers.CharField(max_length=labels.LONGEST)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=labels.MOST, required=False, **kwargs)

    def to_internal_value(self, data: Any) -> list[str]:
        """Each once, as it is kept."""
        try:
            return list(dict.fromkeys(labels.spelled(one) for one in super().to_internal_value(data)))
        except Refusal as refusal:
            raise serializers.ValidationError(refusal.message) from refusal


class StationForm(StrictSerializer):
    """A station; a PUT without a field sets it to its default, a PATCH leaves it."""

    station_id = serializers.CharField(source="code", max_length=50)
    identity = serializers.CharField(max_length=255)
    location_id = serializers.CharField(source="location", max_length=50, allow_null=True, default=None)
    vendor = serializers.CharField(max_length=100, allow_blank=True, default="")
    model = serializers.CharField(max_length=100, allow_blank=True, default="")
    serial = serializers.CharField(max_length=100, allow_blank=True, default="")
    firmware = serializers.CharField(max_length=100, allow_blank=True, default="")
    registration = serializers.ChoiceField(Station.Registration.values, required=False)
    service_state = serializers.ChoiceField(Station.ServiceState.values, default=Station.ServiceState.IN_SERVICE.value)
    is_public = serializers.BooleanField(default=True)
    labels = LabelsField()
    security_profile = serializers.ChoiceField(
        Station.SecurityProfile.values, default=Station.SecurityProfile.BASIC.value
    )
    certificate_name = serializers.CharField(max_length=255, allow_blank=True, default="")
    allows_no_subprotocol = serializers.BooleanField(default=False)
    allows_plain = serializers.BooleanField(default=False)
    heartbeat_interval = serializers.IntegerField(min_value=1, max_value=86_400, allow_null=True, default=None)
    quirk_profile = serializers.CharField(max_length=100, allow_null=True, default=None)
    tariff_plan_id = serializers.UUIDField(source="tariff_plan", allow_null=True, default=None)


class ConnectorForm(StrictSerializer):
    """What may change of a connector."""

    type = serializers.ChoiceField(Connector.Type.values, allow_blank=True, default="")
    max_power_w = serializers.IntegerField(min_value=1, max_value=2_000_000, allow_null=True, default=None)
    phases = serializers.IntegerField(min_value=0, max_value=3, default=3, help_text="0: direct current.")
    tariff_plan_id = serializers.UUIDField(source="tariff_plan", allow_null=True, default=None)


class NewConnectorForm(ConnectorForm):
    """A connector that a station has."""

    station_id = serializers.CharField(source="station", max_length=50)
    connector_id = serializers.IntegerField(source="number", min_value=1, max_value=100)


class LocationForm(StrictSerializer):
    """A location."""

    location_id = serializers.CharField(source="code", max_length=50)
    name = serializers.DictField(
        child=serializers.CharField(max_length=LONGEST_NAME), help_text='By language: {"en": "Ala-Too Square"}.'
    )
    address = serializers.CharField(max_length=200)
    directions = serializers.CharField(max_length=300, allow_blank=True, default="")
    latitude = serializers.DecimalField(max_digits=9, decimal_places=6, min_value=-90, max_value=90)
    longitude = serializers.DecimalField(max_digits=9, decimal_places=6, min_value=-180, max_value=180)
    time_zone = serializers.CharField(max_length=50, required=False)
    host_id = serializers.UUIDField(source="host", allow_null=True, default=None)
    supply_limit_a = serializers.IntegerField(min_value=1, max_value=100_000, allow_null=True, default=None)
    shares_supply = serializers.BooleanField(default=False)
    least_current_a = serializers.IntegerField(min_value=1, max_value=1000, default=6)
    amenities = serializers.ListField(child=serializers.CharField(max_length=40), max_length=30, default=list)
    opening_hours = serializers.CharField(max_length=120, allow_blank=True, default="")
    labels = LabelsField()
    starts_paused = serializers.BooleanField(
        required=False, help_text="Nobody new may start there; who charges goes on."
    )
    notice = serializers.DictField(
        child=serializers.CharField(max_length=LONGEST_NOTICE),
        required=False,
        help_text='To drivers: {"en": "The lift is closed"}.',
    )

    def validate_notice(self, notice: dict[str, str]) -> dict[str, str]:
        """In languages of ours."""
        if notice.keys() - dict(settings.LANGUAGES).keys():
            raise other_languages()
        return notice

    def validate_name(self, name: dict[str, str]) -> dict[str, str]:
        """In languages of ours, and in one of them at least."""
        if not name or name.keys() - dict(settings.LANGUAGES).keys():
            raise other_languages()
        return name
