"""Quantities as people read them: rounded, not cut off."""

import pytest
from django.utils import translation

from drivepower.core import measures


@pytest.mark.parametrize(
    ("watt_hours", "decimals", "said"),
    [(284, 1, "0.3 kWh"), (250, 1, "0.3 kWh"), (249, 1, "0.2 kWh"), (9_950, 0, "10 kWh"), (-284, 2, "-0.28 kWh")],
)
def test_it_rounds_energy(watt_hours: int, decimals: int, said: str) -> None:
    with translation.override("en"):
        assert measures.energy(watt_hours, decimals) == said


def test_it_rounds_power() -> None:
    with translation.override("en"):
        assert (measures.power(59_960), measures.power(59_960, None)) == ("60.0 kW", "59.96 kW")
