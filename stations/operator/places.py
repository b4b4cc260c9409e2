"""Locations for operators."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Company, User
from accounts.operator.keeping import delete, keep
from accounts.staff import StaffView
from drivepower.core.refusals import Refusal
from stations.models import Location
from stations.operator.doors import for_staff, location_of, read
from stations.operator.forms import LocationForm
from stations.operator.shapes import OperatorLocation

SHOWN: dict[str, Any] = {"answer": {"location": OperatorLocation()}, "name": "OperatorLocationShown"}
NAMED = ["location_not_found", "company_not_found"]


class LocationSearch(serializers.Serializer[Any]):
    """Filters of the list of locations."""

    search = serializers.CharField(max_length=100, required=False, help_text="In its code, address or name.")


class LocationsView(StaffView):
    """/api/v1/operator/locations"""

    rights = {"GET": "stations.view_location", "POST": "stations.add_location"}

    @for_staff("Locations", rows=OperatorLocation, query=LocationSearch)
    def get(self, request: Request) -> Response:
        """By code."""
        asked, rows = read(LocationSearch, request.query_params.dict()), Location.objects.seen_by(self.person)
        rows = rows.called(asked["search"]) if asked.get("search") else rows
        return self.listed(shown(rows), OperatorLocation, ordering="code")

    @for_staff("Make a location", request=LocationForm, status=201, errors=["company_not_found"], **SHOWN)
    def post(self, request: Request) -> Response:
        """Staff of a company make theirs."""
        location = keep(
            Location(), settled(self.person, read(LocationForm, request.data)), LocationForm, by=self.person
        )
        return answer(location, status=201)


class LocationView(StaffView):
    """/api/v1/operator/locations/{code}"""

    rights = {
        "GET": "stations.view_location",
        "PUT": "stations.change_location",
        "PATCH": "stations.change_location",
        "DELETE": "stations.delete_location",
    }

    @for_staff("One location", errors=["location_not_found"], **SHOWN)
    def get(self, request: Request, code: str) -> Response:
        """With the codes of its stations."""
        return answer(location_of(self.person, code))

    @for_staff("Write a location anew", request=LocationForm, errors=NAMED, **SHOWN)
    def put(self, request: Request, code: str) -> Response:
        """What is not said becomes its default, but for the time zone."""
        return self.write(request, code, partial=False)

    @for_staff("Change a location", request=LocationForm(partial=True), errors=NAMED, **SHOWN)
    def patch(self, request: Request, code: str) -> Response:
        """Only what is said."""
        return self.write(request, code, partial=True)

    def write(self, request: Request, code: str, *, partial: bool) -> Response:
        """What was said, and no other column."""
        location = location_of(self.person, code)
        said = settled(self.person, read(LocationForm, request.data, partial=partial))
        return answer(keep(location, said, LocationForm, by=self.person))

    @for_staff("Delete a location", answer={}, name="LocationDeleted", errors=["location_not_found", "location_in_use"])
    def delete(self, request: Request, code: str) -> Response:
        """Only one where nothing ever stood: location_in_use for every other."""
        location = location_of(self.person, code)
        delete(location, by=self.person, code="location_in_use", why_not="Stations stand there, or stood there.")
        return Response({"success": True})


def shown(rows: "QuerySet[Location]") -> "QuerySet[Location]":
    """The locations with everything that is shown of them."""
    return rows.select_related("host").prefetch_related("stations")


def settled(person: User, said: dict[str, Any]) -> dict[str, Any]:
    """What was said, with the row of its host; of staff of a company, only their own."""
    if person.company_id is not None:
        if said.get("host") not in {None, person.company.public_id if person.company else None}:
            raise Refusal("company_not_found", "There is no such company.")
        return said | {"host": person.company}
    if said.get("host") is not None:
        company = Company.objects.filter(public_id=said["host"]).first()
        if company is None:
            raise Refusal("company_not_found", "There is no such company.")
        said["host"] = company
    return said


def answer(location: Location, *, status: int = 200) -> Response:
    """The location as it is now."""
    row = shown(Location.objects.filter(pk=location.pk)).get()
    return Response({"success": True, "location": OperatorLocation(row).data}, status=status)
