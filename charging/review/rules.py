"""The rules that look at the two ends of a finished charge, its readings, and the clocks (F1)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from charging import metering
from charging.models import Session
from charging.review import names

Register = tuple[datetime, int]

# Seconds are whole, at both ends.
SLACK_SECONDS = 10
# Readings are rounded otherwise than the register of the Stop.
SLACK_WH = 100
# A register, or a difference of two, beyond this was not read from a meter: a thousand connectors' lives.
MOST_WH = 10**10
# What a connector may deliver whose power nobody has entered, and what counts as power where no energy was counted.
UNKNOWN_POWER_W = 500_000
SOME_POWER_W = 500


def findings(
    session: Session,
    *,
    registers: Sequence[Register],
    peak_power_w: int,
    rated_power_w: int | None,
    before_wh: int | None,
    connected_at: datetime | None,
) -> list[str]:
    """What is odd about a session with both ends; `registers` are its readings (time, register in Wh) in order.

    `before_wh` is where the connector's meter stood after the session before; `connected_at` is since when the station
    has been connected without a break.
    """
    if session.started_at is None or session.stopped_at is None:
        return [names.STOP_BEFORE_START]
    energy_wh = (session.meter_stop_wh or 0) - (session.meter_start_wh or 0)
    seconds = (session.stopped_at - session.started_at).total_seconds()
    doubts = {
        **of_registers(session, registers, before_wh=before_wh),
        names.STOP_BEFORE_START: seconds < 0,
        names.TOO_LONG: seconds > settings.REVIEW_LONGEST_HOURS * 3600,
        names.ZERO_WITH_POWER: energy_wh == 0 and peak_power_w >= SOME_POWER_W,
        names.TOO_LARGE: energy_wh > settings.REVIEW_LARGEST_KWH * 1000,
        names.IMPOSSIBLE: is_impossible(energy_wh, seconds=seconds, rated_power_w=rated_power_w),
        names.BEGIN_ZERO: begins_at_zero(session, session.started_at, registers, rated_power_w),
        names.CLOCK_BEHIND: is_behind(session, connected_at),
    }
    return [name for name, doubt in doubts.items() if doubt]


def of_registers(session: Session, registers: Sequence[Register], *, before_wh: int | None) -> dict[str, bool]:
    """What is odd about the registers of the two ends, beside those between them and the one before."""
    start_wh, stop_wh = session.meter_start_wh or 0, session.meter_stop_wh or 0
    inside = [
        wh
        for at, wh in registers
        if session.started_at and session.stopped_at and session.started_at <= at <= session.stopped_at
    ]
    highest = max((metering.since_start(wh, meter_start_wh=start_wh) for wh in inside), default=0)
    return {
        names.NEGATIVE: stop_wh < start_wh,
        names.WENT_BACK: start_wh <= stop_wh < start_wh + highest - SLACK_WH,
        # Energy that flowed in no session (7.31); a meter that starts at 0 each time says nothing of it.
        names.METER_GAP: start_wh > 0 and before_wh is not None and start_wh > before_wh + SLACK_WH,
    }


def is_impossible(energy_wh: int, *, seconds: float, rated_power_w: int | None) -> bool:
    """Whether a connector of that power cannot have delivered that much energy in that time."""
    most_w = (rated_power_w or UNKNOWN_POWER_W) * settings.REVIEW_POWER_PERCENT
    return energy_wh * 100 * 3600 > most_w * (max(0.0, seconds) + SLACK_SECONDS)


def begins_at_zero(
    session: Session, started_at: datetime, registers: Sequence[Register], rated_power_w: int | None
) -> bool:
    """Whether the Start says 0 beside a register that counts for life: then all of it would be this charge's."""
    first = next(((at, wh) for at, wh in registers if at >= started_at), None)
    if session.meter_start_wh or first is None:
        return False
    at, register_wh = first
    return is_impossible(register_wh, seconds=(at - started_at).total_seconds(), rated_power_w=rated_power_w)


def is_behind(session: Session, connected_at: datetime | None) -> bool:
    """Whether both ends are dated long before they came, though the station was connected all the while.

    What is sent at once comes at once; one that was late may have been sent twice, and what was kept while there was
    no connection may be of any age.
    """
    if connected_at is None or session.started_at is None or session.started_at < connected_at:
        return False
    most = timedelta(seconds=settings.REVIEW_CLOCK_SECONDS)
    ends = (session.started_at, session.start_received_at), (session.stopped_at, session.stop_received_at)
    return all(said is not None and came is not None and said < came - most for said, came in ends)
