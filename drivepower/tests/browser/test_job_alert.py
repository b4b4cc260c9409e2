"""An alert: somebody takes it, has no more told of it for a while, and makes work of it."""

from datetime import timedelta

from django.utils import timezone

from charging.tests.world import World
from drivepower.core.alerts import open_alert
from drivepower.core.models import Alert
from drivepower.core.sentences import sentence
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, Walk, walking
from ocpp_consumer.tests.server import Server, in_db
from stations.models import Maintenance

TEXT = "It lost its connection %(count)s times within a day."
TIMES = {"count": 12}


def warn(world: World) -> None:
    """A station comes and goes."""
    at = timezone.now() - timedelta(minutes=5)
    text = sentence(TEXT, **TIMES)
    open_alert(kind="excess_disconnects", subject=f"station:{world.station.code}", text=text, at=at)


async def come(walk: Walk) -> None:
    """To the alert, by its line on the start page."""
    await walk.start()
    await walk.click(walk.page.locator("[data-live-rows=alerts] a", has_text=walk.word(TEXT) % TIMES))


async def act(walk: Walk, name: str) -> None:
    """One of its buttons; the page comes again when it is done."""
    await come(walk)
    await walk.click(walk.page.get_by_role("link", name=walk.word(name)).first)
    await walk.click(walk.page.locator("#modal-content button[type=submit]"))
    await walk.page.locator("#modal-content form").wait_for(state="detached")


@IN_BOTH_LANGUAGES
async def test_it_is_taken_snoozed_and_made_work_of(portal: Server, shared_world: World, language: str) -> None:
    await in_db(warn)(shared_world)
    async with walking(portal, "alert", "Operator", language=language) as walk:
        await act(walk, "Acknowledge")
        await act(walk, "Snooze")
        await come(walk)
        await walk.keep()
        await walk.click(walk.link("make maintenance"))
        card = walk.page.locator("article", has_text=walk.word(TEXT) % TIMES)
        await walk.click(card.get_by_role("button", name=walk.word("Plan work")))
        planned = walk.page.get_by_role("region", name=walk.word("Planned"))
        await planned.locator("article", has_text=walk.word(TEXT) % TIMES).wait_for()
        await walk.keep("work")
    alert, work = await in_db(Alert.objects.get)(), await in_db(Maintenance.objects.get)()
    assert alert.acknowledged_at is not None
    assert alert.snoozed_until is not None
    assert alert.snoozed_until > timezone.now()
    assert (work.alert_id, work.station_id) == (alert.pk, shared_world.station.pk)
