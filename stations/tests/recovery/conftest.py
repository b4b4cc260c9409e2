"""A station that is connected, and a rule with the ladder of product.md F20."""

from datetime import datetime

import pytest

from drivepower.core.models import AlertRule, AlertStep
from stations.models import Gateway, Station
from stations.recovery.watching import FAULTED
from stations.tests.world import NOON, connect, gateway, seconds, station

LATEST = NOON + seconds(86_400)
LADDER = (("TriggerMessage", 20, 20), ("ChangeAvailability", 40, None), ("UnlockConnector", 60, 180))


def rule_with_ladder(name: str, kind: str, *steps: tuple[str, int, int | None], **fields: object) -> AlertRule:
    """The only rule of its kind, with these steps."""
    AlertRule.objects.filter(kind=kind).delete()
    rule = AlertRule.objects.create(name=name, kind=kind, **fields)
    AlertStep.objects.bulk_create(
        AlertStep(rule=rule, position=position, action=action, after_s=after, after_charge_s=later)
        for position, (action, after, later) in enumerate(steps, 1)
    )
    return rule


@pytest.fixture
def rule(db: None) -> AlertRule:
    """Faults, with the whole ladder."""
    return rule_with_ladder("faulted", FAULTED, *LADDER, parameters={"minutes": 0})


@pytest.fixture
def held(db: None) -> Gateway:
    """A gateway that lives throughout."""
    return gateway(at=LATEST)


@pytest.fixture
def machine(held: Gateway) -> Station:
    """Connected, with two connectors."""
    return connect(station(), held)


def nobody(*, station_id: int, number: int | None) -> bool:
    """Nobody charges."""
    return False


def somebody(*, station_id: int, number: int | None) -> bool:
    """Somebody does."""
    return True


def after(count: float) -> datetime:
    """So many seconds after noon."""
    return NOON + seconds(count)
