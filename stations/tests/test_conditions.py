"""The list of connectors in a condition holds just those that a count has counted as such."""

from datetime import UTC, datetime

import pytest

from stations.conditions import OF_STATUS, Condition, condition_of, in_condition
from stations.models import Connector, ConnectorState, Gateway, Station

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SAID = [*OF_STATUS, "Sleeping", None]


def connectors_of(code: str, gateway: Gateway | None, **fields: str) -> dict[int, str | None]:
    """A station with a connector for each status, and itself; by the connectors' keys."""
    since = NOW if gateway else None
    station = Station.objects.create(code=code, identity=f"id-{code}", gateway=gateway, connected_at=since, **fields)
    Connector.objects.create(station=station, number=0)
    made = {}
    for number, status in enumerate(SAID, start=1):
        made[Connector.objects.create(station=station, number=number).pk] = status
        if status:
            ConnectorState.objects.create(
                station=station, number=number, status=status, effective_at=NOW, received_at=NOW
            )
    return made


@pytest.mark.parametrize("condition", list(Condition))
def test_it_holds_those_and_no_others(condition: Condition) -> None:
    alive = Gateway.objects.create(process="a", started_at=NOW, renewed_at=NOW)
    dead = Gateway.objects.create(process="b", started_at=NOW, renewed_at=NOW.replace(hour=8))
    heard, lost, silent = (connectors_of(f"S{n}", gateway) for n, gateway in enumerate((alive, dead, None)))
    connectors_of("OLD", alive, service_state="retired")

    found = set(in_condition(Connector.objects.all(), condition, at=NOW).values_list("pk", flat=True))

    told = {key: condition_of(status, online=True) for key, status in heard.items()}
    told |= {key: condition_of(status, online=False) for key, status in (lost | silent).items()}
    assert found == {key for key, one in told.items() if one is condition}
    assert found
