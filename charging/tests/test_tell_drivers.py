"""What a driver hears of a whole charge: from the lifecycle and the books, by the outbox, into the sandbox."""

from datetime import datetime
from decimal import Decimal

import pytest

from accounts.models import Notification, SandboxMessage, User
from accounts.notifying.sending import send_messages
from accounts.notifying.telling import tell_drivers
from accounts.notifying.wording import text_of
from billing.models.tariffs import Dimension
from charging import limits, sweeps
from charging.models import Session
from charging.tests.settling import after, settle
from charging.tests.world import NOW, World, per_kwh, rule
from drivepower.core.models import Event
from drivepower.core.refusals import Refusal
from drivepower.core.tests.waiting import until


def driver_of(world: World, money: str) -> User:
    """Somebody who can be reached by mail and SMS."""
    driver = world.driver(money)
    proved = {"email": "aida@example.com", "email_checked_at": NOW, "phone": "+996555123456", "phone_checked_at": NOW}
    User.objects.filter(pk=driver.pk).update(**proved)
    return driver


def told(driver: User, *, at: datetime) -> dict[str, str]:
    """What a driver has been told by then, in words, by kind; and it is on its way."""
    until(lambda: Event.objects.settled().count() == Event.objects.count())
    tell_drivers(at=at)
    send_messages(at=at)
    rows = Notification.objects.filter(user=driver).order_by("pk")
    return {row.kind: text_of(row.kind, row.facts) for row in rows}


def test_a_driver_hears_of_a_whole_charge(shared_world: World) -> None:
    world = shared_world
    driver = driver_of(world, "1000.00")
    session = world.charging(driver, energy_wh=10_000)
    place = f"{world.station.code}, connector 1."
    assert told(driver, at=NOW) == {"charging_started": place}
    world.read(session, 9_200, at=after(20), power_w=30_000)
    limits.touched(session_ids=[session.pk], at=after(20))
    heard = told(driver, at=after(20))
    assert heard["charging_80"].startswith(f"{place} 82% of your limit is used. Energy: 8.2")
    world.end(session, 11_000, at=after(25), reason="EVDisconnected")
    assert "The cable was unplugged from the car." in told(driver, at=after(25))["charging_stopped"]
    settle(session, at=after(26))
    heard = told(driver, at=after(26))
    assert list(heard) == ["charging_started", "charging_80", "charging_stopped", "receipt"]
    assert "Total: 150.00 KGS." in heard["receipt"]
    mails = SandboxMessage.objects.filter(channel="email", target="aida@example.com")
    assert [mail.title for mail in mails] == ["Your receipt"]


def test_a_driver_hears_that_a_start_came_to_nothing(shared_world: World) -> None:
    world = shared_world
    driver = driver_of(world, "1000.00")
    session = world.request(driver)
    sweeps.fail_expired_starts(at=after(5))
    session.refresh_from_db()
    assert session.state == Session.State.FAILED
    heard = told(driver, at=after(5))
    assert heard == {
        "charging_failed": f"{world.station.code}, connector 1. Nothing began in time. Plug the cable in and try again."
    }


def test_a_refused_start_is_answered_where_it_was_asked_for(shared_world: World) -> None:
    world = shared_world
    driver = driver_of(world, "1000.00")
    world.charging(driver)
    other = world.driver("1000.00")
    with pytest.raises(Refusal):
        world.request(other)
    assert told(other, at=NOW) == {}


def test_a_driver_hears_of_a_debt_and_an_idle_fee(shared_world: World) -> None:
    world = shared_world
    world.price(per_kwh("15.00"), rule(Dimension.PARKING_FEE, "2.00"), idle_grace_seconds=0)
    driver = driver_of(world, "100.00")
    session = world.charging(driver)
    world.say(world.one, "Charging", at=after(1))
    world.end(session, 11_000, at=after(60))
    world.say(world.one, "Finishing", at=after(60))
    settle(session, at=after(62))
    assert "A minute costs 2.00 KGS." in told(driver, at=after(62))["idle_fee_begins"]
    world.say(world.one, "Available", at=after(70))
    settle(session, at=after(75))
    heard = told(driver, at=after(75))
    assert heard["debt"] == "70.00 KGS is owed. Top up your wallet to charge again."
    texts = SandboxMessage.objects.filter(channel="sms").values_list("text", flat=True)
    assert [text for text in texts if "owed" in text] == [heard["debt"]]


def test_whatever_happens_to_messages_a_charge_goes_on(shared_world: World) -> None:
    """Nobody reads the outbox and nothing can be sent: the charge and its money are the same."""
    world = shared_world
    driver = driver_of(world, "1000.00")
    session = world.charging(driver)
    world.end(session, 11_000, at=after(30))
    settled = settle(session, at=after(31))
    assert settled is not None
    assert settled.total == Decimal("150.000")
    assert session.state == Session.State.SETTLED
    assert not Notification.objects.exists()
