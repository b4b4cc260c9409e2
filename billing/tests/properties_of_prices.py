"""What holds for every price, whatever was consumed and however it is asked; run shortly by the suite, or long."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from billing.pricing import PROMO, Consumption, Promo, Rule, Terms, estimate, price
from billing.tests.drawing import SECOND, SMALLEST, any_terms, consumptions, promos
from billing.tests.making import rule, terms


def until(whole: Consumption, at: datetime) -> Consumption:
    """The same charge as it was seen at an earlier instant."""
    seen = tuple(point for point in whole.curve if point[0] <= at)
    # A meter may jump at the very start, before which nothing was used.
    energy_wh = max(whole.energy_until(at), seen[-1][1])
    return Consumption(whole.started_at, at, None, (*seen, (at, energy_wh)))


def lines_sum_to_the_total(by: Terms, used: Consumption) -> None:
    """On every line too, net and tax are the gross; only a promo code's line is below 0; the cap holds."""
    made = price(by, used)
    assert made.gross == sum(line.gross for line in made.lines) == made.net + made.tax
    assert made.net == sum(line.net for line in made.lines)
    assert made.tax == sum(line.tax for line in made.lines)
    assert all(line.gross == line.net + line.tax for line in made.lines)
    assert all(line.net >= 0 and line.tax >= 0 for line in made.lines if line.dimension != PROMO)
    if by.idle_cap is not None:
        idle = [line for line in made.lines if line.dimension == "parking_fee"]
        assert sum(line.gross if by.tax_included else line.net for line in idle) <= round(by.idle_cap, 2) + 1


def watt_hours_and_seconds_are_priced_once(by: Terms, used: Consumption) -> None:
    """At most once, and all of them where rules cover the time."""
    made = price(by, used)
    energy = sum(line.quantity for line in made.lines if line.dimension == "per_kwh")
    seconds = sum(line.quantity for line in made.lines if line.dimension == "per_minute")
    whole = (used.charging_ended_at - used.started_at) // SECOND
    assert energy <= used.energy_wh
    assert seconds <= whole
    dimensions = {one.dimension for one in by.rules}
    if "per_kwh" in dimensions and "per_kwh" not in made.unpriced:
        assert energy == used.energy_wh
    if "per_minute" in dimensions and "per_minute" not in made.unpriced:
        assert seconds == whole


def promo_never_makes_a_price_negative(by: Terms, used: Consumption, promo: Promo) -> None:
    """It is the last line or none, and takes what it says from what is paid; all of it leaves neither net nor tax."""
    plain, made = price(replace(by, promo=None), used), price(replace(by, promo=promo), used)
    assert made.net >= 0
    assert made.tax >= 0
    assert made.lines[: len(plain.lines)] == plain.lines
    off = [line for line in made.lines if line.dimension == PROMO]
    assert off == list(made.lines[len(plain.lines) :])
    taken = plain.gross - made.gross
    if promo.least_price is not None and plain.gross < promo.least_price:
        assert taken == 0
    elif promo.most is None and (promo.value == 100 if promo.kind == "percent" else promo.value >= plain.gross + 1):
        assert made.net == made.tax == 0
    if promo.most is not None:
        assert taken <= promo.most + SMALLEST[by.currency] / 2
    assert 0 <= taken <= plain.gross


def a_point_more_changes_only_rounding(by: Terms, used: Consumption, seconds: int) -> None:
    """Splitting the consumption anywhere."""
    by = replace(by, promo=None)
    point = min(used.started_at + timedelta(seconds=seconds), used.charging_ended_at)
    curve = sorted([*used.curve, (point, used.energy_until(point))])
    split = replace(used, curve=tuple(curve))
    before, after = price(by, used), price(by, split)
    assert split.energy_wh == used.energy_wh
    # each cut of a curve may move one Wh over an edge, priced at most 1000 + 100 % tax a kWh, rounded once on each side
    edges = 1 + max(len(before.lines), len(after.lines))
    assert abs(before.gross - after.gross) <= edges * Decimal("2.02") + edges * (before.currency == "JPY") * 2


