"""Which connector a start is for."""

from typing import Any

from charging.models import Session
from drivepower.core.refusals import Refusal
from stations.models import Connector, ConnectorState, Station
from stations.models.state import FITTING


def statuses_of(station: Station, *numbers: int) -> dict[int, str]:
    """The newest status by connector number; a connector that never said one is left out."""
    states = ConnectorState.objects.filter(station=station, number__in=numbers)
    return dict(states.values_list("number", "status"))


def choose_connector(*, station: Station, number: int | None) -> Connector:
    """The connector of that number, or the only one that fits.

    Refusal connector_not_found, or connector_required with `details.choices` where several fit.
    """
    connectors = list(station.connectors.filter(number__gt=0).order_by("number"))
    if number is not None:
        connectors = [connector for connector in connectors if connector.number == number]
    if not connectors:
        raise Refusal("connector_not_found", "The station has no such connector.")
    if len(connectors) == 1:
        return connectors[0]
    free = _free(station, connectors)
    if len(free) > 1:
        raise Refusal("connector_required", "Say which connector.", {"choices": [_choice(one) for one in free]})
    return free[0] if free else connectors[0]


def _free(station: Station, connectors: list[Connector]) -> list[Connector]:
    statuses = statuses_of(station, *(connector.number for connector in connectors))
    held = set(Session.objects.filter(station=station, holds_connector=True).values_list("connector_id", flat=True))
    return [one for one in connectors if statuses.get(one.number) in FITTING and one.pk not in held]


def _choice(connector: Connector) -> dict[str, Any]:
    return {"connector_id": connector.number, "type": connector.type, "max_power_w": connector.max_power_w}
