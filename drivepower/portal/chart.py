"""Bars of one number per day, ready to be drawn with HTML and CSS alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.utils.formats import date_format, number_format

from drivepower.portal.figures import Day

STEPS = (Decimal(1), Decimal(2), Decimal(4), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Bar:
    """One day: its height in percent of the axis, what is written under it, and all of it in words."""

    height: str
    label: str
    weekend: bool
    title: str


@dataclass(frozen=True)
class Chart:
    """Bars and the marks of their axis, top first."""

    unit: str
    bars: tuple[Bar, ...]
    marks: tuple[str, ...]


def bar_chart(days: Sequence[Day], values: Sequence[Decimal], *, unit: str) -> Chart:
    """One bar per day, on an axis from zero to a round number."""
    top = round_up(max(values, default=Decimal(0)))
    return Chart(
        unit=unit,
        bars=tuple(bar(day, value, top, unit) for day, value in zip(days, values, strict=True)),
        marks=tuple(str(number_format(top * part / 2, force_grouping=True)) for part in (2, 1, 0)),
    )


def bar(day: Day, value: Decimal, top: Decimal, unit: str) -> Bar:
    """The bar of one day."""
    amount = number_format(value, 1, force_grouping=True)
    return Bar(
        height=f"{value / top * 100:.1f}",
        label=str(date_format(day.date, "j")),
        weekend=day.date.isoweekday() > 5,
        title=f"{date_format(day.date, 'D j M')}: {amount} {unit}",
    )


def round_up(value: Decimal) -> Decimal:
    """The next of 1, 2, 4, 5 and 10 times a power of ten; 1 for nothing."""
    if value <= 0:
        return Decimal(1)
    scale = Decimal(10) ** (value.log10().to_integral_value(ROUND_CEILING) - 1)
    return next(step * scale for step in STEPS if step * scale >= value)
