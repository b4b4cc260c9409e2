"""The week of a set of rules, ready to be drawn: a grid for each kind of connector, and in words what is odd in it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.admin.kinds import kinds
from billing.models import TariffRule
from billing.models.tariffs import Dimension
from billing.tariffs.coverage import Finding, Stretch, Week, week
from billing.terms import Rule
from billing.windows import MIDNIGHT
from drivepower.core.money import plain_rate

DAY_MINUTES = 24 * 60
# So many grounds tell neighbours apart; each bar says its price and name as well.
SHADES = 5
UNITS = {
    Dimension.PER_KWH.value: gettext_lazy("per kWh"),
    Dimension.PER_MINUTE.value: gettext_lazy("per minute"),
    Dimension.SESSION_FEE.value: gettext_lazy("per session"),
    Dimension.PARKING_FEE.value: gettext_lazy("per minute"),
}


class Bar(NamedTuple):
    """A stretch of a day as it is drawn: its width in percent, its ground (0: a hole), what it says."""

    width: str
    shade: int
    is_disputed: bool
    price: str
    name: str
    title: str


class Line(NamedTuple):
    """One day."""

    name: str
    bars: list[Bar]


class Table(NamedTuple):
    """One dimension and what its prices are for."""

    name: str
    unit: str
    lines: list[Line]


class Grid(NamedTuple):
    """The week at one kind of connector."""

    kind: str
    tables: list[Table]
    overlaps: list[str]
    holes: list[str]


def grids(rules: Sequence[TariffRule], *, currency: str, at: datetime) -> list[Grid]:
    """A grid for each kind of connector over the seven days from `at` on; the oldest rule comes first."""
    found = []
    for kind in kinds(rules):
        shown = week(rules, connector_type=kind.connector_type, power_w=kind.power_w, at=at)
        tables = [drawn(shown, dimension, currency) for dimension in shown.dimensions]
        overlaps, holes = [overlap(one) for one in shown.overlaps], [hole(one) for one in shown.holes]
        found.append(Grid(kind.name, tables, overlaps, holes))
    return found


def drawn(shown: Week, dimension: str, currency: str) -> Table:
    """One dimension as a table."""
    days = shown.dimensions[dimension]
    rules = sorted({one.rule.id for day in days for one in day.stretches if one.rule})
    shades = {key: number % SHADES + 1 for number, key in enumerate(rules)}
    lines = [
        Line(name, [bar(one, shades, f"{name} {hours(one)}", currency) for one in day.stretches])
        for name, day in ((day_name(day.date), day) for day in days)
    ]
    return Table(str(Dimension(dimension).label), f"{currency} {UNITS[dimension]}", lines)


def bar(stretch: Stretch, shades: dict[int, int], when: str, currency: str) -> Bar:
    """A stretch as a bar."""
    minutes = (DAY_MINUTES if stretch.ends == MIDNIGHT else minute(stretch.ends)) - minute(stretch.starts)
    width = f"{minutes / DAY_MINUTES * 100:.3f}"
    rule = stretch.rule
    if rule is None:
        return Bar(width, 0, False, "0", _("no rule"), f"{when}: {_('no rule, costs 0')}")
    price = plain_rate(rule.price, currency)
    return Bar(width, shades[rule.id], bool(stretch.rivals), price, rule.name, f"{when}: {price}, {rule.name}")


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
    return f"{Dimension(finding.dimension).label}, {days}, {hours(finding.stretch)}"


def named(rule: Rule) -> str:
    """A rule by its name."""
    return f"“{rule.name}”"


def day_name(day: date) -> str:
    """Mon 2 Mar."""
    return date_format(day, "D j M")


def hours(stretch: Stretch) -> str:
    """07:00–23:00; the end of a day is 24:00."""
    return f"{clock(stretch.starts)}–{'24:00' if stretch.ends == MIDNIGHT else clock(stretch.ends)}"


def clock(moment: time) -> str:
    """A time of day, with its seconds if it has any."""
    return moment.isoformat("seconds" if moment.second else "minutes")


def minute(moment: time) -> float:
    """How many minutes of the day have passed."""
    return moment.hour * 60 + moment.minute + moment.second / 60
