"""Sanity findings on a finished session: named doubts, some of which keep money from moving until a person looks."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from charging import metering
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
ONLY_STOP = "only_stop"
WENT_BACK = "meter_went_back"
# Another session says the same energy, and a finding `overlaps:KEY` says which.
OVERLAPS = "overlaps"
# These only tell; they do not hold the bill.
SECOND_STOP = "second_stop_differs"
CONNECTOR_ZERO = "connector_zero"
NO_HOLD = "no_hold"
OVERSHOOT = "overshoot"
REBOOTED = "rebooted"
METER_GAP = "meter_gap"
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
        ONLY_STOP,
        WENT_BACK,
        OVERLAPS,
    }
)

ALL = tuple(sorted({*SUSPECT, SECOND_STOP, CONNECTOR_ZERO, NO_HOLD, OVERSHOOT, UNPRICED, REBOOTED, METER_GAP}))

# Energy beyond what the connector can deliver in the time, with this much room, cannot be; seconds are whole.
ROOM = 1.1
SLACK_SECONDS = 10
# Readings are rounded otherwise than the register of the Stop.
SLACK_WH = 100
# A register beyond this was not read from a meter.
MOST_WH = 10**15
# What a connector may deliver whose power nobody has entered, and what counts as power where no energy was counted.
UNKNOWN_POWER_W = 500_000
SOME_POWER_W = 500


def findings(
    session: Session,
    *,
    registers: Sequence[tuple[datetime, int]],
    peak_power_w: int,
    rated_power_w: int | None,
    before_wh: int | None,
) -> list[str]:
    """What is odd about a session with both ends; `registers` are its readings (time, register in Wh) in order.

    `before_wh` is where the connector's meter stood after the session before.
    """
    started_at, stopped_at = session.started_at, session.stopped_at
    if started_at is None or stopped_at is None:
        return [CLOCK]
    start_wh, stop_wh = session.meter_start_wh or 0, session.meter_stop_wh or 0
    seconds = (stopped_at - started_at).total_seconds()
    inside = [(at, wh) for at, wh in registers if started_at <= at <= stopped_at]
    first = next(((at, wh) for at, wh in registers if at >= started_at), None)
    highest = max((metering.since_start(wh, meter_start_wh=start_wh) for _, wh in inside), default=0)
    doubts = {
        NEGATIVE: stop_wh < start_wh,
        WENT_BACK: start_wh <= stop_wh < start_wh + highest - SLACK_WH,
        # Energy that flowed in no session (7.31); a meter that starts at 0 each time says nothing of it.
        METER_GAP: start_wh > 0 and before_wh is not None and start_wh > before_wh + SLACK_WH,
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


def note(session: Session, *found: str) -> None:
    """Keep more findings on a session."""
    session.findings = merged(session.findings, found)
    Session.objects.filter(pk=session.pk).update(findings=session.findings)
