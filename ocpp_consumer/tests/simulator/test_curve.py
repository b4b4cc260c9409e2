from hypothesis import given, settings
from hypothesis import strategies as st

from ocpp_consumer.simulator import ConnectorSpec, curve

SOC = st.floats(0, 100)
QUICK = settings(max_examples=50, deadline=None)


@QUICK
@given(soc=SOC, name=st.sampled_from(sorted(curve.BY_NAME)))
def test_it_stays_between_nothing_and_the_most(soc: float, name: str) -> None:
    assert 0 <= curve.BY_NAME[name](soc, 60_000) <= 60_000


@QUICK
@given(one=SOC, other=SOC, name=st.sampled_from(["dc", "ac"]))
def test_it_never_rises_as_the_battery_fills(one: float, other: float, name: str) -> None:
    low, high = sorted((one, other))
    assert curve.BY_NAME[name](low, 60_000) >= curve.BY_NAME[name](high, 60_000)


def test_it_tapers_fast_charging_above_eighty_percent() -> None:
    assert curve.dc(20, 60_000) == 60_000
    assert 50_000 < curve.dc(79, 60_000) < 60_000
    assert curve.dc(90, 60_000) < 30_000
    assert curve.dc(100, 60_000) == 0


def test_it_is_flat_on_alternating_current_until_nearly_full() -> None:
    assert curve.ac(95, 22_000) == 22_000
    assert curve.ac(99, 22_000) < 9_000
    assert curve.ac(100, 22_000) == 0


def test_it_is_chosen_by_the_type_of_the_connector() -> None:
    kinds = {"CCS2": "dc", "CHAdeMO": "dc", "GBT_DC": "dc", "Type2": "ac", "GBT_AC": "ac", "Type1": "ac"}
    assert {kind: ConnectorSpec(type=kind).curve_name for kind in kinds} == kinds
    assert ConnectorSpec(type="CCS2", curve="constant").curve_name == "constant"
