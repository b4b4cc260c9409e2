from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.models import TariffRule
from billing.models.tariffs import Dimension
from billing.tariffs.coverage import Finding, Stretch, Week, week
from billing.tariffs.finding import as_rule, fits
from billing.terms import Rule
from billing.windows import best

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TYPES = ["", "CCS2", "CHAdeMO"]


def row(name: str, hours: tuple[int, int] | None = None, **more: Any) -> TariffRule:
    """A rule for energy that was not saved, over midnight if the second hour is smaller."""
    starts, ends = (time(hours[0]), time(hours[1])) if hours else (None, None)
    fields: dict[str, Any] = {"dimension": "per_kwh", "price": Decimal(15), "starts": starts, "ends": ends}
    return TariffRule(name=name, **(fields | more))


def cover(*rows: TariffRule, connector_type: str = "CCS2", power_w: int | None = 60_000) -> Week:
    return week(rows, connector_type=connector_type, power_w=power_w, at=MONDAY)


def told(stretch: Stretch) -> str:
    return f"{stretch.starts:%H:%M}-{stretch.ends:%H:%M} {stretch.rule.name if stretch.rule else 'nothing'}"


def brief(finding: Finding) -> tuple[str, list[int]]:
    return told(finding.stretch), [day.isoweekday() for day in finding.dates]


def energy(found: Week, day: int) -> list[str]:
    """That day's prices of energy."""
    return [told(stretch) for stretch in found.dimensions["per_kwh"][day].stretches]


def test_it_carries_a_night_over_midnight() -> None:
    found = cover(row("day"), row("night", (23, 7), priority=5))
    assert energy(found, 0) == ["00:00-07:00 night", "07:00-23:00 day", "23:00-00:00 night"]
    assert (found.holes, found.overlaps) == ([], [])


def test_it_finds_the_hours_that_nothing_prices() -> None:
    found = cover(row("working days", (8, 20), weekdays=[1, 2, 3, 4, 5]))
    assert [brief(hole) for hole in found.holes] == [
        ("00:00-08:00 nothing", [1, 2, 3, 4, 5]),
        ("20:00-00:00 nothing", [1, 2, 3, 4, 5]),
        ("00:00-00:00 nothing", [6, 7]),
    ]


def test_it_finds_rules_of_equal_priority_and_says_that_the_younger_holds() -> None:
    found = cover(row("all day"), row("evening", (17, 21)), row("peak", (18, 20), priority=1))
    assert [brief(overlap)[0] for overlap in found.overlaps] == ["17:00-18:00 evening", "20:00-21:00 evening"]
    assert [rival.name for overlap in found.overlaps for rival in overlap.stretch.rivals] == ["all day", "all day"]
    assert energy(found, 0)[1:4] == ["17:00-18:00 evening", "18:00-20:00 peak", "20:00-21:00 evening"]


def test_it_calls_neighbours_that_touch_no_overlap() -> None:
    found = cover(row("day", (7, 23)), row("night", (23, 7)))
    assert (found.holes, found.overlaps) == ([], [])


def test_it_begins_and_ends_with_a_rules_dates() -> None:
    found = cover(row("spring", valid_from=date(2026, 3, 4), valid_until=date(2026, 3, 6)))
    assert [brief(hole) for hole in found.holes] == [("00:00-00:00 nothing", [1, 2, 6, 7])]


def test_it_looks_at_each_kind_of_connector_by_itself() -> None:
    rows = [row("any"), row("strong", power_from_w=100_000, priority=1), row("old plug", connector_type="CHAdeMO")]
    assert energy(cover(*rows), 0) == ["00:00-00:00 any"]
    assert energy(cover(*rows, power_w=100_000), 0) == ["00:00-00:00 strong"]
    assert cover(*rows, connector_type="CHAdeMO").overlaps
    assert cover(rows[2]).dimensions == {}


def test_it_keeps_dimensions_apart() -> None:
    found = cover(row("energy"), row("kept", (8, 22), dimension="parking_fee"))
    assert list(found.dimensions) == ["per_kwh", "parking_fee"]
    assert found.overlaps == []
    assert {hole.dimension for hole in found.holes} == {"parking_fee"}


@st.composite
def any_row(draw: st.DrawFn) -> TariffRule:
    """Any rule."""
    window = draw(st.none() | st.tuples(st.times(), st.times()).filter(lambda ends: ends[0] != ends[1]))
    days = st.dates(date(2026, 2, 25), date(2026, 3, 14))
    return TariffRule(
        name=draw(st.text("abc", max_size=3)),
        dimension=draw(st.sampled_from(Dimension.values)),
        price=draw(st.decimals(0, 1000, places=4)),
        connector_type=draw(st.sampled_from(TYPES)),
        power_from_w=draw(st.sampled_from([0, 22_000])),
        power_to_w=draw(st.sampled_from([None, 50_000])),
        weekdays=draw(st.lists(st.integers(1, 7), max_size=4, unique=True)),
        starts=window[0] if window else None,
        ends=window[1] if window else None,
        valid_from=draw(st.none() | days),
        valid_until=draw(st.none() | days),
        priority=draw(st.integers(-1, 1)),
    )


def shown(found: Week, dimension: str, instant: datetime) -> Rule | None:
    """What the grid says of an instant."""
    for day in found.dimensions.get(dimension, ()):
        for one in day.stretches if day.date == instant.date() else ():
            if one.starts <= instant.time() and (one.ends == time(0) or instant.time() < one.ends):
                return one.rule
    return None


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    rows=st.lists(any_row(), max_size=8),
    plug=st.sampled_from(TYPES),
    power_w=st.none() | st.sampled_from([0, 22_000, 60_000]),
    instants=st.lists(st.timedeltas(timedelta(0), timedelta(days=7) - timedelta.resolution), max_size=20),
)
def test_it_agrees_with_what_prices_a_charge(
    rows: list[TariffRule], plug: str, power_w: int | None, instants: list[timedelta]
) -> None:
    for age, one in enumerate(rows, 1):
        one.pk = age
    found = week(rows, connector_type=plug, power_w=power_w, at=MONDAY)
    midnight = MONDAY.replace(hour=0, tzinfo=None)
    edges = [edge for one in rows for edge in (one.starts, one.ends) if edge is not None]
    instants = [*instants, *(timedelta(hours=e.hour, minutes=e.minute, seconds=e.second) for e in edges)]
    for dimension in Dimension.values:
        own = [as_rule(one) for one in rows if fits(one, plug, power_w) and one.dimension == dimension]
        own.sort(key=lambda rule: (rule.priority, rule.id), reverse=True)
        for instant in (midnight + after for after in instants):
            assert shown(found, dimension, instant) == best(own, instant)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(rows=st.lists(any_row(), min_size=1, max_size=8))
def test_it_leaves_no_gap_in_a_day(rows: list[TariffRule]) -> None:
    for days in cover(*rows).dimensions.values():
        assert [day.date.isoweekday() for day in days] == [1, 2, 3, 4, 5, 6, 7]
        for day in days:
            assert (day.stretches[0].starts, day.stretches[-1].ends) == (time(0), time(0))
            assert all(one.ends == other.starts for one, other in pairwise(day.stretches))
            assert all((one.rule, one.rivals) != (other.rule, other.rivals) for one, other in pairwise(day.stretches))
