"""Two presses at the same moment are one: through real transactions of two threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Message, Note, User
from billing.models import Adjustment, Transfer
from charging.models import Session
from charging.tests.world import World
from drivepower.portal.tests.driver.calls import after_charge, browser, press
from drivepower.portal.tests.making import staff
from stations.models import Gateway

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(person: User, driver: User, act: str, row: Any = "", **said: Any) -> list[int]:
    """The same dialog sent by two threads; what each was answered."""
    begin = Barrier(2, timeout=30)
    client = browser(person)

    def one(_number: int) -> int:
        own = browser_like(client)
        begin.wait()
        try:
            return int(press(own, driver, act, row, **said).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


def browser_like(client: Any) -> Any:
    """Another tab of the same browser."""
    own = type(client)()
    own.cookies = client.cookies
    return own


def test_a_start(shared_world: World) -> None:
    Gateway.objects.update(renewed_at=timezone.now() + timedelta(hours=1))
    shared_world.say(shared_world.one, "Available", at=timezone.now())
    driver = shared_world.driver()
    assert at_once(staff("Support"), driver, "start", station="BSK-01", connector="1") == [302, 302]
    assert Session.objects.filter(driver=driver).count() == 1
    assert Note.objects.count() == 1


def test_a_refund(shared_world: World) -> None:
    driver, _session = after_charge(shared_world)
    charge = Transfer.objects.filter(kind="capture", source__user=driver).latest("id")
    assert at_once(staff("Finance"), driver, "refund", charge.public_id, amount="5") == [302, 302]
    assert Adjustment.objects.count() == 1


def test_a_note(shared_world: World) -> None:
    driver = shared_world.driver()
    assert at_once(staff("Support"), driver, "note", text="Once") == [302, 302]
    assert Note.objects.count() == 1


def test_a_receipt(shared_world: World) -> None:
    driver, session = after_charge(shared_world)
    User.objects.filter(pk=driver.pk).update(email_checked_at=timezone.now())
    assert session.receipt is not None
    assert at_once(staff("Support"), driver, "resend", session.receipt.public_id) == [302, 302]
    assert Message.objects.filter(notification__key__startswith="receipt:again:").count() == 1
