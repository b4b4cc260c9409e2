"""How a supply is shared: what holds for any supply, whoever charges there."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charging.sites.planning import PHASES, Want, plan

STEP = Decimal("0.1")
LEAST = Decimal(6)
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def want(key: int, most: Any = 32, *, minute: int = 0, **more: Any) -> Want:
    """A charge that began at that minute."""
    return Want(key, Decimal(str(most)), MORNING + timedelta(minutes=minute), **more)


amps = st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10)
phases = st.sampled_from([PHASES, PHASES, frozenset({1}), frozenset({2}), frozenset({3}), frozenset({1, 2})])
crowds = st.lists(
    st.builds(
        lambda most, phases, minute, priority, fixed: (most, phases, minute, priority, fixed),
        amps,
        phases,
        st.integers(0, 5),
        st.integers(0, 2),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=14,
).map(
    lambda rows: [
        want(key, most, phases=on, minute=minute, priority=priority, fixed=fixed)
        for key, (most, on, minute, priority, fixed) in enumerate(rows)
    ]
)
supplies = st.integers(0, 300).map(Decimal)


def load(wants: Iterable[Want], shares: Mapping[int, Decimal], phase: int) -> Decimal:
    """What one phase carries."""
    return sum((shares[one.key] for one in wants if phase in one.phases), Decimal(0))


@given(limit=supplies, wants=crowds)
def test_it_never_exceeds_the_limit_on_any_phase(limit: Decimal, wants: list[Want]) -> None:
    shares = plan(limit_a=limit, wants=wants, least_a=LEAST)
    fixed = [one for one in wants if one.fixed]
    for phase in PHASES:
        assert load(wants, shares, phase) <= max(limit, load(fixed, shares, phase))


@given(limit=supplies, wants=crowds)
def test_it_gives_the_least_current_or_nothing_and_never_more_than_most(limit: Decimal, wants: list[Want]) -> None:
    shares = plan(limit_a=limit, wants=wants, least_a=LEAST)
    for one in wants:
        assert shares[one.key] == 0 or min(LEAST, one.most_a) <= shares[one.key] <= one.most_a
        assert shares[one.key] % STEP == 0
        assert not one.fixed or shares[one.key] == one.most_a


@given(limit=supplies, wants=crowds)
def test_it_gives_everybody_who_charges_the_same_within_a_step(limit: Decimal, wants: list[Want]) -> None:
    """Whoever has less than another on the same phases, or fewer of them, is at the most that it can take."""
    shares = plan(limit_a=limit, wants=wants, least_a=LEAST)
    charging = [one for one in wants if shares[one.key] and not one.fixed]
    for one in charging:
        for other in charging:
            if one.phases <= other.phases and shares[one.key] < shares[other.key] - STEP:
                assert shares[one.key] == one.most_a


@given(limit=supplies, wants=crowds)
def test_it_leaves_no_supply_that_somebody_could_use(limit: Decimal, wants: list[Want]) -> None:
    shares = plan(limit_a=limit, wants=wants, least_a=LEAST)
    charging = [one for one in wants if shares[one.key] and not one.fixed]
    for one in charging:
        crowd = {phase: sum(phase in other.phases for other in charging) for phase in PHASES}
        left = [limit - load(wants, shares, phase) < crowd[phase] * STEP for phase in one.phases]
        assert shares[one.key] == one.most_a or any(left)


@given(limit=supplies, wants=crowds, chance=st.randoms())
def test_it_does_not_depend_on_the_order_of_its_input(limit: Decimal, wants: list[Want], chance: Any) -> None:
    mixed = list(wants)
    chance.shuffle(mixed)
    shares = plan(limit_a=limit, wants=wants, least_a=LEAST)
    assert plan(limit_a=limit, wants=mixed, least_a=LEAST) == shares
    assert set(shares) == {one.key for one in wants}


@given(limit=supplies, wants=crowds)
def test_it_lets_priority_decide_only_who_waits(limit: Decimal, wants: list[Want]) -> None:
    """Where nobody waits, everybody gets what they would get without any priority."""
    plain = [Want(one.key, one.most_a, one.since, one.phases, 0, one.fixed) for one in wants]
    shares, without = (plan(limit_a=limit, wants=crowd, least_a=LEAST) for crowd in (wants, plain))
    if all(shares[one.key] or not one.most_a for one in wants):
        assert shares == without


@pytest.mark.parametrize(
    ("limit", "wants", "expected"),
    [
        pytest.param(96, [want(n, 16) for n in range(6)], [16] * 6, id="everybody fits"),
        pytest.param(96, [want(n, 16) for n in range(12)], [8] * 12, id="twice as many"),
        pytest.param(100, [want(n) for n in range(7)], ["14.2"] * 7, id="floored to a step"),
        pytest.param(20, [want(n, minute=9 - n) for n in range(4)], [0, "6.6", "6.6", "6.6"], id="the newest waits"),
        pytest.param(12, [want(1), want(2), want(3, minute=5, priority=1)], ["6", "0", "6"], id="priority goes first"),
        pytest.param(40, [want(1, 10), want(2, 32), want(3, 32)], [10, 15, 15], id="what one leaves, others take"),
        pytest.param(32, [want(1, 20, fixed=True), want(2)], [20, 12], id="a fixed one is left out"),
        pytest.param(32, [want(1, 40, fixed=True), want(2)], [40, 0], id="a fixed one takes it all"),
        pytest.param(8, [want(1, 4)], [4], id="a connector below the least current"),
        pytest.param(
            32,
            [want(n, phases=frozenset({n})) for n in (1, 2, 3)] + [want(4)],
            [16, 16, 16, 16],
            id="each phase carries its own",
        ),
        pytest.param(32, [want(1, phases=frozenset({1})), want(2, phases=frozenset({2}))], [32, 32], id="two phases"),
        pytest.param(32, [want(1), want(2)], [16, 16], id="unknown phases share one"),
    ],
)
def test_it_shares(limit: int, wants: list[Want], expected: list[Any]) -> None:
    shares = plan(limit_a=Decimal(limit), wants=wants, least_a=LEAST)
    assert [shares[one.key] for one in wants] == [Decimal(amount) for amount in expected]
