"""Work on stations."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.operator.keeping import keep
from accounts.staff import StaffView
from drivepower.core.refusals import Refusal
from drivepower.core.strict import StrictSerializer
from stations import maintenance
from stations.models import Maintenance
from stations.operator.doors import filtered, for_staff, read, station_of
from stations.operator.forms import Moment

ENDED = {Maintenance.State.DONE, Maintenance.State.CANCELLED}


class MaintenanceShape(serializers.Serializer[Any]):
    """Work on a station or one of its connectors."""

    id = serializers.UUIDField(source="public_id")
    station_id = serializers.CharField(source="station.code")
    connector_id = serializers.IntegerField(source="number", allow_null=True)
    what = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(Maintenance.State.values)
    assignee_id = serializers.UUIDField(source="assignee.public_id", allow_null=True)
    assignee = serializers.CharField(source="assignee.name", allow_null=True, allow_blank=True)
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    cost = serializers.DecimalField(max_digits=16, decimal_places=3, allow_null=True)
    made_by = serializers.CharField()
    made_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class MaintenanceSearch(serializers.Serializer[Any]):
    """Filters of the list of work."""

    station = serializers.CharField(max_length=50, required=False)
    state = serializers.ChoiceField(Maintenance.State.values, required=False)


class MaintenanceForm(StrictSerializer):
    """What may be said of work; the state says whether it has ended."""

    connector_id = serializers.IntegerField(source="number", min_value=1, max_value=100, allow_null=True, default=None)
    what = serializers.CharField(max_length=200)
    note = serializers.CharField(max_length=2000, allow_blank=True, default="")
    state = serializers.ChoiceField(Maintenance.State.values, default=Maintenance.State.PLANNED.value)
    assignee_id = serializers.UUIDField(source="assignee", allow_null=True, default=None)
    starts_at = Moment(allow_null=True, default=None)
    ends_at = Moment(allow_null=True, default=None)
    cost = serializers.DecimalField(max_digits=16, decimal_places=3, min_value=0, allow_null=True, default=None)


class NewMaintenanceForm(MaintenanceForm):
    """Work that is planned, or already under way."""

    station_id = serializers.CharField(source="station", max_length=50)


class MaintenancesView(StaffView):
    """/api/v1/operator/maintenance"""

    rights = {"GET": "stations.view_maintenance", "POST": "stations.add_maintenance"}

    @for_staff("Work on stations", rows=MaintenanceShape, query=MaintenanceSearch, name="MaintenanceList")
    def get(self, request: Request) -> Response:
        """The newest first."""
        asked, rows = read(MaintenanceSearch, request.query_params.dict()), works(self.person)
        return self.listed(filtered(rows, asked), MaintenanceShape)

    @for_staff(
        "Plan work", request=NewMaintenanceForm, answer={"maintenance": MaintenanceShape()}, name="MaintenanceShown",
        status=201, errors=["station_not_found", "person_not_found"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """On a station, or on one of its connectors."""
        said = settled(self.person, read(NewMaintenanceForm, request.data))
        said["station"] = station_of(self.person, said["station"])
        at = timezone.now()
        work = keep(Maintenance(made_by=self.by, made_at=at), said, NewMaintenanceForm, by=self.person)
        maintenance.tell_assignee(work=work, by=self.by, at=at)
        return Response({"success": True, "maintenance": MaintenanceShape(work).data}, status=201)


class MaintenanceView(StaffView):
    """/api/v1/operator/maintenance/{id}"""

    rights = {"GET": "stations.view_maintenance", "PATCH": "stations.change_maintenance"}

    @for_staff(
        "One work",
        answer={"maintenance": MaintenanceShape()},
        name="MaintenanceShown",
        errors=["maintenance_not_found"],
    )
    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """As it stands."""
        return Response({"success": True, "maintenance": MaintenanceShape(work_of(self.person, public_id)).data})

    @for_staff(
        "Go on with work", request=MaintenanceForm(partial=True), answer={"maintenance": MaintenanceShape()},
        name="MaintenanceShown", errors=["maintenance_not_found", "person_not_found"],
    )  # fmt: skip
    def patch(self, request: Request, public_id: uuid.UUID) -> Response:
        """Only what is said; work that is done or cancelled has ended, and may be taken up again."""
        work = work_of(self.person, public_id)
        said = settled(self.person, read(MaintenanceForm, request.data, partial=True))
        if said.get("state", work.state) == work.state:
            said.pop("ended_at", None)
        before = work.assignee_id
        kept = keep(work, said, MaintenanceForm, by=self.person)
        if kept.assignee_id != before:
            maintenance.tell_assignee(work=kept, by=self.by, at=timezone.now())
        return Response({"success": True, "maintenance": MaintenanceShape(kept).data})


def works(person: User) -> "QuerySet[Maintenance]":
    """The work that this person may see."""
    return Maintenance.objects.seen_by(person).select_related("station", "assignee")


def work_of(person: User, public_id: uuid.UUID) -> Maintenance:
    """One of it; Refusal maintenance_not_found."""
    work = works(person).filter(public_id=public_id).first()
    if work is None:
        raise Refusal("maintenance_not_found", "There is no such work.")
    return work


def settled(person: User, said: dict[str, Any]) -> dict[str, Any]:
    """What was said, with the row of the member of staff who is to do it, and its end where it has ended."""
    if said.get("assignee") is not None:
        assignee = User.objects.seen_by(person).filter(public_id=said["assignee"], role=User.Role.STAFF).first()
        if assignee is None:
            raise Refusal("person_not_found", "No member of staff has this id.")
        said["assignee"] = assignee
    if "state" in said:
        said["ended_at"] = timezone.now() if said["state"] in ENDED else None
    return said
