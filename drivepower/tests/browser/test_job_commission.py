"""A technician with a phone takes a stranger that knocks into service."""

from django.utils import timezone
from playwright.async_api import Locator

from drivepower.tests.browser.desk import PHONE
from drivepower.tests.browser.standing import square
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, Walk, simulated, walking
from ocpp_consumer.tests.server import Server, eventually, in_db
from stations.models import ConfigurationTemplate, Knock, Location, Station

IDENTITY, KEY, CODE = "BOX-0007", "0123456789abcdef0123456789abcdef01234567", "BSK-07"


def expect() -> int:
    """A place for it, and how the house wants it to be."""
    ConfigurationTemplate.objects.create(name="House", wanted={"MeterValueSampleInterval": "1"})
    return Location.objects.get(pk=square().pk).pk


def done(walk: Walk, name: str) -> Locator:
    """A step once it was seen."""
    return walk.page.locator(f"[data-step={name}][data-done=yes]")


def act(walk: Walk, name: str) -> Locator:
    """A button of the page."""
    return walk.page.locator(f"button[name=act][value={name}]")


async def adopt(walk: Walk, place: int) -> None:
    """From the start page to the dialog, and to the page of steps."""
    await walk.click(walk.button("Menu"))
    await walk.click(walk.in_menu("/admin/stations/knock/"))
    await walk.click(walk.link("Adopt"))
    await walk.page.locator("#modal-content input[name=code]").fill(CODE)
    await walk.page.locator("#modal-content select[name=location]").select_option(str(place))
    await walk.page.locator("#modal-content input[name=confirmed]").check()
    await walk.keep("adopt")
    await walk.page.locator("#modal-content button[type=submit]").click()
    await done(walk, "boot").wait_for()


async def plan(walk: Walk) -> None:
    """The type of its connector, which the station itself cannot tell."""
    kind, named = walk.page.locator("select[name=type_1]"), walk.page.locator("[data-untold-word] a")
    await kind.or_(named).locator("visible=true").first.wait_for()
    if not await kind.count():  # it named them after the page was there
        await named.click()
    await kind.select_option("CCS2")
    await walk.page.locator("input[name=power_1]").fill("60")
    await act(walk, "tell_connectors").click()
    await kind.wait_for(state="detached")


async def finish(walk: Walk) -> None:
    """The template, a test charge, and the last button."""
    for name in ("connected", "clock", "connectors"):
        await done(walk, name).wait_for()
    await act(walk, "apply_template").click()
    await done(walk, "template").wait_for()
    await act(walk, "start_test").click()
    await walk.page.locator("[data-step=test_charge] [data-told]", has_text="1: ").wait_for()
    await walk.keep("steps")
    await act(walk, "stop_test").click()
    await done(walk, "test_charge").wait_for()
    await act(walk, "finish").click()
    await walk.page.locator(".finish [role=status]").wait_for()
    await walk.keep()


@IN_BOTH_LANGUAGES
async def test_it_goes_from_knocking_into_service(portal: Server, language: str) -> None:
    place = await in_db(expect)()
    station = simulated(portal, IDENTITY, KEY)
    station.open()
    try:
        await eventually(Knock.objects.filter(value=IDENTITY).exists, "it knocks")
        async with walking(portal, "commission", "Operator", language=language, size=PHONE) as walk:
            await adopt(walk, place)
            await plan(walk)
            await finish(walk)
    finally:
        await station.close()
    made = await in_db(Station.objects.get)(code=CODE)
    assert made.service_state == Station.ServiceState.IN_SERVICE
    assert made.location_id == place
    assert made.created_at < timezone.now()
