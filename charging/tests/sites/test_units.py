"""Limits in the unit of each station, and on the phases that it loads."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from charging.models import ChargingProfile
from charging.tests.sites.yard import Yard, build
from charging.tests.world import NOW
from stations.models import ConfigurationKey

SECOND = timedelta(seconds=1)


def configure(yard: Yard, key: str, value: str) -> None:
    """All stations have that value."""
    for station in yard.stations:
        ConfigurationKey.objects.create(station=station, key=key, value=value, read_at=NOW)


@pytest.mark.parametrize(
    ("outlet", "units", "expected", "unit"),
    [
        ({"type": "CCS2", "max_power_w": 60_000}, "Current,Power", Decimal(44160), "W"),
        ({"type": "CCS2", "max_power_w": 60_000}, "Current", Decimal("44.1"), "A"),
        ({"type": "Type2", "phases": 1, "max_power_w": 7_360}, "", Decimal(32), "A"),
        ({"type": "Type2", "phases": 3, "max_power_w": 22_080}, "Power", Decimal(22080), "W"),
    ],
    ids=["DC in W", "DC that takes A only", "one phase", "AC that takes W only"],
)
@pytest.mark.django_db
def test_it_says_limits_in_the_unit_of_the_station(
    outlet: dict[str, Any], units: str, expected: Decimal, unit: str
) -> None:
    yard = build(stations=2, connectors=1, **outlet)
    if units:
        configure(yard, "ChargingScheduleAllowedChargingRateUnit", units)
    yard.share()
    yard.come(yard.stations[0])
    yard.share()
    said = ChargingProfile.objects.latest("pk").document["chargingSchedule"]
    assert (said["chargingRateUnit"], said["chargingSchedulePeriod"][0]["limit"]) == (unit, float(expected))


@pytest.mark.django_db
def test_it_counts_single_phase_cars_on_one_phase_unless_the_station_says_which() -> None:
    yard = build(stations=3, connectors=1, limit_a=32, phases=1, max_power_w=7_360)
    for station in yard.stations:
        yard.come(station)
    yard.share()
    assert yard.planned() == [Decimal("10.6")] * 3
    for station, letters in zip(yard.stations, ["RST", "STR", "TRS"], strict=True):
        ConfigurationKey.objects.create(
            station=station, key="ConnectorPhaseRotation", value=f"0.RST,1.{letters}", read_at=NOW
        )
    yard.share(at=NOW + SECOND)
    assert yard.planned() == [32] * 3