def two_charges_use_what_one_does(by: Terms, used: Consumption, share: float) -> None:
    """A charge that is interrupted pays the same rates for the same Wh and seconds, and one session fee more."""
    at = used.started_at + int(share * ((used.charging_ended_at - used.started_at) // SECOND)) * SECOND
    first = until(used, at)
    rest = tuple((moment, wh - first.energy_wh) for moment, wh in used.curve if moment > at)
    second = Consumption(at, used.charging_ended_at, None, ((at, 0), *rest))
    if first.energy_wh + second.energy_wh != used.energy_wh:
        return  # the meter jumped just there
    whole, parts = used_by_rule(by, used), used_by_rule(by, first)
    parts.update(used_by_rule(by, second))
    edges = 2 * (len(price(by, used).lines) + 2)
    for key in {*whole, *parts}:
        # one Wh may fall on either side of each edge, also into an hour without a price; seconds do not
        assert abs(whole[key] - parts[key]) <= (edges if key[0] == "per_kwh" else 0)


def used_by_rule(by: Terms, used: Consumption) -> Counter[tuple[str, str, Decimal]]:
    """The Wh and seconds under each rule's name and price."""
    found: Counter[tuple[str, str, Decimal]] = Counter()
    for line in price(replace(by, promo=None), used).lines:
        if line.dimension in ("per_kwh", "per_minute"):
            found[line.dimension, line.rule_name, line.unit_price] += int(line.quantity)
    return found


def windows_are_those_of_the_wall_clock(
    windows: list[tuple[time, time, int]], night: tuple[str, datetime], before: int, seconds: int
) -> None:
    """Second by second on the local clock, as anybody would read it off a watch: no wrong window on any night."""
    found = [
        rule("per_minute", str(price), starts=starts, ends=ends, weekdays=frozenset({day, day % 7 + 1}), id=price)
        for price, (starts, ends, day) in enumerate(windows)
    ]
    by = terms(*found, time_zone=night[0])
    start = night[1].replace(tzinfo=UTC) - before * SECOND
    ranked = sorted(by.rules, key=lambda one: (one.priority, one.id), reverse=True)
    zone, counted = ZoneInfo(by.time_zone), Counter[tuple[str, Decimal]]()
    for count in range(seconds):
        watch = (start + timedelta(seconds=count)).astimezone(zone)
        holding = next((one for one in ranked if is_on(one, watch)), None)
        if holding:
            counted[holding.name, holding.price] += 1
    priced = Counter[tuple[str, Decimal]]()
    end = start + timedelta(seconds=seconds)
    for line in price(by, Consumption(start, end, None, ())).lines:
        if line.dimension == "per_minute":
            priced[line.rule_name, line.unit_price] += int(line.quantity)
    assert priced == counted


def is_on(one: Rule, watch: datetime) -> bool:
    """Whether a rule with a window and weekdays holds, in other words than the ones under test."""
    assert one.starts is not None
    assert one.ends is not None
    if watch.weekday() + 1 not in one.weekdays:
        return False
    starts, ends, now = (at.hour * 3600 + at.minute * 60 + at.second for at in (one.starts, one.ends, watch))
    return (now - starts) % 86_400 < (ends - starts) % 86_400


def preview_is_what_is_settled(by: Terms, start: datetime, seconds: int, energy_wh: int) -> None:
    """What is estimated for an even charge is what that charge costs."""
    end = start + timedelta(seconds=seconds)
    used = Consumption(start, end, None, ((start, 0), (end, energy_wh)))
    assert estimate(by, starts_at=start, energy_wh=energy_wh, duration=end - start) == price(by, used)
    assert price(Terms.from_document(by.to_document()), used) == price(by, used)


def cost_never_falls_while_it_charges(by: Terms, whole: Consumption, one: float, other: float) -> None:
    """But for rounding; a promo code with a least price would make it fall."""
    by = replace(by, promo=None)
    length = whole.charging_ended_at - whole.started_at
    earlier, later = (price(by, until(whole, whole.started_at + share * length)) for share in sorted((one, other)))
    # a window that goes on may round down what it had rounded up: one smallest unit a line
    assert later.gross >= earlier.gross - SMALLEST[by.currency] * (1 + len(later.lines)) * 2


def terms_survive_json(by: Terms) -> None:
    """As they are kept from the start of a charge on."""
    assert Terms.from_document(by.to_document()) == by


STARTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 30)).map(lambda at: at.replace(tzinfo=UTC))
NIGHTS = [
    ("Europe/Berlin", datetime(2026, 3, 29, 1)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1)),
    ("Europe/Lisbon", datetime(2026, 10, 25, 1)),
    ("America/New_York", datetime(2026, 11, 1, 6)),
    ("America/Santiago", datetime(2026, 4, 5, 3)),
    ("America/Santiago", datetime(2026, 9, 6, 4)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15)),
    ("Asia/Bishkek", datetime(2026, 3, 1, 18)),
]
SMALL_HOURS = st.builds(time, st.sampled_from([22, 23, 0, 1, 2, 3]), st.sampled_from([0, 20, 30]))
SHARES = st.floats(0, 1)

PROPERTIES: dict[Callable[..., None], dict[str, st.SearchStrategy[Any]]] = {
    lines_sum_to_the_total: {"by": any_terms(), "used": consumptions()},
    watt_hours_and_seconds_are_priced_once: {"by": any_terms(), "used": consumptions()},
    promo_never_makes_a_price_negative: {"by": any_terms(), "used": consumptions(), "promo": promos},
    a_point_more_changes_only_rounding: {
        "by": any_terms(),
        "used": consumptions(),
        "seconds": st.integers(0, 100_000),
    },
    two_charges_use_what_one_does: {"by": any_terms(), "used": consumptions(), "share": SHARES},
    windows_are_those_of_the_wall_clock: {
        "windows": st.lists(
            st.tuples(SMALL_HOURS, SMALL_HOURS, st.sampled_from([6, 7])).filter(lambda ends: ends[0] != ends[1]),
            min_size=1,
            max_size=3,
        ),
        "night": st.sampled_from(NIGHTS),
        "before": st.integers(0, 3600),
        "seconds": st.integers(1800, 7200),
    },
    preview_is_what_is_settled: {
        "by": any_terms(),
        "start": STARTS,
        "seconds": st.integers(0, 90_000),
        "energy_wh": st.integers(0, 100_000),
    },
    cost_never_falls_while_it_charges: {
        "by": any_terms(),
        "whole": consumptions(),
        "one": SHARES,
        "other": SHARES,
    },
    terms_survive_json: {"by": any_terms()},
}


def run(examples: int, seed: int) -> None:
    """Every property with that many examples; raises at the first that does not hold."""
    long = settings(max_examples=examples, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    for check, strategies in PROPERTIES.items():
        seeded(seed)(long(given(**strategies)(check)))()
