"""What drivers complain of, played by the house's own verbs: all at one station, of one driver, each at its hour."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.test import override_settings
from django.utils import timezone

from accounts import blocking
from accounts.models import User
from billing.models import TopUp
from billing.models.tariffs import Dimension
from billing.payments.top_ups import check_top_up, start_top_up
from billing.tests.scripted_bank import ScriptedBank
from charging import lifecycle, reviewing, settlement, sweeps
from charging.models import Session
from charging.tests.world import World, minutes, per_kwh, rule
from drivepower.core.refusals import Refusal
from stations.models import Command, Gateway

ZONE = ZoneInfo("Asia/Bishkek")
# Of the whole run: what is played on one day is asked for on the same one, though a midnight passes in between.
YESTERDAY = timezone.now().astimezone(ZONE).date() - timedelta(days=1)
STAFF = "staff:7f0c5f0e-58c1-4c8a-9a55-0a2f3a3d3b11"
BEFORE = 1_000  # Wh on the meter when nothing has been charged
RULES = {"en": ("Day", "Evening", "Start", "Standing"), "ru": ("День", "Вечер", "Подключение", "Стоянка")}
CARD = "04A1B2C3D4E580"


def yesterday(hour: str) -> datetime:
    """That hour of the day before, by the clock of Bishkek."""
    return datetime.combine(YESTERDAY, time.fromisoformat(hour), ZONE)


@dataclass
class Caller:
    """A driver who calls, and the station that they call about."""

    world: World
    driver: User

    @classmethod
    def at(cls, world: World, language: str) -> "Caller":
        """With money and a proved address; the station has prices by the hour and fees, named in that language."""
        Gateway.objects.update(renewed_at=timezone.now())
        world.station.refresh_from_db()
        world.one.station = world.two.station = world.station
        rules = [per_kwh("15.00"), per_kwh("18.00", starts=time(18), ends=time(23), priority=1)]
        rules += [rule(Dimension.SESSION_FEE, "16.00"), rule(Dimension.PARKING_FEE, "5.00")]
        for one, name in zip(rules, RULES[language], strict=True):
            one.name = name
        world.price(*rules, idle_grace_seconds=600)
        driver = world.driver("5000.00", name="Aizada Osmonova", phone="+996555123456")
        User.objects.filter(pk=driver.pk).update(email="aizada@example.com", email_checked_at=timezone.now())
        driver.refresh_from_db()
        return cls(world, driver)

    def begin(self, at: datetime, **asked: Any) -> Session:
        """A charge by the app that runs."""
        world = self.world
        world.say(world.one, "Available", at=at - minutes(2))
        session = world.charging(self.driver, at=at, **asked)
        self.accept(session, at=at)
        world.say(world.one, "Charging", at=at)
        return session

    def accept(self, session: Session, *, at: datetime) -> None:
        """The station does as it was asked."""
        asked = Command.objects.filter(subject=session.subject, answered_at=None)
        asked.update(state="accepted", sent_at=at, answered_at=at, answer={"status": "Accepted"})

    def read(self, session: Session, delivered_wh: int, *, at: datetime, power_w: int = 24_000) -> None:
        """So much has been delivered, and flows now."""
        self.world.read(session, BEFORE + delivered_wh, at=at, power_w=power_w)

    def end(self, session: Session, delivered_wh: int, *, at: datetime, free: bool = True, **said: Any) -> Session:
        """The station says that it is over; the car leaves, unless it does not."""
        self.world.end(session, BEFORE + delivered_wh, at=at, **said)
        self.world.say(self.world.one, "Finishing", at=at)
        if free:
            self.world.say(self.world.one, "Available", at=at + minutes(1))
        return self.settle(session, at=at + minutes(2))

    def settle(self, session: Session, *, at: datetime) -> Session:
        """Bill it."""
        settlement.settle(session_id=session.pk, at=at)
        session.refresh_from_db()
        return session


Complaint = Callable[[Caller, datetime], Session]


def did_not_charge(caller: Caller, at: datetime) -> Session:
    """The station accepted, and nobody plugged in."""
    world = caller.world
    session = world.request(caller.driver, connector=2, at=at)
    caller.accept(session, at=at)
    sweeps.fail_expired_starts(at=at + minutes(5))
    return session


def could_not_start(caller: Caller, at: datetime) -> Session:
    """The connector is faulted."""
    caller.world.say(caller.world.two, "Faulted", at=at - minutes(3))
    try:
        caller.world.request(caller.driver, connector=2, at=at)
    except Refusal:
        return Session.objects.get(driver=caller.driver, failure="station_unavailable")
    raise AssertionError("it was not refused")


def stopped_by_itself(caller: Caller, at: datetime) -> Session:
    """The car is full."""
    session = caller.begin(at)
    for count in (5, 20, 28):
        caller.read(session, 400 * count, at=at + minutes(count))
    caller.read(session, 12_000, at=at + minutes(35), power_w=0)
    caller.world.say(caller.world.one, "SuspendedEV", at=at + minutes(35))
    return caller.end(session, 12_000, at=at + minutes(40))


def beyond_the_limit(caller: Caller, at: datetime) -> Session:
    """It was to stop at ten kilowatt-hours."""
    session = caller.begin(at, energy_wh=10_000)
    for count in (6, 12, 18, 24):
        caller.read(session, 412 * count, at=at + minutes(count))
    lifecycle.request_stop(session=session, asked_by="rule:limits", cause="limit", at=at + minutes(24))
    caller.accept(session, at=at + minutes(24))
    return caller.end(session, 10_150, at=at + minutes(25), reason="Remote")


def cable_stays(caller: Caller, at: datetime) -> Session:
    """Stopped in the app, and the plug is still in."""
    session = caller.begin(at)
    for count in (5, 10, 15):
        caller.read(session, 320 * count, at=at + minutes(count), power_w=19_200)
    by = f"driver:{caller.driver.public_id}"
    lifecycle.request_stop(session=session, asked_by=by, cause="driver", at=at + minutes(16))
    caller.accept(session, at=at + minutes(16))
    return caller.end(session, 5_100, at=at + minutes(16), reason="Remote", free=False)


def why_so_much(caller: Caller, at: datetime) -> Session:
    """Over an edge of prices: 16.00 + 12 kWh at 15.00 + 12 kWh at 18.00."""
    session = caller.begin(at)
    for count in (15, 30, 45):
        caller.read(session, 400 * count, at=at + minutes(count))
    return caller.end(session, 24_000, at=at + minutes(60), reason="EVDisconnected")


def idle_fee(caller: Caller, at: datetime) -> Session:
    """The car stands there for half an hour after it was full."""
    session = caller.begin(at)
    caller.read(session, 6_000, at=at + minutes(20))
    caller.read(session, 8_000, at=at + minutes(30), power_w=0)
    caller.world.say(caller.world.one, "SuspendedEV", at=at + minutes(30))
    return caller.end(session, 8_000, at=at + minutes(62), reason="EVDisconnected")


def held(caller: Caller, at: datetime) -> Session:
    """Its end was never told: it waits for a person, and the money with it."""
    session = caller.begin(at)
    for count in (5, 10, 15, 20):
        caller.read(session, 350 * count, at=at + minutes(count), power_w=21_000)
    lifecycle.infer_end(session=session, until=at + minutes(60), reason="Silence")
    return caller.settle(session, at=at + minutes(61))


def taken_twice(caller: Caller, at: datetime) -> Session:
    """Paid by the last reading, and again when the station told how it really ended."""
    session = caller.begin(at)
    for count in (2, 6, 10):
        caller.read(session, 400 * count, at=at + minutes(count))
    lifecycle.infer_end(session=session, until=at + minutes(30), reason="Silence")
    caller.settle(session, at=at + minutes(31))
    reviewing.accept(session_id=session.pk, reason="The readings are right.", by=STAFF, at=at + minutes(40))
    caller.settle(session, at=at + minutes(41))
    caller.world.end(session, BEFORE + 6_000, at=at + minutes(15), received_at=at + minutes(90))
    return caller.settle(session, at=at + minutes(91))


def no_money(caller: Caller, at: datetime) -> TopUp:
    """Asked for, never paid as far as the bank knows, and given up."""
    bank = ScriptedBank()
    server = bank.start()
    try:
        with override_settings(SANDBOX_BANK_URL=bank.address):
            bank.says("open")
            method = TopUp.Method.QR
            asked = start_top_up(user=caller.driver, amount=Decimal(500), currency="KGS", method=method, at=at)
            for count in (2, 60):
                check_top_up(top_up_id=asked.pk, at=at + minutes(count))
    finally:
        server.shutdown()
        server.server_close()
    return asked


def card_not_taken(caller: Caller) -> None:
    """They have blocked it in the app."""
    card = caller.world.card(caller.driver, value=CARD)
    blocking.block_card(card=card, by=f"driver:{caller.driver.public_id}")
