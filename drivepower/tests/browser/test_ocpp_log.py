"""The OCPP log as support reads it: a conversation, found by its words, live, opened by the keyboard."""

import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.async_api import ViewportSize, expect

from charging.tests.world import World
from drivepower.tests.browser.desk import DESKTOP, PHONE, Desk, sitting
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Server, in_db

LOG = "/admin/ocpp_consumer/frame/"
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
METER = (
    '"MeterValues",{"connectorId":1,"transactionId":77,"meterValue":[{"timestamp":"2026-11-20T12:00:00Z","sampledValue":'
    '[{"value":"12.4","unit":"kWh"},{"value":"11.0","unit":"kW","measurand":"Power.Active.Import"},'
    '{"value":"80","unit":"Percent","measurand":"SoC"}]}]}'
)
FAULT = '"StatusNotification",{"connectorId":2,"status":"Faulted","errorCode":"GroundFailure","vendorErrorCode":"E17"}'
SAID = (
    ("BootNotification", f'"BootNotification",{json.dumps({"chargePointVendor": HOSTILE})}', 3),
    ("StartTransaction", '"StartTransaction",{"connectorId":1,"idTag":"KG-0041","meterStart":1200}', 3),
    ("MeterValues", METER, 3),
    ("StatusNotification", FAULT, 3),
    ("DataTransfer", '"DataTransfer",{"vendorId":"com.vendor","data":"=cmd()"}', 4),
    ("Reset", '"Reset",{"type":"Soft"}', 0),
)
ANSWERS = {3: '{"status":"Accepted"}', 4: '"NotSupported","",{}'}


def say(world: World, number: int, action: str, words: str, answer: int, *, at: datetime) -> None:
    """A CALL, and its answer if it has one."""
    ways = ("out", "in") if action == "Reset" else ("in", "out")
    row = {"station": world.station, "epoch": 1, "message_id": str(number), "action": action}
    Frame.objects.create(**row, received_at=at, direction=ways[0], message_type=2, text=f'[2,"{number}",{words}]')
    if answer:
        later, text = at + timedelta(milliseconds=40), f'[{answer},"{number}",{ANSWERS[answer]}]'
        Frame.objects.create(**row, received_at=later, direction=ways[1], message_type=answer, text=text, latency_ms=40)


def fill(world: World) -> None:
    """Some minutes of conversation, the oldest long past."""
    for number, (action, words, answer) in enumerate(SAID):
        say(world, number, action, words, answer, at=timezone.now() - timedelta(minutes=20 - number))


async def rows(desk: Desk) -> list[str]:
    """What the rows say, the newest first."""
    return await desk.page.locator(".log-row [data-cell=said]").all_inner_texts()


async def test_a_conversation_is_read_and_opened_by_the_keyboard(portal: Server, shared_world: World) -> None:
    await in_db(fill)(shared_world)
    async with sitting(portal, "Support") as desk:
        await desk.open(LOG)
        assert len(await rows(desk)) == len(SAID)
        meter = desk.page.locator(".log-row", has_text="12.4 kWh, 11 kW, 80 %")
        await expect(meter.locator("[data-cell=latency]")).to_have_text("40.0 ms")
        await expect(desk.page.locator(".log-row", has_text="Reset: Soft")).to_contain_text("never answered")
        await meter.locator("summary").focus()
        await desk.page.keyboard.press("Enter")
        await expect(meter.locator("pre").first).to_contain_text('"transactionId": 77')
        assert await desk.page.title() != "1"
        assert await desk.page.locator(".log-rows img, .log-rows script").count() == 0
        await desk.check_accessibility()
        await desk.shoot("ocpp-log", whole=True)

        await desk.page.get_by_label("Search in all words").fill("groundfailure E17")
        await desk.page.keyboard.press("Enter")
        await expect(desk.page.locator(".log-row")).to_have_count(0)
        await desk.page.get_by_label("Search in all words").fill("GroundFailure")
        await desk.page.keyboard.press("Enter")
        await expect(desk.page.locator(".log-row")).to_have_count(1)


async def test_it_lives_pauses_and_heals(portal: Server, shared_world: World) -> None:
    await in_db(fill)(shared_world)
    async with sitting(portal, "Support") as desk:
        page = desk.page
        await desk.open(f"{LOG}?q=type")
        await expect(page.locator("[data-log-stream]")).to_have_attribute("data-state", "live")
        await in_db(say)(shared_world, 50, "Reset", '"Reset",{"type":"Hard"}', 0, at=timezone.now())
        await in_db(say)(shared_world, 51, "Heartbeat", '"Heartbeat",{}', 3, at=timezone.now())
        first = page.locator(".log-row").first
        await expect(first.locator("[data-cell=said]")).to_have_text("Reset: Hard")
        assert await rows(desk) == ["Reset: Hard", "Reset: Soft"]

        await page.get_by_role("button", name="Pause").click()
        hostile = f'"Reset",{json.dumps({"type": HOSTILE})}'
        await in_db(say)(shared_world, 52, "Reset", hostile, 0, at=timezone.now())
        await expect(page.locator("[data-held]")).to_be_visible()
        assert len(await rows(desk)) == 2
        await page.get_by_role("button", name="Resume").click()
        await expect(page.locator(".log-row")).to_have_count(3)
        await expect(first).to_contain_text("<img src=x")
        assert await page.locator(".log-rows img").count() == 0

        await page.context.set_offline(True)
        await page.evaluate("window.dispatchEvent(new Event('offline'))")
        await page.context.set_offline(False)
        await in_db(say)(shared_world, 53, "Reset", '"Reset",{"type":"Again"}', 0, at=timezone.now())
        await expect(first.locator("[data-cell=said]")).to_have_text("Reset: Again")


async def test_what_comes_live_tells_its_samples_and_leads_to_its_explanation(
    portal: Server, shared_world: World
) -> None:
    async with sitting(portal, "Support") as desk:
        page = desk.page
        await desk.open(f"{LOG}?action=MeterValues")
        await expect(page.locator("[data-log-stream]")).to_have_attribute("data-state", "live")
        late = {"timestamp": "2026-03-02T06:00:00Z", "sampledValue": [{"value": "12400"}]}
        words = f'"MeterValues",{json.dumps({"connectorId": 1, "meterValue": [late]})}'
        await in_db(say)(shared_world, 60, "MeterValues", words, 3, at=timezone.now())
        first = page.locator(".log-row").first
        await expect(first.locator("[data-cell=measured]")).to_have_text("measured 2 Mar 2026 12:00:00")
        await expect(first.locator("summary .log-gap")).to_contain_text("before it came")
        await first.locator("summary").click()
        await expect(first.locator("[data-samples] li")).to_contain_text("12.4 kWh")
        await first.get_by_role("link", name="Explain this time").click()
        await page.wait_for_url("**/explain/station/**")


@pytest.mark.parametrize(
    ("size", "dark", "language"), [(DESKTOP, True, "en"), (PHONE, False, "ru"), (PHONE, True, "en")],
    ids=["dark", "phone in Russian", "dark phone"],
)  # fmt: skip
async def test_it_can_be_read_everywhere(
    portal: Server, shared_world: World, size: ViewportSize, dark: bool, language: str
) -> None:
    await in_db(fill)(shared_world)
    async with sitting(portal, "Support", size=size, dark=dark, language=language) as desk:
        await desk.open(LOG)
        await desk.page.locator(".log-row summary").nth(2).click()
        await desk.check_accessibility()
        wider = await desk.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0
        await desk.shoot(f"ocpp-log-{size['width']}-{'dark' if dark else 'light'}-{language}", whole=True)
