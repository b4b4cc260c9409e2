"""What a message says about its session: absent is not zero, phases are not doubled, bases are not mixed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from charging.metering import POWER, REGISTER, SOC, Sample, Summary, since_start, summary

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def sample(measurand: str, value: str | None, *, phase: str = "", location: str = "Outlet", seconds: int = 0) -> Sample:
    """A parsed sample."""
    return Sample(
        at=AT + timedelta(seconds=seconds),
        measurand=measurand,
        phase=phase,
        location=location,
        context="Sample.Periodic",
        unit="",
        value=None if value is None else Decimal(value),
        raw="",
    )


def test_it_tells_energy_since_the_start_power_and_charge() -> None:
    told = summary([sample(REGISTER, "1500.9"), sample(POWER, "22000"), sample(SOC, "41.255")], meter_start_wh=1000)
    assert told == Summary(energy_wh=500, power_w=22000, soc=Decimal("41.26"), at=AT)


def test_it_does_not_take_absence_for_zero() -> None:
    assert summary([sample(POWER, "7000")], meter_start_wh=1000) == Summary(power_w=7000, at=AT)
    assert summary([sample(REGISTER, None)], meter_start_wh=1000) == Summary()
    assert summary([], meter_start_wh=1000) == Summary()
    assert summary([sample(REGISTER, "5")], meter_start_wh=None).energy_wh is None


def test_it_takes_the_newest_of_several() -> None:
    samples = [sample(REGISTER, "1700", seconds=30), sample(REGISTER, "1900", seconds=60), sample(REGISTER, "1500")]
    assert summary(samples, meter_start_wh=1000).energy_wh == 900


def test_it_sums_phases_only_where_no_total_is_given() -> None:
    phases = [sample(POWER, "1000", phase=phase) for phase in ("L1", "L2", "L3")]
    assert summary(phases, meter_start_wh=0).power_w == 3000
    assert summary([*phases, sample(POWER, "2900")], meter_start_wh=0).power_w == 2900


def test_it_does_not_count_a_phase_twice() -> None:
    both = [sample(POWER, "1000", phase=phase) for phase in ("L1", "L1-N", "L2", "L2-N", "L1-L2", "N")]
    assert summary(both, meter_start_wh=0).power_w == 2000
    neutral = [sample(POWER, "500", phase=phase) for phase in ("L1-N", "L2-N", "L3-N")]
    assert summary(neutral, meter_start_wh=0).power_w == 1500


def test_it_prefers_the_outlet_to_the_inlet() -> None:
    samples = [sample(REGISTER, "9000", location="Inlet"), sample(REGISTER, "1200")]
    assert summary(samples, meter_start_wh=1000).energy_wh == 200
    assert summary(samples[:1], meter_start_wh=1000).energy_wh == 8000


def test_it_does_not_mix_intervals_with_registers() -> None:
    assert summary([sample("Energy.Active.Import.Interval", "50")], meter_start_wh=0).energy_wh is None


@pytest.mark.parametrize("soc", ["-1", "101"])
def test_it_leaves_out_a_charge_that_cannot_be(soc: str) -> None:
    assert summary([sample(SOC, soc)], meter_start_wh=0).soc is None


def test_it_leaves_out_a_power_that_fits_no_column() -> None:
    assert summary([sample(POWER, "9999999999")], meter_start_wh=0).power_w is None


@pytest.mark.parametrize(
    ("register", "start", "energy"),
    [
        (1500, 1000, 500),
        (1000, 1000, 0),
        (999, 1000, 0),  # slipped back a little
        (40, 910_000, 40),  # a session's own register beside a lifetime one
        (-5, 910_000, 0),
        (5, 0, 5),
    ],
)
def test_it_never_subtracts_across_bases(register: int, start: int, energy: int) -> None:
    assert since_start(register, meter_start_wh=start) == energy
