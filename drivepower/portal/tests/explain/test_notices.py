"""What the driver was told: of this charge, its receipts, debts and payments, and of no other of the same hour."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.models import Notification, User
from accounts.notifying.telling import tell_drivers
from billing import adjustments, ledger
from billing.models import Transfer
from charging import settlement
from charging.models import Session
from charging.tests.world import World, minutes
from drivepower.core.models import Event
from drivepower.core.tests.waiting import until
from drivepower.portal.explain import of_session
from drivepower.portal.tests.explain.pages import charged
from drivepower.portal.tests.making import superuser


def tell(at: datetime) -> None:
    """Tell drivers of all events, which are read once they and all before them are committed."""
    until(lambda: Event.objects.settled().count() == Event.objects.count())
    tell_drivers(at=at)


def notices(session: Session) -> list[str]:
    """What its page says that the driver was told."""
    found = of_session(session, person=superuser_once(), at=timezone.now())
    return [one.detail for one in found.moments if one.kind == "notification"]


def superuser_once() -> User:
    """The owner."""
    return User.objects.filter(is_superuser=True).first() or superuser()


def again(world: World, session: Session) -> Session:
    """The same driver's next charge, in the hour of the first one."""
    assert session.driver is not None
    at = timezone.now() - minutes(14)
    other = world.charging(session.driver, at=at)
    world.end(other, 2000, at=at + minutes(2))
    settlement.settle(session_id=other.pk, at=at + minutes(5))
    other.refresh_from_db()
    return other


def test_receipts_of_other_charges_are_told_on_their_own_pages(shared_world: World) -> None:
    first = charged(shared_world)
    second = again(shared_world, first)
    tell(timezone.now())
    for mine, other in ((first, second), (second, first)):
        told = " ".join(notices(mine))
        assert mine.receipt is not None
        assert other.receipt is not None
        assert mine.receipt.full_number in told
        assert other.receipt.full_number not in told


def test_a_receipt_that_comes_days_later_is_told(shared_world: World) -> None:
    session = charged(shared_world)
    paid = Transfer.objects.get(subject=session.subject, kind="capture")
    later: Any = timezone.now() + timedelta(days=3)
    adjustments.ask_refund(transfer=paid, amount=Decimal(10), reason="r", asked_by="staff:x", at=later)
    tell(later)
    before = len(Notification.objects.exclude(facts__about=session.subject))
    assert len(notices(session)) == Notification.objects.filter(user=session.driver).count()
    assert before < len(notices(session))


def test_a_wallet_that_another_charge_has_emptied_is_none_of_its(shared_world: World) -> None:
    session = charged(shared_world)
    wallet = shared_world.wallet(session.driver)  # type: ignore[arg-type]  # a driver has charged
    at, left = timezone.now() - minutes(10), wallet.balance - Decimal(1)
    ledger.capture(wallet=wallet, subject="session:9999999", revision=1, net=left, tax=Decimal(0), at=at)
    tell(timezone.now())
    assert Notification.objects.filter(kind="low_balance").count() == 1
    assert not any("Top it up" in detail for detail in notices(session))


def test_how_they_were_sent_is_for_those_who_may_see_it(shared_world: World) -> None:
    session = charged(shared_world)
    tell(timezone.now())
    person = User.objects.create_user(email="looks@example.com", role=User.Role.STAFF)
    person.user_permissions.set(Permission.objects.filter(codename__in=["view_session", "view_frame"]))
    person.user_permissions.add(*Permission.objects.filter(codename="view_notification"))
    found = of_session(session, person=User.objects.get(pk=person.pk), at=timezone.now())
    details = [one.detail for one in found.moments if one.kind == "notification"]
    assert details
    assert not any("no channel reaches them" in detail for detail in details)
