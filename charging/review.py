"""Sanity findings on a finished session: named doubts, some of which keep money from moving until a person looks."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from charging.models import Session

NEGATIVE = "negative"
ZERO_WITH_POWER = "zero_with_power"
IMPOSSIBLE = "impossible_energy"
BEGIN_ZERO = "begin_zero"
CLOCK = "clock"
INFERRED = "inferred"
GUESSED = "guessed"
NO_PRICE = "no_price"
NO_PAYER = "no_payer"
UNAUTHORIZED = "unauthorized"
REPAIR = "repair"
ODD_METER = "odd_meter"
MALFORMED_STOP = "malformed_stop"
CHARGED_BEFORE = "charged_before"
# These only tell; they do not hold the bill.
SECOND_STOP = "second_stop_differs"
CONNECTOR_ZERO = "connector_zero"
NO_HOLD = "no_hold"
OVERSHOOT = "overshoot"
UNPRICED = "unpriced"

SUSPECT = frozenset(
    {
        NEGATIVE,
        ZERO_WITH_POWER,
        IMPOSSIBLE,
        BEGIN_ZERO,
        CLOCK,
        INFERRED,
        GUESSED,
        NO_PRICE,
        NO_PAYER,
        UNAUTHORIZED,
        REPAIR,
        ODD_METER,
        MALFORMED_STOP,
        CHARGED_BEFORE,
    }
)

ALL = tuple(sorted({*SUSPECT, SECOND_STOP, CONNECTOR_ZERO, NO_HOLD, OVERSHOOT, UNPRICED}))

# Energy beyond what the connector can deliver in the time, with this much room, cannot be; seconds are whole.
ROOM = 1.1
SLACK_SECONDS = 10
# A register beyond this was not read from a meter.
MOST_WH = 10**15
# What a connector may deliver whose power nobody has entered, and what counts as power where no energy was counted.
UNKNOWN_POWER_W = 500_000
SOME_POWER_W = 500


def findings(
    session: Session, *, registers: Sequence[tuple[datetime, int]], peak_power_w: int, rated_power_w: int | None
) -> list[str]:
    """What is odd about a session with both ends; `registers` are its readings (time, register in Wh) in order."""
    started_at, stopped_at = session.started_at, session.stopped_at
    if started_at is None or stopped_at is None:
        return [CLOCK]
    start_wh, stop_wh = session.meter_start_wh or 0, session.meter_stop_wh or 0
    seconds = (stopped_at - started_at).total_seconds()
    first = next(((at, wh) for at, wh in registers if at >= started_at), None)
    doubts = {
        NEGATIVE: stop_wh < start_wh,
        CLOCK: seconds < 0,
        ZERO_WITH_POWER: stop_wh == start_wh and peak_power_w >= SOME_POWER_W,
        IMPOSSIBLE: is_impossible(stop_wh - start_wh, seconds=seconds, rated_power_w=rated_power_w),
        BEGIN_ZERO: start_wh == 0
        and first is not None
        and is_impossible(first[1], seconds=(first[0] - started_at).total_seconds(), rated_power_w=rated_power_w),
    }
    return [name for name, doubt in doubts.items() if doubt]


def is_impossible(energy_wh: int, *, seconds: float, rated_power_w: int | None) -> bool:
    """Whether a connector of that power cannot have delivered that much energy in that time."""
    power_w = rated_power_w or UNKNOWN_POWER_W
    return energy_wh > power_w * ROOM * (max(0.0, seconds) + SLACK_SECONDS) / 3600


def merged(known: Iterable[str], found: Iterable[str]) -> list[str]:
    """Both, each once, in the order in which they were found."""
    return list(dict.fromkeys([*known, *found]))
