"""How the rules of a version cover a week: which one holds when, where two are equally strong, where there is none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import pairwise
from typing import NamedTuple

from billing.models import TariffRule
from billing.models.tariffs import Dimension
from billing.tariffs.finding import as_rule, fits
from billing.terms import Rule
from billing.windows import DAY, MIDNIGHT, holds


class Stretch(NamedTuple):
    """A part [starts, ends) of a day, until 00:00 being until its end: the rule that holds, and rivals as strong."""

    starts: time
    ends: time
    rule: Rule | None
    rivals: tuple[Rule, ...] = ()


class Day(NamedTuple):
    """One day without a gap, cut where the price of one dimension may change."""

    date: date
    stretches: tuple[Stretch, ...]


class Finding(NamedTuple):
    """The same trouble on some days: no rule, or several of equal priority of which the youngest holds."""

    dimension: str
    dates: tuple[date, ...]
    stretch: Stretch


@dataclass(frozen=True)
class Week:
    """Seven days of every dimension that has a rule; one that has none is not here and costs nothing."""

    dimensions: dict[str, tuple[Day, ...]]

    @property
    def holes(self) -> list[Finding]:
        """When a dimension has no rule and costs nothing."""
        return [finding for finding in self._alike() if finding.stretch.rule is None]

    @property
    def overlaps(self) -> list[Finding]:
        """When only age decides between rules."""
        return [finding for finding in self._alike() if finding.stretch.rivals]

    def _alike(self) -> Iterator[Finding]:
        for dimension, days in self.dimensions.items():
            dates: dict[Stretch, list[date]] = {}
            for day in days:
                for stretch in day.stretches:
                    dates.setdefault(stretch, []).append(day.date)
            for stretch, found in sorted(dates.items(), key=lambda item: (item[1][0], item[0].starts)):
                yield Finding(dimension, tuple(found), stretch)


def week(rules: Iterable[TariffRule], *, connector_type: str, power_w: int | None, at: datetime) -> Week:
    """The seven days from `at` on, on its wall clock, at a connector of that type and power (None: not known).

    Rules need not be saved yet; of two that are equally strong the later one given is the younger.
    """
    own = [replace(as_rule(rule), id=age) for age, rule in enumerate(rules, 1) if fits(rule, connector_type, power_w)]
    dates = [at.date() + number * DAY for number in range(7)]
    found: dict[str, tuple[Day, ...]] = {}
    for dimension in Dimension.values:
        strongest = sorted((rule for rule in own if rule.dimension == dimension), key=strength, reverse=True)
        if strongest:
            found[dimension] = tuple(Day(day, cut(strongest, day)) for day in dates)
    return Week(found)


def strength(rule: Rule) -> tuple[int, int]:
    """What rules are sorted by: higher priority, then the younger."""
    return rule.priority, rule.id


def cut(rules: Sequence[Rule], day: date) -> tuple[Stretch, ...]:
    """That day in stretches; the rules are sorted strongest first."""
    edges = {MIDNIGHT, *(edge for rule in rules for edge in (rule.starts, rule.ends) if edge is not None)}
    found: list[Stretch] = []
    for starts, ends in pairwise([*sorted(edges), MIDNIGHT]):
        holding = [rule for rule in rules if holds(rule, datetime.combine(day, starts))]
        rule = holding[0] if holding else None
        rivals = tuple(other for other in holding[1:] if rule and other.priority == rule.priority)
        if found and (found[-1].rule, found[-1].rivals) == (rule, rivals):
            found[-1] = found[-1]._replace(ends=ends)
        else:
            found.append(Stretch(starts, ends, rule, rivals))
    return tuple(found)
