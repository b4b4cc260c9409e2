"""Whether a running charge must stop, and when: by its limits, and by what is held for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from billing import pricing
from billing.pricing import Consumption, Price, Terms
from charging import outlook, review
from charging.attribution import LATE
from charging.models import Session, SessionMeter
from charging.readings import Level

# Within this time a station that comes back has said all that it had kept.
REPLAYED_WITHIN = timedelta(minutes=2)
LIMIT, RESERVE, UNAUTHORIZED = "limit", "reserve", "unauthorized"


@dataclass(frozen=True, slots=True)
class Reserved:
    """What is held for a session now, and how many holds it ever had."""

    amount: Decimal = Decimal(0)
    count: int = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a session will have cost when a stop takes effect; whether, and why, it must stop now: limit, reserve or
    unauthorized. Where it need not, in how many seconds it will have to, if that is soon.
    """

    soon: Decimal
    stop: bool = False
    cause: str = ""
    again_in: float | None = None


@dataclass(frozen=True)
class Running:
    """A running session with all that its judgement needs; energy was last read `unread_s` before `at`. `levels`
    are its last two states of charge, where one is its limit.
    """

    session: Session
    meter: SessionMeter | None
    terms: Terms
    consumption: Consumption
    power_w: float
    unread_s: float
    levels: Sequence[Level]
    reserved: Reserved
    at: datetime
    is_added_up: bool = False

    @cached_property
    def price(self) -> Price:
        """The price of what it has used so far, as read."""
        return pricing.price(self.terms, self.consumption)

    @property
    def cost(self) -> Decimal:
        """What it has cost so far, as read."""
        return self.price.gross

    @property
    def is_plausible(self) -> bool:
        """Whether its connector can have delivered what was read."""
        return not review.is_impossible(
            self.consumption.energy_wh,
            seconds=self.session.duration_seconds(at=self.at),
            rated_power_w=self.session.connector.max_power_w,
        )

    @property
    def is_replayed(self) -> bool:
        """Whether its Start has just come, late, and all that is known of it was before that: it may be long over."""
        came, began = self.session.start_received_at, self.session.started_at
        if came is None or began is None or came - began < LATE or self.at - came >= REPLAYED_WITHIN:
            return False
        read_at = self.meter.last_reading_at if self.meter else None
        return read_at is None or read_at <= came

    def after(self, seconds: float) -> Consumption:
        """What it will have used so many seconds from now."""
        return outlook.ahead(self.consumption, power_w=self.power_w, unread_s=self.unread_s, seconds=seconds)

    @property
    def soc(self) -> Decimal | None:
        """The state of charge (%) of its car, as read."""
        return self.meter.soc if self.meter else None

    def soc_after(self, seconds: float) -> Decimal | None:
        """The state of charge (%) so many seconds from now; as read where nothing tells how fast it rises."""
        if self.meter is None or self.soc is None or not self.levels or not self._is_filling:
            return self.soc
        told_at, percent = self.levels[0]
        # Energy may have been read since, without it; not for long, or it is not known any more how fast it rises.
        older_s = ((self.meter.last_reading_at or told_at) - told_at).total_seconds()
        passed = max(0.0, min(older_s, outlook.UNHEARD_SECONDS) + self.unread_s + seconds)
        return max(self.soc, percent + Decimal(outlook.rise_of(self.levels) * passed))

    @property
    def _is_filling(self) -> bool:
        return self.consumption.left_at is None and self.power_w > 0


def judge(running: Running) -> Judgement:
    """Judge one session by what it will have used when a stop that is asked for now takes effect.

    What will not have to stop before it is looked at anyway is not looked at more closely.
    """
    if review.UNAUTHORIZED in running.session.findings:
        return Judgement(running.cost, stop=True, cause=UNAUTHORIZED)
    soon, cause = cause_in(running, outlook.HORIZON_SECONDS)
    if not cause:
        return Judgement(soon)
    soon, cause = cause_in(running, 0.0)
    if cause:
        return Judgement(soon, stop=True, cause=cause)
    return Judgement(soon, again_in=outlook.first_time(lambda seconds: cause_in(running, seconds)[1] != ""))


def cause_in(running: Running, seconds: float) -> tuple[Decimal, str]:
    """What a stop that is asked for in so many seconds makes it cost, and why it must be asked for, if it must."""
    seconds += outlook.LEAD_SECONDS
    used = running.after(seconds)
    cost = pricing.price(running.terms, used).gross
    at, soc = running.at + timedelta(seconds=seconds), running.soc_after(seconds)
    if any(part >= limit for part, limit in uses(running, used.energy_wh, cost, soc, at)):
        return cost, LIMIT
    return cost, RESERVE if cost > running.reserved.amount else ""


def share_of(running: Running) -> float:
    """How much of its nearest limit a session has used, as read: 1 is all; 0 without one."""
    used = uses(running, running.consumption.energy_wh, running.cost, running.soc, running.at)
    return max((float(part / limit) for part, limit in used if limit), default=0.0)


def uses(
    running: Running, energy_wh: int, cost: Decimal, soc: Decimal | None, at: datetime
) -> list[tuple[Decimal, Decimal]]:
    """What is used of each limit of a session (Wh, money, percent, seconds), beside the limit."""
    session = running.session
    lasted = (at - session.started_at).total_seconds() if session.started_at else 0.0
    all_of_them = (
        (Decimal(energy_wh), session.limit_energy_wh),
        (cost, session.limit_amount),
        (soc, session.limit_soc),
        (Decimal(lasted), session.limit_seconds),
    )
    return [(used, Decimal(limit)) for used, limit in all_of_them if limit is not None and used is not None]
