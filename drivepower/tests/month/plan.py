"""Which charges the month has: drawn once from a seed, so that every run plays the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from random import Random

from drivepower.tests.month.days import DAYS, MARCH_CLOSES, NEW_TAX_ON, april, clock, march

COUNT = 1000
# What begins in April before March is closed.
MORE = 40
PLUGS = 20
# From one start to the next, so that there are as many on each day.
STEP = timedelta(days=DAYS) / COUNT


class Payer(Enum):
    """Who asks and pays."""

    APP = "app"
    CARD = "card"
    LATER = "later"
    BEFOREHAND = "beforehand"
    SERVICE = "service"


class Stop(Enum):
    """How the end of a charge becomes known."""

    AT_ONCE = "at once"
    LATE = "late"
    NEVER = "never"


@dataclass
class Charge:
    """A charge as it will be."""

    number: int
    begins: datetime
    ends: datetime
    energy_wh: int
    plug: int
    payer: Payer
    promo: str = ""
    limited: bool = False
    stop: Stop = Stop.AT_ONCE
    heard: datetime | None = None
    # What a person does about one whose Stop has not come.
    decision: str = ""
    # For how long the car stands there after it.
    stays: timedelta = timedelta(0)

    # Whether a sweep ends it before the next charge on its plug does.
    is_swept: bool = False

    @property
    def comes(self) -> datetime:
        """When its Stop is received."""
        return self.heard or self.ends


def draw() -> list[Charge]:
    """All of them, the oldest first."""
    random = Random(7)
    charges = [charge_of(number, random) for number in range(COUNT + MORE)]
    for charge in charges:
        if charge.payer == Payer.APP:
            charge.promo = random.choice(["", "", "", "", "SPRING", "FIFTY"])
            charge.limited = not charge.promo and random.random() < 0.2
    for number in (5, 305, 605, 905):
        charges[number].payer, charges[number].promo, charges[number].limited = Payer.APP, "FREE", False
    for charge, how in zip(lates(charges), hows(), strict=True):
        charge.stop, charge.heard, charge.decision = how
        following = charges[charge.number + PLUGS : charge.number + PLUGS + 1]
        charge.is_swept = charge.number % 2 == 0 or any(one.payer == Payer.APP for one in following)
    return charges


def charge_of(number: int, random: Random) -> Charge:
    """One of the usual ones: each plug has its turn, and between two turns of it there are half a day."""
    begins = march(1, "00:05") + number * STEP + timedelta(seconds=random.randrange(600))
    lasts = timedelta(seconds=random.randrange(900, 3 * 3600))
    energy = int(lasts.total_seconds() / 3600 * random.randrange(4_000, 21_000))
    payers = [Payer.APP] * 5 + [Payer.CARD] * 5 + [Payer.LATER] * 6 + [Payer.BEFOREHAND] * 3
    payer = payers[number % len(payers)] if number % 97 else Payer.SERVICE
    stays = timedelta(minutes=random.choice([0, 0, 0, 5, 12, 40, 90]))
    return Charge(number, begins, begins + lasts, energy, number % PLUGS, payer, stays=stays)


def lates(charges: list[Charge]) -> list[Charge]:
    """Those whose Stop is late or never comes: some of every week, and of the last days and hours of the month."""
    usual = [one for one in charges if one.payer in (Payer.CARD, Payer.LATER, Payer.BEFOREHAND)]
    last = [one for one in usual if one.begins > march(30, "06:00") and one.ends < march(32, "00:00")]
    return [*usual[20:600:16][:36], *last[:14]]


def hows() -> Iterator[tuple[Stop, datetime | None, str]]:
    """How the end of each becomes known, when, and what was decided before."""
    for number in range(12):
        yield Stop.LATE, march(26, "08:00") + number * timedelta(hours=3), ""
    for number in range(6):
        yield Stop.LATE, april(2, "10:00") + number * timedelta(hours=1), ""
    for number in range(6):
        yield Stop.LATE, clock(MARCH_CLOSES, "15:00") + number * timedelta(hours=5), "accept"
    for decision in ("accept", "correct", "waive") * 4:
        yield Stop.NEVER, None, decision
    for number in range(8):
        yield Stop.LATE, march(32, "02:00") + number * timedelta(hours=4), ""
    for number in range(6):
        yield Stop.LATE, clock(MARCH_CLOSES, "18:00") + number * timedelta(hours=3), "accept" if number % 2 else ""


def over(charges: list[Charge], at: datetime) -> list[Charge]:
    """Those under way at that moment."""
    return [one for one in charges if one.begins < at < one.ends]


def over_the_new_tax(charges: list[Charge]) -> list[Charge]:
    """Those that began under the old tax and ended under the new one."""
    return over(charges, clock(NEW_TAX_ON))
