"""Support helps a driver who has called: a lost card is blocked, a colleague is told; a second press does nothing."""

from accounts.models import IdTag, Note
from charging.tests.world import World
from drivepower.tests.browser.walk import IN_BOTH_LANGUAGES, Walk, walking
from ocpp_consumer.tests.server import Server, in_db


def caller(world: World) -> str:
    """A driver with a card and a charge that runs; the address of their page."""
    driver = world.driver(name="Aizada Osmonova", phone="+996555123456")
    world.card(driver, value="04A1B2C3D4E580")
    world.charging(driver)
    return f"/admin/driver/{driver.public_id}/"


async def send(walk: Walk, opener: str, button: str, *, part: str, **fields: str) -> None:
    """Open a dialog of a part of the page, fill it in, press twice, and see the page again."""
    await walk.page.locator(f"#{part}").get_by_role("button", name=walk.word(opener), exact=True).click()
    dialog = walk.page.locator("#modal-content #dialog")
    await dialog.wait_for()
    for name, text in fields.items():
        await dialog.locator(f"[name={name}]").fill(text)
    await walk.keep(f"{part}-dialog")
    await dialog.get_by_role("button", name=walk.word(button), exact=True).dblclick()
    await walk.page.wait_for_url("**?done=*")
    await walk.page.wait_for_load_state("load")


@IN_BOTH_LANGUAGES
async def test_a_lost_card_is_blocked_and_noted(portal: Server, shared_world: World, language: str) -> None:
    address = await in_db(caller)(shared_world)
    async with walking(portal, "help-driver", "Support", language=language) as walk:
        await walk.desk.open(address)
        await send(walk, "Block", "Block", part="cards", reason="Lost in Osh")
        said = walk.word("Card %(card)s is blocked.", card="04A1B2C3D4E580")
        await walk.page.get_by_text(said, exact=True).first.wait_for()
        await send(walk, "Add a note", "Keep", part="notes", text="Prefers to be called")
        await walk.page.get_by_text("Prefers to be called").first.wait_for()
        await send(walk, "Stop", "Stop", part="now", reason="They asked")
        await walk.page.locator("#now tbody", has_text=walk.word("stopping")).wait_for()
        await walk.keep("noted")
    assert await in_db(lambda: IdTag.objects.get(value="04A1B2C3D4E580").blocked)()
    assert await in_db(Note.objects.count)() == 3
