"""Charging profiles for operators: what stations keep, and what they are to keep or to forget."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.staff import StaffView
from charging import profiles
from charging.models import ChargingProfile
from charging.profiles import Criteria
from drivepower.core.idempotency import Idempotent
from drivepower.core.refusals import Refusal
from drivepower.core.strict import StrictSerializer
from stations import pacing
from stations.operator.doors import filtered, for_staff, online_station_of, read
from stations.operator.forms import Moment, Search
from stations.operator.shapes import QueuedCommand

INT32: dict[str, Any] = {"min_value": 0, "max_value": 2**31 - 1}
RATE: dict[str, Any] = {"max_digits": 10, "decimal_places": 3, "min_value": 0}


class ProfileShape(serializers.Serializer[Any]):
    """A profile as the station has accepted it, or not."""

    id = serializers.IntegerField()
    station_id = serializers.CharField(source="station.code")
    connector_id = serializers.IntegerField(source="number", help_text="0: the station.")
    session_id = serializers.UUIDField(source="session.public_id", allow_null=True)
    profile_id = serializers.IntegerField(help_text="Its chargingProfileId.")
    purpose = serializers.ChoiceField(ChargingProfile.Purpose.values)
    stack_level = serializers.IntegerField()
    profile = serializers.DictField(source="document", help_text="As sent, in the words of OCPP.")
    state = serializers.ChoiceField(ChargingProfile.State.values)
    answer = serializers.CharField(allow_blank=True, help_text="What the station said.")
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()


class ProfileSearch(Search):
    """Filters of profiles."""

    state = serializers.ChoiceField(ChargingProfile.State.values, required=False)
    purpose = serializers.ChoiceField(ChargingProfile.Purpose.values, required=False)


class SchedulePeriod(StrictSerializer):
    """From so many seconds on, no more than this."""

    startPeriod = serializers.IntegerField(**INT32)  # noqa: N815  # OCPP's own words, here and below
    limit = serializers.DecimalField(**RATE)
    numberPhases = serializers.IntegerField(min_value=1, max_value=3, required=False)  # noqa: N815


class ProfileSchedule(StrictSerializer):
    """Periods, in amps or watts."""

    duration = serializers.IntegerField(**INT32, required=False)
    startSchedule = Moment(required=False)  # noqa: N815
    chargingRateUnit = serializers.ChoiceField(["A", "W"])  # noqa: N815
    chargingSchedulePeriod = serializers.ListField(child=SchedulePeriod(), min_length=1, max_length=1000)  # noqa: N815
    minChargingRate = serializers.DecimalField(**RATE, required=False)  # noqa: N815


class ProfileWanted(StrictSerializer):
    """A csChargingProfiles of OCPP 1.6 (7.8) without an id, which is made here."""

    transactionId = serializers.IntegerField(**INT32, required=False)  # noqa: N815
    stackLevel = serializers.IntegerField(**INT32)  # noqa: N815
    chargingProfilePurpose = serializers.ChoiceField(ChargingProfile.Purpose.values)  # noqa: N815
    chargingProfileKind = serializers.ChoiceField(["Absolute", "Recurring", "Relative"])  # noqa: N815
    recurrencyKind = serializers.ChoiceField(["Daily", "Weekly"], required=False)  # noqa: N815
    validFrom = Moment(required=False)  # noqa: N815
    validTo = Moment(required=False)  # noqa: N815
    chargingSchedule = ProfileSchedule()  # noqa: N815


class ProfileForm(StrictSerializer):
    """Where, and what."""

    station_id = serializers.CharField(max_length=50)
    connector_id = serializers.IntegerField(min_value=0, max_value=100)
    profile = ProfileWanted()


class ProfilesToClear(StrictSerializer):
    """Which profiles of a station: one by its id, else all that fit what is said; nothing said means all."""

    station_id = serializers.CharField(max_length=50)
    profile_id = serializers.IntegerField(**INT32, required=False)
    connector_id = serializers.IntegerField(source="number", min_value=0, max_value=100, required=False)
    purpose = serializers.ChoiceField(ChargingProfile.Purpose.values, required=False)
    stack_level = serializers.IntegerField(**INT32, required=False)


SIXTEEN_AMPS = OpenApiExample(
    "16 A on every charge at connector 1",
    {
        "station_id": "BSK-01",
        "connector_id": 1,
        "profile": {
            "stackLevel": 0,
            "chargingProfilePurpose": "TxDefaultProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": "16.0"}],
            },
        },
    },
    request_only=True,
)


class ProfilesView(Idempotent, StaffView):
    """/api/v1/operator/charging-profiles"""

    rights = {"GET": "charging.view_chargingprofile", "POST": "stations.add_command"}

    @for_staff("Charging profiles", rows=ProfileShape, query=ProfileSearch, name="ChargingProfileList")
    def get(self, request: Request) -> Response:
        """The newest first; `state=applied` are those in force."""
        asked = read(ProfileSearch, request.query_params.dict())
        rows = filtered(shown(self.person), asked)
        return self.listed(rows.filter(purpose=asked["purpose"]) if "purpose" in asked else rows, ProfileShape)

    @for_staff(
        "Set a charging profile", request=ProfileForm, answer={"profile": ProfileShape()}, name="ChargingProfileShown",
        status=202, errors=["station_not_found", "station_offline", "profile_breaks_rules"], idempotent=True,
        examples=[SIXTEEN_AMPS],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """202: the station is asked; its answer makes the profile applied, or refused."""
        said = read(ProfileForm, request.data)
        with pacing.one_turn(asked_by=self.by) as at:
            row = profiles.set_profile(
                station=online_station_of(self.person, said["station_id"], at=at),
                number=said["connector_id"],
                profile=in_words(said["profile"]),
                asked_by=self.by,
                at=at,
            )
        return Response({"success": True, "profile": ProfileShape(row).data}, status=202)


class ProfileView(StaffView):
    """/api/v1/operator/charging-profiles/{id}"""

    rights = {"GET": "charging.view_chargingprofile"}

    @for_staff(
        "One charging profile", answer={"profile": ProfileShape()}, name="ChargingProfileShown",
        errors=["profile_not_found"],
    )  # fmt: skip
    def get(self, request: Request, key: int) -> Response:
        """As it stands."""
        row = shown(self.person).filter(pk=key).first()
        if row is None:
            raise Refusal("profile_not_found", "There is no such profile.")
        return Response({"success": True, "profile": ProfileShape(row).data})


class ClearView(Idempotent, StaffView):
    """/api/v1/operator/charging-profiles/clear"""

    rights = {"POST": "stations.add_command"}

    @for_staff(
        "Have a station forget profiles", request=ProfilesToClear, answer={"command": QueuedCommand()},
        name="CommandQueued", status=202, errors=["station_not_found", "station_offline"], idempotent=True,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """202 with the command; what it has forgotten shows as cleared."""
        said = read(ProfilesToClear, request.data)
        with pacing.one_turn(asked_by=self.by) as at:
            station = online_station_of(self.person, said.pop("station_id"), at=at)
            command = profiles.clear_profiles(station=station, criteria=Criteria(**said), asked_by=self.by, at=at)
        return Response({"success": True, "command": QueuedCommand(command).data}, status=202)


def shown(person: User) -> Any:
    """The profiles of stations that this person may see."""
    return ChargingProfile.objects.seen_by(person).select_related("station", "session")


def in_words(said: Any) -> Any:
    """A validated profile as OCPP writes it: moments as text with Z, rates as numbers."""
    if isinstance(said, dict):
        return {name: in_words(value) for name, value in said.items()}
    if isinstance(said, list):
        return [in_words(value) for value in said]
    if isinstance(said, datetime):
        return said.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return float(said) if isinstance(said, Decimal) else said
