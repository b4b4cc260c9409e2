"""A driver who has called, and the browser of who answers."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification, User
from charging.models import Session
from charging.tests.world import World
from drivepower.core import alerts
from drivepower.core.refusals import Refusal
from drivepower.portal.driver import noting
from drivepower.portal.tests.explain.pages import charged
from stations.models import Report

NASTY = "<script>alert(1)</script>"
KEY = "5f0f1f6e-3a55-4a8a-9a57-0f6f0d2b8c31"


def browser(person: Any) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(person)
    return client


def page(driver: User, **query: str) -> str:
    """The page's address."""
    return reverse("admin:portal_driver", args=[driver.public_id], query=query)


def press(client: Client, driver: User, act: str, row: Any = "", **said: Any) -> Any:
    """Send a dialog; with `reason` and the same key unless it says others."""
    address = reverse("admin:portal_driver_act", args=[driver.public_id, act], query={"row": str(row)})
    return client.post(address, {"key": KEY, "reason": "They asked", **said})


def panels(client: Client, driver: User, **query: str) -> dict[str, list[list[str]]]:
    """What each part of the page says, by its id."""
    found = client.get(page(driver, **query)).context["panels"]
    return {panel.id: [[f"{cell.text}" for cell in row] for row in panel.rows] for panel in found}


def count_of(client: Client, address: str) -> int:
    """How many queries a page costs."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def refused(world: World, driver: User) -> Session:
    """A start that is refused at a connector that somebody else has taken."""
    at = timezone.now()
    world.say(world.two, "Unavailable", at=at)
    try:
        world.request(driver, connector=2, at=at)
    except Refusal:
        return Session.objects.filter(driver=driver, state="failed").latest("id")
    raise AssertionError("it was not refused")


def crowd(world: World, driver: User, *, times: int) -> None:
    """Something of everything about that driver, each in words that somebody hostile would choose."""
    at = timezone.now()
    for number in range(times):
        tag = f"{NASTY}{Session.objects.count()}-{number}"[:40]
        world.card(driver, value=tag)
        noting.add(driver=driver, text=NASTY, by="staff:x", at=at)
        Notification.objects.create(user=driver, kind=NASTY, facts={}, key=f"{tag}", made_at=at)
        said = Report.objects.create(station=world.station, user=driver, said_by="x", text=NASTY, made_at=at)
        alerts.open_alert(kind="report", subject=f"report:{said.public_id}", text=NASTY, at=at)
        refused(world, driver)


def after_charge(world: World, **fields: Any) -> tuple[User, Session]:
    """A driver whose charge is paid for."""
    session = charged(world, **fields)
    assert session.driver is not None
    return session.driver, session
