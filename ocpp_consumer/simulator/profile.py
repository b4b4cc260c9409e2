"""One charging profile and the limit that it sets at a moment (S 3.13, 7.8-7.14). Pure; limits in W."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .clock import parse_time

VOLTS = 230.0
RECURRENCE = {"Daily": 86_400, "Weekly": 604_800}


def watts(limit: float, unit: str, phases: int | None) -> float:
    """A limit in W: amperes are per phase, and three phases unless told otherwise."""
    return limit if unit == "W" else limit * VOLTS * (phases or 3)


@dataclass(frozen=True)
class Period:
    """A step of a schedule: from `start` seconds on, at most `limit_w`."""

    start: float
    limit_w: float


@dataclass(frozen=True)
class Profile:
    """A charging profile as it was installed at `received_at`."""

    id: int
    purpose: str
    stack_level: int
    kind: str
    recurrence_seconds: int | None
    transaction_id: int | None
    valid_from: datetime | None
    valid_to: datetime | None
    starts_at: datetime | None
    duration: float | None
    periods: tuple[Period, ...]
    received_at: datetime

    @classmethod
    def read(cls, document: dict[str, Any], *, received_at: datetime) -> "Profile":
        """Reads a csChargingProfiles document (snake case); ValueError when the schedule makes no sense."""
        schedule = document["charging_schedule"]
        unit = schedule["charging_rate_unit"]
        periods = tuple(
            Period(float(p["start_period"]), watts(float(p["limit"]), unit, p.get("number_phases")))
            for p in schedule["charging_schedule_period"]
        )
        starts = [period.start for period in periods]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError("periods start at 0 and ascend")
        recurrence = document.get("recurrency_kind") if document["charging_profile_kind"] == "Recurring" else None
        if document["charging_profile_kind"] == "Recurring" and recurrence not in RECURRENCE:
            raise ValueError("a recurring profile needs a recurrency kind")
        return cls(
            id=document["charging_profile_id"],
            purpose=document["charging_profile_purpose"],
            stack_level=document["stack_level"],
            kind=document["charging_profile_kind"],
            recurrence_seconds=RECURRENCE[recurrence] if recurrence else None,
            transaction_id=document.get("transaction_id"),
            valid_from=parse_time(document.get("valid_from")),
            valid_to=parse_time(document.get("valid_to")),
            starts_at=parse_time(schedule.get("start_schedule")),
            duration=schedule.get("duration"),
            periods=periods,
            received_at=received_at,
        )

    def limit_w(self, at: datetime, transaction_started_at: datetime | None) -> float | None:
        """The limit in W at a moment; None when the profile says nothing about it."""
        if (self.valid_from and at < self.valid_from) or (self.valid_to and at >= self.valid_to):
            return None
        origin = self._origin(transaction_started_at)
        if origin is None or at < origin:
            return None
        elapsed = (at - origin).total_seconds()
        if self.recurrence_seconds:
            elapsed %= self.recurrence_seconds
        if self.duration is not None and elapsed >= self.duration:
            return None
        return [period.limit_w for period in self.periods if period.start <= elapsed][-1]

    def edges(self, start: datetime, end: datetime, transaction_started_at: datetime | None) -> Iterator[datetime]:
        """The moments between start and end at which the limit may change."""
        for moment in (self.valid_from, self.valid_to):
            if moment is not None and start < moment < end:
                yield moment
        origin = self._origin(transaction_started_at)
        if origin is None:
            return
        steps = [period.start for period in self.periods] + ([self.duration] if self.duration is not None else [])
        if self.recurrence_seconds:
            turns = max(0, (start - origin).total_seconds() // self.recurrence_seconds)
            origin += timedelta(seconds=turns * self.recurrence_seconds)
        while origin < end:
            yield from (m for s in steps if start < (m := origin + timedelta(seconds=s)) < end)
            if not self.recurrence_seconds:
                return
            origin += timedelta(seconds=self.recurrence_seconds)

    def _origin(self, transaction_started_at: datetime | None) -> datetime | None:
        if self.kind == "Relative":
            return transaction_started_at
        return self.starts_at or self.valid_from or self.received_at
