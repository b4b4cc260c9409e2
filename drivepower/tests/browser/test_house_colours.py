"""Pages that stand beside the admin's are dressed as the rest of the house, by day and by night."""

import pytest
from django.utils import timezone

from charging.tests.world import World
from drivepower.portal.theme import UNFOLD
from drivepower.tests.browser.desk import PHONE, sitting
from drivepower.tests.browser.standing import stand
from ocpp_consumer.tests.server import Server, in_db
from stations.commissioning import course
from stations.models import Commissioning, Station

PAINT = "button => getComputedStyle(button).backgroundColor"
LIGHT, DARK = (UNFOLD["COLORS"]["primary"][shade] for shade in ("700", "600"))


def painted(colour: str) -> str:
    """As a browser says it."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def begin() -> Commissioning:
    """A station on its way into service."""
    stand("BSK-09", service_state=Station.ServiceState.PLANNED)
    return course.begin(station=Station.objects.get(code="BSK-09"), by="staff:x", at=timezone.now())


@pytest.mark.parametrize(("dark", "colour"), [(False, LIGHT), (True, DARK)], ids=["day", "night"])
async def test_buttons_have_the_houses_colour(portal: Server, shared_world: World, dark: bool, colour: str) -> None:
    way = await in_db(begin)()
    pages = {
        "commissioning": (f"/admin/stations/commissioning/{way.public_id}/", "Put in service"),
        "sticker": ("/c/BSK-01/1", "Send"),
    }
    async with sitting(portal, size=PHONE, dark=dark) as desk:
        for name, (address, button) in pages.items():
            await desk.open(address)
            paint = await desk.page.get_by_role("button", name=button, exact=True).evaluate(PAINT)
            await desk.shoot(f"{name}-{'night' if dark else 'day'}")
            assert paint == painted(colour), name
            await desk.check_accessibility()
