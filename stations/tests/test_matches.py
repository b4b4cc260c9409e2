"""Patterns of vendor, model and firmware."""

import pytest

from stations.models import Station
from stations.patterns import matches

MADE = Station(vendor="ACME GmbH", model="Fast[60]", firmware=" 1.2.3 ")


@pytest.mark.parametrize(
    ("vendor", "model", "firmware", "fits"),
    [
        ("*", "*", "*", True),
        ("acme*", "*", "*", True),
        ("ACME", "*", "*", False),
        ("*", "fast*", "1.2.?", True),
        ("*", "fast*", "1.3.*", False),
        ("*", "slow*", "*", False),
        (" * ", "*", " 1.2.3", True),
        ("", "*", "*", False),
    ],
)
def test_it_matches_without_regard_to_case(vendor: str, model: str, firmware: str, fits: bool) -> None:
    assert matches(vendor=vendor, model=model, firmware=firmware, of=MADE) is fits


def test_it_matches_any_station_that_said_nothing_of_itself() -> None:
    assert matches(vendor="*", model="*", firmware="*", of=Station())
