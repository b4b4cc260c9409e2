"""What holds for every price, whatever was consumed and however it is asked."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.pricing import Consumption, Rule, Terms, estimate, price
from billing.tests.making import terms

SHORT = settings(max_examples=150, deadline=None, derandomize=True)
ZONES = st.sampled_from(["Asia/Bishkek", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
PRICES = st.decimals(0, 1000, places=4)
DIMENSIONS = ("per_kwh", "per_minute", "session_fee", "parking_fee")


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any rule."""
    window = draw(st.none() | st.tuples(st.times(), st.times()).filter(lambda ends: ends[0] != ends[1]))
    days = st.dates(date(2026, 3, 1), date(2026, 11, 30))
    valid = draw(st.none() | st.tuples(days, days).map(sorted))
    return Rule(
        name=draw(st.text("abc", max_size=3)),
        dimension=draw(st.sampled_from(DIMENSIONS)),
        price=draw(PRICES),
        weekdays=draw(st.frozensets(st.integers(1, 7), max_size=4)),
        starts=window[0] if window else None,
        ends=window[1] if window else None,
        valid_from=valid[0] if valid else None,
        valid_until=valid[1] if valid else None,
        priority=draw(st.integers(-2, 2)),
        id=draw(st.integers(1, 99)),
    )


@st.composite
def any_terms(draw: st.DrawFn) -> Terms:
    """Any terms."""
    return terms(
        *draw(st.lists(rules(), max_size=6)),
        time_zone=draw(ZONES),
        currency=draw(st.sampled_from(["KGS", "JPY", "KWD"])),
        tax_percent=draw(st.decimals(0, 100, places=2)),
        tax_included=draw(st.booleans()),
        idle_grace_seconds=draw(st.integers(0, 3600)),
        idle_cap=draw(st.none() | st.decimals(0, 500, places=2)),
        discount_percent=draw(st.decimals(0, 100, places=2)),
    )


@st.composite
def consumptions(draw: st.DrawFn) -> Consumption:
    """Any charge around a clock change, with a curve of any shape."""
    change = draw(st.sampled_from([datetime(2026, 3, 29, 1), datetime(2026, 11, 1, 6), datetime(2026, 7, 1)]))
    start = change.replace(tzinfo=UTC) + timedelta(seconds=draw(st.integers(-50_000, 50_000)))
    steps = draw(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 30_000)), max_size=6))
    times = accumulate((timedelta(seconds=step) for step, _ in steps), initial=timedelta())
    curve = tuple(
        (start + time_, wh) for time_, wh in zip(times, accumulate((wh for _, wh in steps), initial=0), strict=True)
    )
    end = curve[-1][0] + timedelta(seconds=draw(st.integers(0, 600)))
    left = draw(st.none() | st.integers(0, 20_000).map(lambda seconds: end + timedelta(seconds=seconds)))
    return Consumption(start, end, left, curve)


@SHORT
@given(any_terms(), consumptions())
def test_it_sums_its_lines(given_terms: Terms, consumption: Consumption) -> None:
    made = price(given_terms, consumption)
    assert made.gross == sum(line.gross for line in made.lines)
    assert made.net == sum(line.net for line in made.lines)
    assert made.tax == sum(line.tax for line in made.lines)
    assert made.gross == made.net + made.tax
    assert all(line.gross == line.net + line.tax and line.net >= 0 and line.tax >= 0 for line in made.lines)
    cap = given_terms.idle_cap
    if cap is not None:
        idle = [line for line in made.lines if line.dimension == "parking_fee"]
        assert sum(line.gross if given_terms.tax_included else line.net for line in idle) <= round(cap, 2) + 1


@SHORT
@given(any_terms(), consumptions())
def test_it_prices_every_watt_hour_and_second_at_most_once(given_terms: Terms, consumption: Consumption) -> None:
    made = price(given_terms, consumption)
    energy = sum(line.quantity for line in made.lines if line.dimension == "per_kwh")
    seconds = sum(line.quantity for line in made.lines if line.dimension == "per_minute")
    whole = (consumption.charging_ended_at - consumption.started_at) // timedelta(seconds=1)
    assert energy <= consumption.energy_wh
    assert seconds <= whole
    dimensions = {rule.dimension for rule in given_terms.rules}
    if "per_kwh" in dimensions and "per_kwh" not in made.unpriced:
        assert energy == consumption.energy_wh
    if "per_minute" in dimensions and "per_minute" not in made.unpriced:
        assert seconds == whole


@SHORT
@given(any_terms(), consumptions(), st.integers(0, 100_000))
def test_it_changes_nothing_but_rounding_when_the_curve_gets_a_point_more(
    given_terms: Terms, consumption: Consumption, seconds: int
) -> None:
    point = min(consumption.started_at + timedelta(seconds=seconds), consumption.charging_ended_at)
    curve = sorted([*consumption.curve, (point, consumption.energy_until(point))])
    split = Consumption(consumption.started_at, consumption.charging_ended_at, consumption.left_at, tuple(curve))
    before, after = price(given_terms, consumption), price(given_terms, split)
    assert split.energy_wh == consumption.energy_wh
    # each cut of a curve may move one Wh over an edge, priced at most 1000 + 100 % tax a kWh, rounded once on each side
    edges = 1 + max(len(before.lines), len(after.lines))
    assert abs(before.gross - after.gross) <= edges * Decimal("2.02") + edges * (before.currency == "JPY") * 2


@SHORT
@given(any_terms(), st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 30)), st.integers(0, 90_000))
def test_it_estimates_what_it_would_charge(given_terms: Terms, starts_at: datetime, seconds: int) -> None:
    start = starts_at.replace(tzinfo=UTC)
    end = start + timedelta(seconds=seconds)
    consumption = Consumption(start, end, None, ((start, 0), (end, 31_250)))
    assert estimate(given_terms, starts_at=start, energy_wh=31_250, duration=end - start) == price(
        given_terms, consumption
    )


@SHORT
@given(any_terms())
def test_it_survives_a_trip_through_json(given_terms: Terms) -> None:
    assert Terms.from_document(given_terms.to_document()) == given_terms


@SHORT
@given(st.times(), st.times(), st.integers(0, 86_399))
def test_it_holds_a_window_and_its_complement_never_both_and_never_neither(a: time, b: time, second: int) -> None:
    if a == b:
        return
    inside = Rule("in", "per_kwh", Decimal(1), frozenset(), a, b, None, None, 0, 1)
    outside = Rule("out", "per_kwh", Decimal(2), frozenset(), b, a, None, None, 1, 2)
    at = datetime(2026, 7, 1, tzinfo=UTC) + timedelta(seconds=second)
    made = price(terms(inside, outside), Consumption(at, at, None, ((at, 1000),)))
    swapped = price(terms(outside, inside), Consumption(at, at, None, ((at, 1000),)))
    assert made.unpriced == ()
    assert [line.rule_name for line in made.lines] == [line.rule_name for line in swapped.lines]
    assert len(made.lines) == 1
