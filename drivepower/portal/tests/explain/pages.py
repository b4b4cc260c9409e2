"""The pages that are tested, what is charged for them, and what crowds around that."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Message, Notification
from charging import settlement
from charging.models import Session
from charging.tests.world import World, minutes
from drivepower.core import alerts
from ocpp_consumer.models import Frame
from stations.models import Command, ConnectionSpan, Gateway, Report, Station, StatusSpan

NASTY = "<script>alert(1)</script>"
SECRET = "hunter2"


def browser(person: Any) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(person)
    return client


def page_of(session: Session) -> str:
    """Its explanation's address."""
    return reverse("admin:portal_explain_session", args=[session.public_id])


def time_of(station: Station, **query: str) -> str:
    """The address of the explanation of its time."""
    return reverse("admin:portal_explain_station", args=[station.code], query=query)


def charged(world: World, **driver: Any) -> Session:
    """A charge of half an hour that is paid for, an hour ago."""
    Gateway.objects.update(renewed_at=timezone.now())
    world.station.refresh_from_db()
    world.one.station = world.two.station = world.station
    at = timezone.now() - minutes(60)
    for number in (world.one, world.two):
        world.say(number, "Available", at=at - minutes(10))
    session = world.charging(world.driver(**driver), at=at)
    world.read(session, 1500, at=at + minutes(10), power_w=7000)
    world.end(session, 3000, at=at + minutes(30))
    settlement.settle(session_id=session.pk, at=at + minutes(45))
    session.refresh_from_db()
    return session


def crowd(session: Session, *, times: int) -> None:
    """Something of everything in its time, each in words that a hostile station would choose."""
    station, began = session.station, session.started_at or timezone.now()
    assert session.driver is not None
    for n in range(times):
        at = began + timedelta(seconds=n + 1)
        text = f'[2,"{n}","BootNotification",{{"chargePointVendor":"{NASTY}","password":"{SECRET}"}}]'
        common = {"station": station, "epoch": 1, "received_at": at, "direction": "in", "message_type": 2}
        Frame.objects.create(**common, message_id=str(n), action="BootNotification", text=text, error=NASTY)
        Frame.objects.create(**common, message_id=f"x{n}", action=NASTY, text=NASTY, error=NASTY)
        StatusSpan.objects.create(station=station, number=1, status=NASTY, error_code=NASTY, since=at, until=at)
        epoch = 1000 + ConnectionSpan.objects.count()
        ConnectionSpan.objects.create(station=station, epoch=epoch, since=at, until=at, address=NASTY)
        Command.objects.create(
            station=station,
            intent=NASTY[:40],
            asked_by=f"rule:{NASTY}",
            asked_at=at,
            sent_at=at,
            answered_at=at,
            expires_at=at,
            state="accepted",
            answer={"status": NASTY},
        )
        alerts.open_alert(kind=f"x{epoch}", subject=f"station:{station.code}", text=NASTY, at=at)
        Report.objects.create(station=station, said_by="public", text=NASTY, made_at=at)
        told = Notification.objects.create(
            user=session.driver, kind=NASTY[:40], subject=f"session:{session.public_id}", key=f"{epoch}", made_at=at
        )
        Message.objects.create(notification=told, channel="sms", target="x", state="failed", error=NASTY, made_at=at)


def local(session: Session) -> str:
    """When it began, as the address has it, by the clock of Bishkek."""
    assert session.started_at is not None
    return (session.started_at + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%S")


def count_of(client: Client, address: str) -> int:
    """How many queries a page costs."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)
