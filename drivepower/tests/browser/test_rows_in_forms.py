"""Rows that are edited on the page of what they belong to: whoever hears a page hears what each input is."""

from charging.tests.world import World
from drivepower.core.models import AlertRule
from drivepower.tests.browser.desk import PHONE, sitting
from ocpp_consumer.tests.server import Server, in_db


def rule_with_ladder() -> int:
    """Its key."""
    rule = AlertRule.objects.create(name="dead", kind="station_offline")
    rule.steps.create(position=1, action="Reset", after_s=60)
    return rule.pk


async def test_each_of_their_inputs_has_a_name(portal: Server, shared_world: World) -> None:
    rule = await in_db(rule_with_ladder)()
    async with sitting(portal, "Operator", size=PHONE) as desk:
        for address in (
            f"stations/station/{shared_world.station.pk}/change/?tab=settings",
            f"core/alertrule/{rule}/change/",
        ):
            await desk.open(f"/admin/{address}")
            await desk.check_accessibility()
