"""Any terms and any charge, as the properties of prices draw them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from hypothesis import strategies as st

from billing.pricing import Consumption, Promo, Rule, Terms
from billing.tests.making import terms

ZONES = st.sampled_from(
    ["Asia/Bishkek", "Europe/Berlin", "America/New_York", "America/Santiago", "Europe/Lisbon", "Australia/Lord_Howe"]
)
DIMENSIONS = ("per_kwh", "per_minute", "session_fee", "parking_fee")
SMALLEST = {"JPY": Decimal(1), "KGS": Decimal("0.01"), "KWD": Decimal("0.001")}
CHANGES = [datetime(2026, 3, 29, 1), datetime(2026, 4, 5, 3), datetime(2026, 9, 6, 4), datetime(2026, 7, 1)]
SECOND = timedelta(seconds=1)

amounts = st.decimals(0, 1000, places=3)
promos = st.builds(
    Promo,
    code=st.just("SPRING"),
    kind=st.just("percent"),
    value=st.decimals(0, 100, places=2),
    most=st.none() | amounts,
    least_price=st.none() | amounts,
) | st.builds(
    Promo,
    code=st.just("TEN"),
    kind=st.just("fixed"),
    value=amounts,
    most=st.none() | amounts,
    least_price=st.none() | amounts,
)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any rule."""
    window = draw(st.none() | st.tuples(st.times(), st.times()).filter(lambda ends: ends[0] != ends[1]))
    days = st.dates(date(2026, 3, 1), date(2026, 11, 30))
    valid = draw(st.none() | st.tuples(days, days).map(sorted))
    return Rule(
        name=draw(st.text("abc", max_size=3)),
        dimension=draw(st.sampled_from(DIMENSIONS)),
        price=draw(st.decimals(0, 1000, places=4)),
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
        currency=draw(st.sampled_from(sorted(SMALLEST))),
        tax_percent=draw(st.decimals(0, 100, places=2)),
        tax_included=draw(st.booleans()),
        idle_grace_seconds=draw(st.integers(0, 3600)),
        idle_cap=draw(st.none() | st.decimals(0, 500, places=2)),
        discount_percent=draw(st.decimals(0, 100, places=2)),
        promo=draw(st.none() | promos),
    )


@st.composite
def consumptions(draw: st.DrawFn) -> Consumption:
    """Any charge around a clock change, with a curve of any shape."""
    start = draw(st.sampled_from(CHANGES)).replace(tzinfo=UTC) + draw(st.integers(-50_000, 50_000)) * SECOND
    steps = draw(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 30_000)), max_size=6))
    times = accumulate((timedelta(seconds=step) for step, _ in steps), initial=timedelta())
    curve = tuple(
        (start + time_, wh) for time_, wh in zip(times, accumulate((wh for _, wh in steps), initial=0), strict=True)
    )
    end = curve[-1][0] + timedelta(seconds=draw(st.integers(0, 600)))
    left = draw(st.none() | st.integers(0, 20_000).map(lambda seconds: end + timedelta(seconds=seconds)))
    return Consumption(start, end, left, curve)
