"""Reading and setting what stations are set to."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.staff import StaffView
from drivepower.core.idempotency import Idempotent
from drivepower.core.strict import StrictSerializer
from ocpp_consumer.operator.commands import REFUSED, asked_of
from ocpp_consumer.operator.shapes import CommandShape
from stations import configuration
from stations.operator.doors import for_staff, read, station_of


class ConfigurationReadForm(StrictSerializer):
    """Which keys; none: all."""

    keys = serializers.ListField(child=serializers.CharField(max_length=50), max_length=100, default=list)


class ConfigurationSetForm(StrictSerializer):
    """A key and its value, which is always a text."""

    key = serializers.CharField(max_length=50)
    value = serializers.CharField(max_length=500, allow_blank=True, trim_whitespace=False)
    force = serializers.BooleanField(default=False)


class DriftShape(serializers.Serializer[Any]):
    """A key that is not as the station's template wants it."""

    key = serializers.CharField()
    wanted = serializers.CharField()
    found = serializers.CharField(allow_null=True, help_text="null: the station never said.")


ASKED: dict[str, Any] = {"answer": {"command": CommandShape()}, "name": "CommandAsked", "status": 202}


class ConfigurationView(Idempotent, StaffView):
    """/api/v1/operator/stations/{code}/configuration"""

    rights = {"GET": "stations.view_configurationkey", "POST": "stations.add_command"}

    @for_staff(
        "What is not as its template wants it", answer={"drift": DriftShape(many=True)}, name="Drift",
        errors=["station_not_found"],
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        """By key; `GET configuration?station=` lists all that it is set to."""
        found = configuration.drift(station_of(self.person, code))
        return Response({"success": True, "drift": [one._asdict() for one in found]})

    @for_staff("Set a key", request=ConfigurationSetForm, errors=REFUSED, idempotent=True, **ASKED)
    def post(self, request: Request, code: str) -> Response:
        """The effect is seen when it is read back."""
        said = read(ConfigurationSetForm, request.data)
        wish = {"action": "ChangeConfiguration", "payload": {"key": said["key"], "value": said["value"]}}
        return asked_of(self, station=station_of(self.person, code), said=wish | {"force": said["force"]})


class ReadView(Idempotent, StaffView):
    """/api/v1/operator/stations/{code}/configuration/read"""

    rights = {"POST": "stations.add_command"}

    @for_staff("Read what a station is set to", request=ConfigurationReadForm, errors=REFUSED, idempotent=True, **ASKED)
    def post(self, request: Request, code: str) -> Response:
        """Its answer is kept: `GET configuration?station=`."""
        keys = read(ConfigurationReadForm, request.data)["keys"]
        wish = {"action": "GetConfiguration", "payload": {"key": keys} if keys else {}, "force": False}
        return asked_of(self, station=station_of(self.person, code), said=wish)
