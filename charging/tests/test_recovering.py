"""Whom a ladder must not disturb, as the sessions know it."""

import pytest

from charging.recovering import is_busy, recover
from charging.tests.world import NOW, World, minutes
from drivepower.core.models import AlertRule, AlertStep
from stations.models import Command, Gateway


@pytest.mark.parametrize(("number", "is_so"), [(1, True), (2, False), (None, True)])
def test_it_knows_where_somebody_charges(world: World, number: int | None, is_so: bool) -> None:
    world.charging(world.driver(), connector=1)
    assert is_busy(station_id=world.station.pk, number=number) is is_so


def test_no_cable_is_unlocked_while_a_session_is_open_there(world: World) -> None:
    AlertRule.objects.filter(kind="connector_faulted").delete()
    rule = AlertRule.objects.create(name="faulted", kind="connector_faulted", parameters={"minutes": 0})
    AlertStep.objects.create(rule=rule, position=1, action="UnlockConnector", after_s=20, after_charge_s=20)
    for connector, number in ((world.one, 1), (world.two, 2)):
        if number == 1:
            world.charging(world.driver(), connector=1)
        world.say(connector, "Faulted", at=NOW)
    Gateway.objects.update(renewed_at=NOW + minutes(1))
    recover(at=NOW)
    recover(at=NOW + minutes(0.5))
    assert list(Command.objects.filter(intent="UnlockConnector").values_list("payload", flat=True)) == [
        {"connectorId": 2}
    ]
