"""Connectors for operators."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.operator.keeping import delete, keep
from accounts.staff import StaffView
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable
from stations import keeping
from stations.models import Connector
from stations.models.network import ConnectorQuerySet
from stations.operator.doors import for_staff, read, station_of
from stations.operator.forms import ConnectorForm, NewConnectorForm, Search
from stations.operator.network import plan_of
from stations.operator.shapes import OperatorConnector

SHOWN: dict[str, Any] = {"answer": {"connector": OperatorConnector()}, "name": "OperatorConnectorShown"}
NAMED = ["connector_not_found", "tariff_plan_not_found"]


class ConnectorsView(StaffView):
    """/api/v1/operator/connectors"""

    rights = {"GET": "stations.view_connector", "POST": "stations.add_connector"}

    @for_staff("Connectors", rows=OperatorConnector, query=Search)
    def get(self, request: Request) -> Response:
        """Of all stations or of one; number 0, the station itself, is none of them."""
        asked, rows = read(Search, request.query_params.dict()), shown(self.person).filter(number__gt=0)
        if asked.get("station"):
            rows = rows.filter(station__code=storable(asked["station"]))
        return self.listed(rows, OperatorConnector)

    @for_staff(
        "Make a connector",
        request=NewConnectorForm,
        status=201,
        errors=["station_not_found", "tariff_plan_not_found"],
        **SHOWN,
    )
    def post(self, request: Request) -> Response:
        """One that a station will name by itself need not be made."""
        said = settled(read(NewConnectorForm, request.data))
        said["station"] = station_of(self.person, said["station"])
        keeping.refuse_beyond(self.person, Connector(), said)
        connector = keep(Connector(), said, NewConnectorForm, by=self.person)
        return answer(self.person, connector, status=201)


class ConnectorView(StaffView):
    """/api/v1/operator/connectors/{code}/{number}"""

    rights = {
        "GET": "stations.view_connector",
        "PUT": "stations.change_connector",
        "PATCH": "stations.change_connector",
        "DELETE": "stations.delete_connector",
    }

    @for_staff("One connector", errors=NAMED, **SHOWN)
    def get(self, request: Request, code: str, number: int) -> Response:
        """As it is kept, and as it was last heard."""
        return answer(self.person, connector_of(self.person, code, number))

    @for_staff("Write a connector anew", request=ConnectorForm, errors=NAMED, **SHOWN)
    def put(self, request: Request, code: str, number: int) -> Response:
        """What is not said becomes its default."""
        return self.write(request, code, number, partial=False)

    @for_staff("Change a connector", request=ConnectorForm(partial=True), errors=NAMED, **SHOWN)
    def patch(self, request: Request, code: str, number: int) -> Response:
        """Only what is said."""
        return self.write(request, code, number, partial=True)

    def write(self, request: Request, code: str, number: int, *, partial: bool) -> Response:
        """What was said, and no other column."""
        connector = connector_of(self.person, code, number)
        said = settled(read(ConnectorForm, request.data, partial=partial))
        keeping.refuse_beyond(self.person, connector, said)
        return answer(self.person, keep(connector, said, ConnectorForm, by=self.person))

    @for_staff(
        "Delete a connector", answer={}, name="ConnectorDeleted", errors=["connector_not_found", "connector_in_use"]
    )
    def delete(self, request: Request, code: str, number: int) -> Response:
        """Only one on which nothing ever happened: connector_in_use for every other."""
        connector = connector_of(self.person, code, number)
        delete(connector, by=self.person, code="connector_in_use", why_not="It has a history, which stays.")
        return Response({"success": True})


def shown(person: User) -> ConnectorQuerySet:
    """The connectors that this person may see, with everything that is shown of them."""
    rows = Connector.objects.seen_by(person).select_related("station", "tariff_plan")
    return rows.prefetch_related("station__connector_states")


def connector_of(person: User, code: str, number: int) -> Connector:
    """The connector of that number; Refusal connector_not_found."""
    rows = Connector.objects.seen_by(person).select_related("station")
    connector = rows.filter(station__code=storable(code), number=number, number__gt=0).first()
    if connector is None:
        raise Refusal("connector_not_found", "This station has no such connector.")
    return connector


def settled(said: dict[str, Any]) -> dict[str, Any]:
    """What was said, with the row of its plan."""
    if said.get("tariff_plan") is not None:
        said["tariff_plan"] = plan_of(said["tariff_plan"])
    return said


def answer(person: User, connector: Connector, *, status: int = 200) -> Response:
    """The connector as it is now."""
    row = shown(person).get(pk=connector.pk)
    return Response({"success": True, "connector": OperatorConnector(row).data}, status=status)
