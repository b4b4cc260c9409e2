"""What a charge cost is given back from the driver's page, within the rules of adjustments."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from billing import adjustments, goodwill, payouts
from billing.models import Adjustment, Transfer
from charging.tests.world import World
from drivepower.portal.tests.driver.calls import after_charge, browser, page, panels, press
from drivepower.portal.tests.making import staff

pytestmark = pytest.mark.django_db


def charge_of(driver: Any) -> Transfer:
    """What they paid."""
    return Transfer.objects.filter(kind=Transfer.Kind.CAPTURE, source__user=driver).latest("id")


def test_a_small_one_is_booked_at_once_and_once(world: World) -> None:
    driver, session = after_charge(world)
    client, charge = browser(staff("Finance")), charge_of(driver)
    before = world.wallet(driver).balance
    address = f"/refund/?row={charge.public_id}"
    assert address in client.get(page(driver)).content.decode()
    for _ in range(2):
        assert press(client, driver, "refund", charge.public_id, amount="5").status_code == 302
    assert world.wallet(driver).balance == before + 5
    asked = Adjustment.objects.get()
    assert (asked.reason, asked.amount, asked.state, asked.refunds) == ("They asked", 5, "booked", charge)
    assert "5.00 KGS was given back to the wallet." in client.get(page(driver)).content.decode()
    assert session.receipt is not None


def test_a_large_one_waits_for_a_second_person(world: World, settings: Any) -> None:
    settings.APPROVAL_FROM = Decimal(10)
    driver, _session = after_charge(world)
    client = browser(staff("Finance"))
    press(client, driver, "refund", charge_of(driver).public_id, amount="20")
    assert Adjustment.objects.get().state == "asked"
    assert "20.00 KGS: a second person decides about it." in client.get(page(driver)).content.decode()


@pytest.mark.parametrize("amount", ["1000", "0", "-1"])
def test_more_than_was_paid_is_refused(world: World, amount: str) -> None:
    driver, _session = after_charge(world)
    answer = press(browser(staff("Finance")), driver, "refund", charge_of(driver).public_id, amount=amount)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert not Adjustment.objects.exists()


def test_somebody_elses_charge_is_not_there(world: World) -> None:
    driver, _session = after_charge(world)
    other = world.driver()
    assert press(browser(staff("Finance")), other, "refund", charge_of(driver).public_id, amount="5").status_code == 404


def test_one_of_support_always_waits_and_stands_on_the_page(world: World) -> None:
    driver, _session = after_charge(world)
    client, charge, before = browser(staff("Support")), charge_of(driver), world.wallet(driver).balance
    shown = client.get(page(driver)).content.decode()
    address = shown.split(f"/refund/?row={charge.public_id}")
    assert len(address) == 2
    assert "waiting" not in panels(client, driver)
    dialog = reverse("admin:portal_driver_act", args=[driver.public_id, "refund"], query={"row": charge.public_id})
    assert "A second person decides about it." in client.get(dialog).text
    press(client, driver, "refund", charge.public_id, amount="1")
    asked = Adjustment.objects.get()
    assert (asked.state, asked.needs_approval, world.wallet(driver).balance) == ("asked", True, before)
    told = client.get(page(driver)).content.decode()
    assert "1.00 KGS: a second person decides about it." in told
    [line] = panels(client, driver)["waiting"]
    assert line[1:3] == ["refund of a charge", "1.00 KGS"]
    adjustments.approve(adjustment=asked, decided_by="staff:2", at=timezone.now())
    assert "waiting" not in panels(client, driver)


def test_a_payout_that_waits_stands_on_the_page(world: World) -> None:
    driver, _session = after_charge(world)
    payouts.ask_payout(
        wallet=world.wallet(driver),
        amount=Decimal(5),
        destination="KICB",
        reason="<b>leaves</b>",
        asked_by=f"driver:{driver.public_id}",
        at=timezone.now(),
    )
    client = browser(staff("Support"))
    [line] = panels(client, driver)["waiting"]
    assert line[1:] == ["payout", "5.00 KGS", str(driver.email), "waits for approval"]
    assert "&lt;b&gt;leaves" in client.get(page(driver)).content.decode()


def test_goodwill_that_waits_stands_on_the_page(world: World, settings: Any) -> None:
    settings.APPROVAL_FROM = Decimal(1)
    driver, session = after_charge(world)
    person = staff("Support")
    said: dict[str, Any] = {"reason": "r", "by": f"staff:{person.public_id}", "at": timezone.now()}
    given = goodwill.ask_goodwill(subjects=[session.subject], each=Decimal(5), **said)
    client = browser(person)
    [line] = panels(client, driver)["waiting"]
    assert line[1:] == ["goodwill", "5.00 KGS", "Support", "waits for approval"]
    goodwill.refuse(goodwill=given, decided_by="staff:2", at=timezone.now())
    assert "waiting" not in panels(client, driver)


@pytest.mark.parametrize("role", ["Technician", "Operator"])
def test_others_give_nothing_back(world: World, role: str) -> None:
    driver, _session = after_charge(world)
    client, charge = browser(staff(role)), charge_of(driver)
    assert "/refund/" not in client.get(page(driver)).content.decode()
    assert press(client, driver, "refund", charge.public_id, amount="5").status_code == 403
