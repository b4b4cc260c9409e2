"""What a charge costs: terms and consumption over time in, lines out; the only place that prices anything.

Pure: the same function serves preview, running cost, limits, settlement and re-pricing. Energy is whole Wh, time whole
seconds, money Decimal; consumption is cut where another rule becomes the best on the location's wall clock, and each
line is rounded once, half up, to the currency's exponent.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from billing.consumption import Consumption
from billing.terms import Promo, Rule, Terms
from billing.windows import best, edges, spans
from drivepower.core.money import exponent

__all__ = ["Consumption", "Line", "Price", "Promo", "Rule", "Terms", "estimate", "next_change", "price", "rates_at"]

PER_KWH, PER_MINUTE, SESSION_FEE, PARKING_FEE = "per_kwh", "per_minute", "session_fee", "parking_fee"
# Not a dimension of consumption: what a promo code takes off, always the last line.
PROMO = "promo"
PERCENT = "percent"
DIMENSIONS = (PER_KWH, PER_MINUTE, SESSION_FEE, PARKING_FEE)
UNITS = {PER_KWH: "Wh", PER_MINUTE: "s", SESSION_FEE: "pc", PARKING_FEE: "s", PROMO: "pc"}
# How many of a line's units make one unit of its price: 1000 Wh in a kWh, 60 s in a minute.
PER_PRICE = {PER_KWH: 1000, PER_MINUTE: 60, SESSION_FEE: 1, PARKING_FEE: 60}
# A membership makes energy and time cheaper; fees stay what they are.
DISCOUNTED = (PER_KWH, PER_MINUTE)
UNIT_PRICE_STEP = Decimal("0.0001")
SECOND = timedelta(seconds=1)
LOOK_AHEAD = timedelta(days=8)


@dataclass(frozen=True)
class Line:
    """One price times one quantity in one window; quantity in Wh, s or pc, unit price per kWh, minute or piece.

    Amounts are below 0 in a promo code's line alone; its unit price has the tax in it, whatever the tariff says.
    """

    dimension: str
    rule_name: str
    starts_at: datetime
    ends_at: datetime
    quantity: Decimal
    unit: str
    unit_price: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True)
class Price:
    """The lines and their sums; `unpriced` names dimensions that have rules, yet none for a part of what was used."""

    lines: tuple[Line, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal
    currency: str
    unpriced: tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """How much of a dimension fell to one rule, before it becomes money."""

    dimension: str
    rule: Rule | None
    starts_at: datetime
    ends_at: datetime
    quantity: int


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount half up to the currency's smallest unit."""
    return amount.quantize(Decimal(1).scaleb(-exponent(currency)), ROUND_HALF_UP)


def unit_price(terms: Terms, rule: Rule) -> Decimal:
    """What the rule asks after the discount, to four decimals, as receipts print it."""
    if not terms.discount_percent or rule.dimension not in DISCOUNTED:
        return rule.price
    return (rule.price * (100 - terms.discount_percent) / 100).quantize(UNIT_PRICE_STEP, ROUND_HALF_UP)


def cut(
    terms: Terms, dimension: str, starts_at: datetime, ends_at: datetime, until: Callable[[datetime], int]
) -> Iterator[Use]:
    """A dimension's use between two instants, cut where its best rule changes; `until` counts from the start."""
    rules = terms.rules_for(dimension)
    if not rules:
        return
    before = 0
    for span in spans(rules, starts_at, ends_at, terms.time_zone):
        # Differences of one running count: whatever the cuts, the parts sum to the whole exactly.
        count = until(span.ends_at)
        if count > before:
            yield Use(dimension, span.rule, span.starts_at, span.ends_at, count - before)
        before = count


def seconds_since(start: datetime) -> Callable[[datetime], int]:
    """A counter of whole seconds from that instant on."""
    return lambda at: (at - start) // SECOND


def uses(terms: Terms, consumption: Consumption) -> Iterator[Use]:
    """Everything that was used, dimension by dimension, each part with the rule that prices it."""
    start, end = consumption.started_at, consumption.charging_ended_at
    yield from cut(terms, PER_KWH, start, end, consumption.energy_until)
    yield from cut(terms, PER_MINUTE, start, end, seconds_since(start))
    yield from cut(terms, SESSION_FEE, start, start, lambda _: 1)
    idle = end + timedelta(seconds=terms.idle_grace_seconds)
    if consumption.left_at is not None and consumption.left_at > idle:
        yield from cut(terms, PARKING_FEE, idle, consumption.left_at, seconds_since(idle))


