"""The week of a set of rules, ready to be drawn: a grid for each kind of connector, and in words what is odd in it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.admin.kinds import kinds
from billing.models import TariffRule
from billing.models.tariffs import Dimension
from billing.tariffs.coverage import Day, Finding, Stretch, Week, week
from billing.terms import Rule
from billing.windows import MIDNIGHT
from billing.wording import rate

# So many grounds tell neighbours apart; each cell says its price and name as well.
SHADES = 5
UNITS = {
    Dimension.PER_KWH.value: gettext_lazy("per kWh"),
    Dimension.PER_MINUTE.value: gettext_lazy("per minute"),
    Dimension.SESSION_FEE.value: gettext_lazy("per session"),
    Dimension.PARKING_FEE.value: gettext_lazy("per minute"),
}


class Cell(NamedTuple):
    """What holds on one day at these hours: its ground (0: a hole), price, rule, and over whom only its age wins."""

    shade: int
    price: str
    name: str
    rivals: str


class Band(NamedTuple):
    """Hours of the day without a change on any day, and their cells from Monday on."""

    hours: str
    cells: list[Cell]


class Table(NamedTuple):
    """One dimension and what its prices are for."""

    name: str
    unit: str
    days: list[str]
    bands: list[Band]


class Grid(NamedTuple):
    """The week at one kind of connector."""

    kind: str
    tables: list[Table]
    overlaps: list[str]
    holes: list[str]


def grids(rules: Sequence[TariffRule], *, currency: str, at: datetime) -> list[Grid]:
    """A grid for each kind of connector over the week from the Monday before `at`; the oldest rule comes first."""
    found = []
    monday = at - timedelta(days=at.weekday())
    for kind in kinds(rules):
        shown = week(rules, connector_type=kind.connector_type, power_w=kind.power_w, at=monday)
        tables = [drawn(shown, dimension, currency) for dimension in shown.dimensions]
        overlaps, holes = [overlap(one) for one in shown.overlaps], [hole(one) for one in holes_of(shown)]
        found.append(Grid(kind.name, tables, overlaps, holes))
    return found


def holes_of(shown: Week) -> Iterator[Finding]:
    """When a dimension has no rule; energy without any rule is a hole of the whole week where anything has a price."""
    energy = Dimension.PER_KWH.value
    if shown.dimensions and energy not in shown.dimensions:
        dates = tuple(day.date for day in next(iter(shown.dimensions.values())))
        yield Finding(energy, dates, Stretch(MIDNIGHT, MIDNIGHT, None))
    yield from shown.holes


def drawn(shown: Week, dimension: str, currency: str) -> Table:
    """One dimension as a table."""
    days = shown.dimensions[dimension]
    rules = sorted({one.rule.id for day in days for one in day.stretches if one.rule})
    shades = {key: number % SHADES + 1 for number, key in enumerate(rules)}
    starts = sorted({one.starts for day in days for one in day.stretches})
    ends = [*starts[1:], MIDNIGHT]
    bands = [
        Band(between(start, end), [cell(held(day, start), shades, currency) for day in days])
        for start, end in zip(starts, ends, strict=True)
    ]
    names = [day_name(day.date) for day in days]
    return Table(str(Dimension(dimension).label), f"{currency} {UNITS[dimension]}", names, bands)


def held(day: Day, moment: time) -> Stretch:
    """The stretch of that day in which a time of day lies."""
    return next(one for one in reversed(day.stretches) if one.starts <= moment)


def cell(stretch: Stretch, shades: dict[int, int], currency: str) -> Cell:
    """A stretch as it is shown."""
    rule = stretch.rule
    if rule is None:
        return Cell(0, "0", _("no rule"), "")
    return Cell(shades[rule.id], rate(rule.price, currency), rule.name, ", ".join(map(named, stretch.rivals)))


def overlap(finding: Finding) -> str:
    """What an operator should know of rules that are equally strong."""
    rule = finding.stretch.rule
    names = ", ".join(named(rival) for rival in finding.stretch.rivals)
    said = {"when": when_of(finding), "name": named(rule) if rule else "", "names": names}
    return _("%(when)s: %(name)s holds only because it is younger than %(names)s, of the same priority.") % said


def hole(finding: Finding) -> str:
    """What an operator should know of hours without a rule."""
    return _("%(when)s: no rule, it costs 0 there.") % {"when": when_of(finding)}


def when_of(finding: Finding) -> str:
    """Dimension, days and hours of a finding."""
    days = _("every day") if len(finding.dates) == 7 else ", ".join(day_name(day) for day in finding.dates)
    return f"{Dimension(finding.dimension).label}, {days}, {between(finding.stretch.starts, finding.stretch.ends)}"


def named(rule: Rule) -> str:
    """A rule by its name."""
    return f"“{rule.name}”"


def day_name(day: date) -> str:
    """Mon 2 Mar."""
    return date_format(day, "D j M")


def between(starts: time, ends: time) -> str:
    """07:00–23:00; the end of a day is 24:00."""
    return f"{clock(starts)}–{'24:00' if ends == MIDNIGHT else clock(ends)}"


def clock(moment: time) -> str:
    """A time of day, with its seconds if it has any."""
    return moment.isoformat("seconds" if moment.second else "minutes")
