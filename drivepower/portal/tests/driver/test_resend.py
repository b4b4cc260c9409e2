"""A receipt is sent again: by the driver's own channels, once for each press, and not without end."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Message, Notification, User
from accounts.notifying.wording import text_of
from billing.models import Receipt
from charging.tests.world import World
from drivepower.core.refusals import Refusal
from drivepower.portal.driver.resending import resend
from drivepower.portal.tests.driver.calls import after_charge, browser, page, press
from drivepower.portal.tests.making import staff

pytestmark = pytest.mark.django_db


def reachable(world: World) -> tuple[User, Receipt]:
    """A driver with a proved mailbox, and a receipt."""
    driver, session = after_charge(world)
    User.objects.filter(pk=driver.pk).update(email_checked_at=timezone.now())
    driver.refresh_from_db()
    assert session.receipt is not None
    return driver, session.receipt


def test_it_goes_out_once_for_each_press(world: World) -> None:
    driver, receipt = reachable(world)
    client = browser(staff("Support"))
    for _ in range(2):
        assert press(client, driver, "resend", receipt.public_id).status_code == 302
    message = Message.objects.get(notification__key__startswith="receipt:again:")
    assert (message.channel, message.target, message.state) == ("email", driver.email, "waiting")
    assert message.notification is not None
    assert receipt.full_number in text_of("receipt", message.notification.facts)
    assert f"Receipt {receipt.full_number} is on its way again." in client.get(page(driver)).content.decode()


def test_it_goes_three_times_an_hour(world: World) -> None:
    driver, receipt = reachable(world)
    at = timezone.now()
    for _ in range(3):
        resend(receipt=receipt, driver=driver, key=uuid4(), at=at)
    with pytest.raises(Refusal, match="three times"):
        resend(receipt=receipt, driver=driver, key=uuid4(), at=at)
    assert resend(receipt=receipt, driver=driver, key=uuid4(), at=at + timedelta(minutes=61)) == 1


def test_it_says_when_nobody_can_be_reached(world: World) -> None:
    driver, session = after_charge(world)
    assert session.receipt is not None
    answer = press(browser(staff("Support")), driver, "resend", session.receipt.public_id)
    assert "no address of theirs is proved" in str(answer.context["form"].non_field_errors())
    assert not Notification.objects.filter(key__startswith="receipt:again:").exists()


def test_somebody_elses_receipt_is_not_there(world: World) -> None:
    _driver, receipt = reachable(world)
    other = world.driver()
    answer = press(browser(staff("Support")), other, "resend", receipt.public_id)
    assert answer.context["form"].non_field_errors()
    assert not Message.objects.exists()


def test_finance_tells_drivers_nothing(world: World) -> None:
    driver, receipt = reachable(world)
    assert press(browser(staff("Finance")), driver, "resend", receipt.public_id).status_code == 403
