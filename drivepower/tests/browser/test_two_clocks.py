"""A place in Berlin, looked at in Bishkek: both clocks are read at once, on a wide screen and on a phone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.async_api import ViewportSize, expect

from charging import settlement
from charging.tests.settling import inferred
from charging.tests.world import NOW, World
from drivepower.core import alerts
from drivepower.portal.tests.explain.nights import move_to_berlin
from drivepower.tests.browser.desk import DESKTOP, PHONE, sitting
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Server, in_db
from stations.models import Location, Maintenance, Station

PAGES = {
    "alerts": "admin:core_alert_changelist",
    "log": "admin:ocpp_consumer_frame_changelist",
    "review": "admin:charging_session_queue",
    "upkeep": "admin:portal_upkeep",
}


def fill(world: World) -> None:
    """An alert, a frame, a doubtful charge and work in Berlin; and a frame in Bishkek."""
    move_to_berlin(world)
    session = inferred(world, world.driver("1000.00", name="Aizada"), 10_000)
    settlement.settle(session_id=session.pk, at=NOW + timedelta(hours=3))
    alerts.open_alert(kind="station_offline", subject="station:BSK-01", text="It is gone.", at=NOW)
    home = Location.objects.create(code="CHUY", address="Chuy 1", latitude=42, longitude=74, time_zone="Asia/Bishkek")
    other = Station.objects.create(identity="home", code="CHUY-01", location=home)
    for station in (world.station, other):
        text = '[2,"1","Heartbeat",{}]'
        row = {"epoch": 1, "direction": "in", "message_type": 2, "message_id": "1", "action": "Heartbeat"}
        Frame.objects.create(station=station, received_at=timezone.now(), text=text, **row)
    Maintenance.objects.create(
        station=world.station, what="A new cable", made_at=NOW, starts_at=NOW, ends_at=NOW + timedelta(hours=2)
    )


@IN_BOTH_LANGUAGES
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_both_clocks_are_read(portal: Server, shared_world: World, size: ViewportSize, language: str) -> None:
    await in_db(fill)(shared_world)
    wide = "desktop" if size is DESKTOP else "phone"
    async with sitting(portal, "Owner", language=language, size=size) as desk:
        for name, address in PAGES.items():
            await desk.open(reverse(address))
            if name != "alerts" or size is DESKTOP:
                await expect(desk.page.get_by_text("UTC+01:00").first).to_be_visible()
            assert await desk.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            await desk.check_accessibility()
            await desk.shoot(f"two-clocks-{name}-{wide}-{language}", whole=True)