def line(terms: Terms, use: Use, rule: Rule, cap: Decimal | None) -> Line:
    """The use as money, at most `cap` before tax is added; the tax is taken out of the price or put on top of it."""
    asked = unit_price(terms, rule)
    amount = rounded(use.quantity * asked / PER_PRICE[use.dimension], terms.currency)
    if cap is not None:
        amount = min(amount, cap)
    if terms.tax_included:
        tax = rounded(amount * terms.tax_percent / (100 + terms.tax_percent), terms.currency)
        net = amount - tax
    else:
        net, tax = amount, rounded(amount * terms.tax_percent / 100, terms.currency)
    return Line(
        dimension=use.dimension,
        rule_name=rule.name,
        starts_at=use.starts_at,
        ends_at=use.ends_at,
        quantity=Decimal(use.quantity),
        unit=UNITS[use.dimension],
        unit_price=asked,
        net=net,
        tax=tax,
        gross=net + tax,
    )


def price(terms: Terms, consumption: Consumption) -> Price:
    """The price of what was used, as lines and sums in the terms' currency."""
    lines: list[Line] = []
    unpriced: dict[str, None] = {}
    idle_left = None if terms.idle_cap is None else rounded(terms.idle_cap, terms.currency)
    for use in uses(terms, consumption):
        if use.rule is None:
            unpriced[use.dimension] = None
            continue
        capped = use.dimension == PARKING_FEE and idle_left is not None
        made = line(terms, use, use.rule, idle_left if capped else None)
        if capped and idle_left is not None:
            idle_left -= made.gross if terms.tax_included else made.net
        lines.append(made)
    whole = summed(lines, terms.currency, tuple(unpriced))
    off = None if terms.promo is None else promo_line(terms.promo, whole, consumption)
    return whole if off is None else summed([*lines, off], terms.currency, whole.unpriced)


def summed(lines: Sequence[Line], currency: str, unpriced: tuple[str, ...]) -> Price:
    """The price that these lines make."""
    zero = rounded(Decimal(0), currency)
    net = sum((made.net for made in lines), zero)
    tax = sum((made.tax for made in lines), zero)
    return Price(tuple(lines), net, tax, net + tax, currency, unpriced)


def promo_line(promo: Promo, whole: Price, consumption: Consumption) -> Line | None:
    """What a promo code takes off what is paid, never more than that; None: nothing.

    It lowers net and tax in the proportion in which they stand, so that a code for all of it leaves neither.
    """
    if promo.least_price is not None and whole.gross < promo.least_price:
        return None
    off = whole.gross * promo.value / 100 if promo.kind == PERCENT else promo.value
    off = min(rounded(off if promo.most is None else min(off, promo.most), whole.currency), whole.gross)
    if off <= 0:
        return None
    tax = rounded(whole.tax * off / whole.gross, whole.currency)
    return Line(
        dimension=PROMO,
        rule_name=promo.code,
        starts_at=consumption.started_at,
        ends_at=consumption.left_at or consumption.charging_ended_at,
        quantity=Decimal(1),
        unit=UNITS[PROMO],
        unit_price=-off,
        net=tax - off,
        tax=-tax,
        gross=-off,
    )


def estimate(terms: Terms, *, starts_at: datetime, energy_wh: int, duration: timedelta) -> Price:
    """The price of that much energy drawn evenly over that time, with no idle time after it."""
    end = starts_at + duration
    return price(terms, Consumption(starts_at, end, None, ((starts_at, 0), (end, energy_wh))))


def rates_at(terms: Terms, at: datetime) -> dict[str, Decimal]:
    """The unit price per dimension at that instant, discount included; a dimension without a rule is left out."""
    local = at.astimezone(ZoneInfo(terms.time_zone))
    found = {dimension: best(terms.rules_for(dimension), local) for dimension in DIMENSIONS}
    return {dimension: unit_price(terms, rule) for dimension, rule in found.items() if rule is not None}


def next_change(terms: Terms, at: datetime) -> datetime | None:
    """The next instant at which a unit price becomes another; None: none within eight days."""
    now = rates_at(terms, at)
    cuts = edges(terms.rules, at, at + LOOK_AHEAD, ZoneInfo(terms.time_zone))
    return next((edge for edge in cuts if rates_at(terms, edge) != now), None)
