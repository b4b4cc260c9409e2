"""Stations for operators: found, made, changed, retired, and given keys."""

from typing import Any

from django.contrib.admin.models import CHANGE, DELETION
from django.db import transaction
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.operator.keeping import keep, note
from accounts.staff import StaffView
from billing.models import TariffPlan
from drivepower.core.idempotency import Idempotent
from drivepower.core.refusals import Refusal
from stations import keeping, registry, retiring
from stations.models import QuirkProfile, Station
from stations.models.network import StationQuerySet
from stations.operator.doors import for_staff, location_of, read, station_of
from stations.operator.forms import StationForm, StationSearch
from stations.operator.shapes import OperatorStation, StationKey

SHOWN: dict[str, Any] = {"answer": {"station": OperatorStation()}, "name": "OperatorStationShown"}
WRITTEN = ["location_not_found", "tariff_plan_not_found", "quirk_profile_not_found"]


class StationsView(Idempotent, StaffView):
    """/api/v1/operator/stations"""

    rights = {"GET": "stations.view_station", "POST": "stations.add_station"}

    @for_staff("Stations", rows=OperatorStation, query=StationSearch)
    def get(self, request: Request) -> Response:
        """By code; each with its connectors and how they are."""
        asked = read(StationSearch, request.query_params.dict())
        return self.listed(found(shown(self.person), asked), OperatorStation, ordering="code")

    @for_staff("Make a station", request=StationForm, status=201, idempotent=True, errors=WRITTEN, **SHOWN)
    def post(self, request: Request) -> Response:
        """It has no key yet: `POST stations/{code}/key`."""
        said = settled(self.person, read(StationForm, request.data))
        refuse_homeless(self.person, said)
        keeping.refuse_beyond(self.person, Station(), said)
        said.setdefault("registration", registry.first_registration())
        station = keep(Station(), said, StationForm, by=self.person)
        return answer(self.person, station, status=201)


class StationView(StaffView):
    """/api/v1/operator/stations/{code}"""

    rights = {
        "GET": "stations.view_station",
        "PUT": "stations.change_station",
        "PATCH": "stations.change_station",
        "DELETE": "stations.delete_station",
    }

    @for_staff("One station", errors=["station_not_found"], **SHOWN)
    def get(self, request: Request, code: str) -> Response:
        """With its OCPP identity."""
        return answer(self.person, station_of(self.person, code))

    @for_staff("Write a station anew", request=StationForm, errors=["station_not_found", *WRITTEN], **SHOWN)
    def put(self, request: Request, code: str) -> Response:
        """What is not said becomes its default, but for the registration."""
        return self.write(request, code, partial=False)

    @for_staff("Change a station", request=StationForm(partial=True), errors=["station_not_found", *WRITTEN], **SHOWN)
    def patch(self, request: Request, code: str) -> Response:
        """Only what is said."""
        return self.write(request, code, partial=True)

    @transaction.atomic
    def write(self, request: Request, code: str, *, partial: bool) -> Response:
        """Who may work is decided by a verb, which leaves a trace; everything else is written as it is."""
        station = station_of(self.person, code)
        said = settled(self.person, read(StationForm, request.data, partial=partial))
        if "location" in said:
            refuse_homeless(self.person, said)
        keeping.refuse_beyond(self.person, station, said)
        registration = said.pop("registration", None)
        keep(station, said, StationForm, by=self.person)
        if registration is not None:
            registry.register(station=station, registration=Station.Registration(registration), at=timezone.now())
        return answer(self.person, station)

    @for_staff(
        "Retire a station",
        answer={"retired": serializers.BooleanField(help_text="False: it had no history and is gone.")},
        name="StationRetired",
        errors=["station_not_found"],
    )
    def delete(self, request: Request, code: str) -> Response:
        """One that was ever heard of stays, retired and shown to nobody; one that was only typed in is deleted."""
        station = station_of(self.person, code)
        with transaction.atomic():
            gone = retiring.retire(station=station)
            note(station, DELETION if gone else CHANGE, "Retired by the API.", by=self.person)
        return Response({"success": True, "retired": not gone})


class KeyView(StaffView):
    """/api/v1/operator/stations/{code}/key"""

    rights = {"POST": "stations.change_station"}

    @for_staff("Issue a key", answer=StationKey, status=201, errors=["station_not_found"])
    def post(self, request: Request, code: str) -> Response:
        """Shown this once, and by no other request; never kept with an Idempotency-Key."""
        station = station_of(self.person, code)
        with transaction.atomic():
            key = registry.issue_key(station=station)
            note(station, CHANGE, "Issued a new key by the API.", by=self.person)
        said = {"station_id": station.code, "key": key, "was_in_doubt": station.key_in_doubt}
        return Response({"success": True, **said}, status=201, headers={"Cache-Control": "no-store"})


def shown(person: User) -> StationQuerySet:
    """The stations that this person may see, with everything that is shown of them."""
    stations = Station.objects.seen_by(person).with_live_state()
    return stations.select_related("tariff_plan", "quirk_profile").prefetch_related("connectors__tariff_plan")


def found(stations: StationQuerySet, asked: dict[str, Any]) -> StationQuerySet:
    """Those of them that are asked for."""
    if asked.get("search"):
        stations = stations.called(asked["search"])
    if asked.get("location"):
        stations = stations.filter(location__code=asked["location"])
    exact = {name: asked[name] for name in ("service_state", "registration") if asked.get(name)}
    stations = stations.filter(**exact)
    if asked["online"] is None:
        return stations
    online = Station.objects.online(at=timezone.now()).values("pk")
    return stations.filter(pk__in=online) if asked["online"] else stations.exclude(pk__in=online)


def answer(person: User, station: Station, *, status: int = 200) -> Response:
    """The station as it is now."""
    row = shown(person).get(pk=station.pk)
    return Response({"success": True, "station": OperatorStation(row).data}, status=status)


def settled(person: User, said: dict[str, Any]) -> dict[str, Any]:
    """What was said, with rows for the names of other things."""
    if said.get("location") is not None:
        said["location"] = location_of(person, said["location"])
    if said.get("tariff_plan") is not None:
        said["tariff_plan"] = plan_of(said["tariff_plan"])
    if said.get("quirk_profile") is not None:
        profile = QuirkProfile.objects.filter(name=said["quirk_profile"]).first()
        if profile is None:
            raise Refusal("quirk_profile_not_found", "There is no such quirk profile.")
        said["quirk_profile"] = profile
    return said


def plan_of(public_id: Any) -> TariffPlan:
    """A tariff plan that anything may have; Refusal tariff_plan_not_found, for a station's private one too."""
    plan = TariffPlan.objects.filter(public_id=public_id, is_private=False).first()
    if plan is None:
        raise Refusal("tariff_plan_not_found", "There is no such tariff plan.")
    return plan


def refuse_homeless(person: User, said: dict[str, Any]) -> None:
    """Staff of a company keep stations at its own locations alone, where they go on seeing them."""
    if person.company_id is not None and said.get("location") is None:
        raise Refusal("location_not_found", "Name one of your locations.")
