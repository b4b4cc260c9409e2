"""What a running charge will have used when a stop that is asked for at its next reading takes effect."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from billing.pricing import Consumption
from charging.models import SessionMeter
from charging.readings import Register

# From our decision to the last watt: our queue, the station's answer, the contactor.
LATENCY_SECONDS = 5
# How far apart readings are taken to be where two have not come yet, and at most.
USUAL_INTERVAL_SECONDS = 60.0
LONGEST_INTERVAL_SECONDS = 300.0


def ahead(consumption: Consumption, *, power_w: float, seconds: float) -> Consumption:
    """The same consumption so many seconds later, if the power stays; one that is idle takes nothing more."""
    if consumption.left_at is not None:
        return replace(consumption, left_at=consumption.left_at + timedelta(seconds=seconds))
    until = consumption.charging_ended_at + timedelta(seconds=seconds)
    energy_wh = consumption.energy_wh + int(max(0.0, power_w) * seconds / 3600)
    return replace(consumption, charging_ended_at=until, curve=(*consumption.curve, (until, energy_wh)))


def power_of(meter: SessionMeter | None, consumption: Consumption) -> float:
    """The power in W as last read; the average so far where the station says none."""
    if meter and meter.power_w is not None:
        return meter.power_w
    seconds = (consumption.charging_ended_at - consumption.started_at).total_seconds()
    return consumption.energy_wh * 3600 / seconds if seconds else 0.0


def interval_of(last_two: Sequence[Register], *, started_at: datetime | None) -> float:
    """The seconds between the last two readings, newest first; from the start to the first where there is only one.

    Guessing more than that would cut a small limit off at a fast station's first reading.
    """
    times = [at for at, _ in last_two] + ([started_at] if started_at else [])
    seconds = (times[0] - times[1]).total_seconds() if last_two and len(times) > 1 else 0.0
    return min(seconds, LONGEST_INTERVAL_SECONDS) if seconds > 0 else USUAL_INTERVAL_SECONDS
