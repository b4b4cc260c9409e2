"""An evening at a charger as tests tell it: from plugging in to the receipt and what is left in the wallet."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from accounts.models import User
from billing.models import Receipt
from charging import settlement
from charging.models import Session, Settlement
from charging.tests.world import NOW, World, minutes
from stations.models import Gateway, Location

BISHKEK = "Asia/Bishkek"
MONDAY = date(2026, 3, 2)


def clock(text: str, *, day: date = MONDAY, zone: str = BISHKEK) -> datetime:
    """That time of day on the wall, as an instant."""
    return datetime.combine(day, time.fromisoformat(text), ZoneInfo(zone)).astimezone(UTC)


def move_to(world: World, zone: str) -> None:
    """Let the station stand in another time zone, and be online all year."""
    Location.objects.update(time_zone=zone)
    Gateway.objects.update(renewed_at=NOW + timedelta(days=365))
    for row in (world.station, world.one, world.two):
        row.refresh_from_db()


def charge(
    world: World,
    driver: User,
    *,
    begins: datetime,
    lasts: float,
    energy_wh: int,
    readings: Sequence[tuple[float, int]] = (),
    **asked: object,
) -> Session:
    """The driver plugs in and charges for so many minutes; readings are (minutes, Wh so far). Nothing is settled."""
    session = world.charging(driver, at=begins, **asked)
    world.say(session.connector, "Charging", at=begins + minutes(0.1))
    for minute, energy in readings:
        world.read(session, 1000 + energy, at=begins + minutes(minute))
    ended = world.end(session, 1000 + energy_wh, at=begins + minutes(lasts))
    assert ended is not None
    return ended


def unplug(world: World, session: Session, *, at: datetime | None = None) -> None:
    """The cable comes out: when charging ended, unless told otherwise."""
    assert session.stopped_at is not None
    world.say(session.connector, "Available", at=at or session.stopped_at)


def settle(session: Session, *, at: datetime) -> Settlement | None:
    """What the worker does when it is told, or comes by."""
    settled = settlement.settle(session_id=session.pk, at=at)
    session.refresh_from_db()
    return settled


def pay(world: World, session: Session) -> Receipt:
    """The driver unplugs, the session is settled, and this is the receipt."""
    unplug(world, session)
    assert session.stopped_at is not None
    settle(session, at=session.stopped_at + minutes(1))
    assert session.receipt is not None, session.findings
    return session.receipt


def lines(receipt: Receipt) -> list[tuple[str, int, str]]:
    """The lines of a receipt as rule, quantity (Wh, s or pc) and amount."""
    return [(line.rule_name, int(line.quantity), f"{line.gross.normalize():f}") for line in receipt.lines.all()]


def left(world: World, driver: User) -> Decimal:
    """What the driver has, of which nothing is held or owed any more."""
    wallet = world.wallet(driver)
    assert (wallet.held, wallet.owed) == (0, 0)
    balance: Decimal = wallet.balance
    return balance
