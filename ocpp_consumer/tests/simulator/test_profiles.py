from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocpp_consumer.simulator.profile import Profile, watts
from ocpp_consumer.simulator.profiles import Profiles

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def profile(limits: list[tuple[int, float]], *, number: int = 1, **more: Any) -> Profile:
    schedule = {
        "charging_rate_unit": "W",
        "charging_schedule_period": [{"start_period": start, "limit": limit} for start, limit in limits],
        **more.pop("schedule", {}),
    }
    document = {
        "charging_profile_id": number,
        "charging_profile_purpose": "TxDefaultProfile",
        "charging_profile_kind": "Absolute",
        "stack_level": 0,
        "charging_schedule": schedule,
        **more,
    }
    return Profile.read(document, received_at=NOON)


def test_it_counts_amperes_per_phase() -> None:
    assert watts(16, "A", None) == 11_040
    assert watts(16, "A", 1) == 3_680
    assert watts(16, "W", 1) == 16


def test_it_follows_the_steps_of_an_absolute_schedule() -> None:
    steps = profile([(0, 10), (3600, 20)], schedule={"start_schedule": NOON.isoformat(), "duration": 7200})
    moments = [NOON - HOUR, NOON, NOON + HOUR / 2, NOON + HOUR, NOON + 2 * HOUR]
    assert [steps.limit_w(moment, None) for moment in moments] == [None, 10, 10, 20, None]


def test_it_counts_a_relative_schedule_from_the_start_of_the_transaction() -> None:
    steps = profile([(0, 10), (3600, 20)], charging_profile_kind="Relative")
    assert steps.limit_w(NOON, None) is None
    assert steps.limit_w(NOON, NOON - 2 * HOUR) == 20


def test_it_repeats_a_recurring_schedule() -> None:
    daily = profile(
        [(0, 10), (3600, 20)],
        charging_profile_kind="Recurring",
        recurrency_kind="Daily",
        schedule={"start_schedule": NOON.isoformat()},
    )
    assert daily.limit_w(NOON + 72 * HOUR, None) == 10
    assert daily.limit_w(NOON + 71 * HOUR, None) == 20
    assert list(daily.edges(NOON + 30 * HOUR, NOON + 50 * HOUR, None)) == [NOON + 48 * HOUR, NOON + 49 * HOUR]


def test_it_holds_only_while_it_is_valid() -> None:
    valid = profile([(0, 10)], valid_from=NOON.isoformat(), valid_to=(NOON + HOUR).isoformat())
    moments = [NOON - HOUR, NOON, NOON + HOUR]
    assert [valid.limit_w(moment, None) for moment in moments] == [None, 10, None]


@pytest.mark.parametrize("limits", [[], [(5, 10)], [(0, 10), (60, 5), (30, 1)], [(0, 10), (0, 5)]])
def test_it_refuses_steps_that_do_not_ascend_from_zero(limits: list[tuple[int, float]]) -> None:
    with pytest.raises(ValueError, match="ascend"):
        profile(limits)


def test_it_prefers_the_higher_level_and_the_own_connector() -> None:
    profiles = Profiles()
    profiles.install(0, profile([(0, 100)], number=1))
    profiles.install(1, profile([(0, 200)], number=2))
    profiles.install(1, profile([(0, 300)], number=3, stack_level=5))
    assert profiles.limit_w(1, NOON, None) == 300
    assert profiles.limit_w(2, NOON, None) == 100
    assert profiles.clear(id=3, connector_id=None, purpose=None, stack_level=None)
    assert profiles.limit_w(1, NOON, None) == 200
    assert profiles.clear(id=None, connector_id=1, purpose="TxDefaultProfile", stack_level=0)
    assert profiles.limit_w(1, NOON, None) == 100
    assert not profiles.clear(id=None, connector_id=1, purpose=None, stack_level=None)


def test_it_replaces_a_profile_of_the_same_id_or_place() -> None:
    profiles = Profiles()
    profiles.install(1, profile([(0, 100)], number=1))
    profiles.install(1, profile([(0, 200)], number=2))
    assert profiles.limit_w(1, NOON, None) == 200
    profiles.install(2, profile([(0, 300)], number=2))
    assert profiles.limit_w(1, NOON, None) is None


@settings(max_examples=50, deadline=None)
@given(
    limits=st.lists(st.integers(0, 50_000), min_size=1, max_size=6),
    step=st.integers(1, 400),
    second=st.integers(0, 1999),
)
def test_its_composite_is_its_limit_at_every_second(limits: list[int], step: int, second: int) -> None:
    profiles = Profiles()
    profiles.install(0, profile([(n * step, float(limit)) for n, limit in enumerate(limits)]))
    composite = profiles.composite(1, start=NOON, duration=2000, started_at=None, most_w=22_000)
    (shown,) = [limit for start, limit in composite if start <= second][-1:]
    limit = profiles.limit_w(1, NOON + timedelta(seconds=second), None)
    assert limit is not None
    assert shown == min(22_000, limit)
    assert [start for start, _ in composite] == sorted({start for start, _ in composite})
