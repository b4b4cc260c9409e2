"""What a running charge will have used in a moment: between two readings it goes on as the last ones say."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from billing.pricing import Consumption
from charging.models import SessionMeter
from charging.readings import Level, Register

# A stop is asked for so much before its time: our queue, the station's answer, the contactor.
LEAD_SECONDS = 1.0
# Whoever looks at a charge looks again within this time.
HORIZON_SECONDS = 10.0
# How finely the moment of a stop is found.
STEP_SECONDS = 0.1
# A station that is not heard by us is not believed to have charged on for longer.
UNHEARD_SECONDS = 300.0
# What is worked out of few readings, soon after each other, is no power beyond this.
MOST_POWER_W = 500_000.0
# Nor does a battery fill faster: what rises by more was not told before, or is not true.
MOST_PERCENT_A_SECOND = 0.5
# A reading says when it was taken; one that came otherwise than at once, or from another clock, counts from receipt.
AT_ONCE = timedelta(seconds=5)


def ahead(consumption: Consumption, *, power_w: float, unread_s: float, seconds: float) -> Consumption:
    """The same consumption so many seconds from now, if the power stays; one that is idle takes nothing more.

    The energy was last read `unread_s` ago.
    """
    if consumption.left_at is not None:
        return replace(consumption, left_at=consumption.left_at + timedelta(seconds=seconds))
    until = consumption.charging_ended_at + timedelta(seconds=seconds)
    energy_wh = consumption.energy_wh + int(max(0.0, power_w) * (unread_s + seconds) / 3600)
    return replace(consumption, charging_ended_at=until, curve=(*consumption.curve, (until, energy_wh)))


def power_of(meter: SessionMeter | None, consumption: Consumption, last_two: Sequence[Register]) -> float:
    """The power in W as last told, and no less than the last two registers show; the average where none is told."""
    if meter and meter.power_w is not None:
        return max(float(meter.power_w), slope_of(last_two))
    seconds = (consumption.charging_ended_at - consumption.started_at).total_seconds()
    average = min(consumption.energy_wh * 3600 / seconds, MOST_POWER_W) if seconds else 0.0
    return max(average, slope_of(last_two))


def slope_of(last_two: Sequence[Register]) -> float:
    """The power in W between two registers, the newest first; 0 where there are not two."""
    if len(last_two) < 2:
        return 0.0
    (newer, now_wh), (older, before_wh) = last_two
    seconds = (newer - older).total_seconds()
    return min((now_wh - before_wh) * 3600 / seconds, MOST_POWER_W) if seconds >= 1 else 0.0


def rise_of(last_two: Sequence[Level]) -> float:
    """The percent a second between two states of charge, the newest first; 0 where they do not tell.

    Of whole percents each may be nearly one more: what surely lies between them is one less.
    """
    if len(last_two) < 2:
        return 0.0
    (newer, now), (older, before) = last_two
    seconds, risen = (newer - older).total_seconds(), float(now - before)
    if now % 1 == before % 1 == 0:
        risen -= 1
    if seconds < 1 or risen / seconds > MOST_PERCENT_A_SECOND:
        return 0.0
    return max(0.0, risen / seconds)


def unread_seconds(read_at: datetime | None, *, heard_at: datetime | None, at: datetime) -> float:
    """How long ago the newest reading was taken; `heard_at` is when it came, where this process heard it."""
    if read_at is None:
        return 0.0
    if heard_at is None:
        return min(max(0.0, (at - read_at).total_seconds()), UNHEARD_SECONDS)
    since = read_at if timedelta(0) <= heard_at - read_at <= AT_ONCE else heard_at
    return max(0.0, (at - since).total_seconds())


def first_time(holds: Callable[[float], bool]) -> float:
    """After how many seconds something holds first that holds at the horizon, to a step."""
    low, high = 0.0, HORIZON_SECONDS
    while high - low > STEP_SECONDS:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
