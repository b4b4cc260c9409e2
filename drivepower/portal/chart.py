"""Bars of one number per day or hour, ready to be drawn with HTML and CSS alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.utils.formats import date_format, number_format

from drivepower.portal.figures.days import Day

STEPS = (Decimal(1), Decimal(2), Decimal(4), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Point:
    """What a bar stands for: what is written under it and said of it, and the list behind it ("": none)."""

    label: str
    name: str
    value: Decimal
    href: str = ""
    marked: bool = False


@dataclass(frozen=True)
class Bar:
    """One of them: its height in percent of the axis, what is written under it, and all of it in words."""

    height: str
    label: str
    marked: bool
    title: str
    href: str


@dataclass(frozen=True)
class Chart:
    """Bars and the marks of their axis, top first."""

    unit: str
    bars: tuple[Bar, ...]
    marks: tuple[str, ...]


def bar_chart(points: Sequence[Point], *, unit: str) -> Chart:
    """One bar per point, on an axis from zero to a round number."""
    top = round_up(max((point.value for point in points), default=Decimal(0)))
    return Chart(
        unit=unit,
        bars=tuple(bar(point, top, unit) for point in points),
        marks=tuple(str(number_format(top * part / 2, force_grouping=True)) for part in (2, 1, 0)),
    )


def bar(point: Point, top: Decimal, unit: str) -> Bar:
    """The bar of one point; less than nothing is drawn as nothing."""
    amount = number_format(point.value, 1, force_grouping=True)
    return Bar(
        height=f"{max(Decimal(0), point.value) / top * 100:.1f}",
        label=point.label,
        marked=point.marked,
        title=f"{point.name}: {amount} {unit}",
        href=point.href,
    )


def of_day(day: Day, value: Decimal, *, href: str = "") -> Point:
    """A day's point; weekends are marked."""
    weekend = day.date.isoweekday() > 5
    return Point(str(date_format(day.date, "j")), str(date_format(day.date, "D j M")), value, href, weekend)


def round_up(value: Decimal) -> Decimal:
    """The next of 1, 2, 4, 5 and 10 times a power of ten; 1 for nothing."""
    if value <= 0:
        return Decimal(1)
    scale = Decimal(10) ** (value.log10().to_integral_value(ROUND_CEILING) - 1)
    return next(step * scale for step in STEPS if step * scale >= value)
