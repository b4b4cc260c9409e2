from typing import Any

import pytest

from billing.admin.kinds import Kind, kinds
from billing.models import TariffRule
from billing.tests.desk import energy


def power(least: int, most: int | None = None, **more: Any) -> TariffRule:
    return energy(power_from_w=least, power_to_w=most, **more)


def told(*rules: TariffRule) -> list[Kind]:
    return list(kinds(rules))


def test_it_tells_nothing_apart_where_rules_are_for_all() -> None:
    assert told(energy(), energy("20")) == [("any connector", "", 0)]


def test_it_tells_types_apart_and_keeps_one_for_the_rest() -> None:
    rules = [energy(), energy(connector_type="GB/T DC"), energy(connector_type="CCS2")]
    assert told(*rules) == [("CCS2", "CCS2", 0), ("GB/T DC", "GB/T DC", 0), ("any other connector", "", 0)]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([power(0), power(50_000)], [("below 50 kW", 0), ("from 50 kW", 50_000)]),
        ([power(0, 22_000), power(22_001)], [("up to 22 kW", 0), ("above 22 kW", 22_001)]),
        # both ends count: at 22 kW sharp two rules hold
        (
            [power(0, 22_000), power(22_000)],
            [("below 22 kW", 0), ("from 22 kW up to 22 kW", 22_000), ("above 22 kW", 22_001)],
        ),
        ([power(3_700, 7_400)], [("below 3.7 kW", 0), ("from 3.7 kW up to 7.4 kW", 3_700), ("above 7.4 kW", 7_401)]),
    ],
)
def test_it_tells_powers_apart(rules: list[TariffRule], expected: list[tuple[str, int]]) -> None:
    assert told(*rules) == [(f"any connector {name}", "", watts) for name, watts in expected]


def test_it_cuts_a_type_only_where_its_own_rules_change() -> None:
    found = told(power(0), power(50_000, connector_type="CCS2"))
    assert [kind.name for kind in found] == ["CCS2 below 50 kW", "CCS2 from 50 kW", "any other connector"]
