"""The kinds of connectors that a set of rules tells apart, by type and power, and what they are called."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing.models import TariffRule
from billing.tariffs.finding import fits


class Kind(NamedTuple):
    """One connector of the kind, which stands for all, and the kind's name; power in W."""

    name: str
    connector_type: str
    power_w: int


def kinds(rules: Sequence[TariffRule]) -> Iterator[Kind]:
    """Each type that rules name and then any other, in as many ranges of power as the rules price differently."""
    types = sorted({rule.connector_type for rule in rules} - {""})
    for plug in [*types, ""]:
        name = plug or (_("any other connector") if types else _("any connector"))
        for start, after in pairwise([*ranges(rules, plug), None]):
            # The first of a pair is never None: only the end is open.
            yield Kind(" ".join(filter(None, [name, *span(start or 0, after)])), plug, start or 0)


def ranges(rules: Sequence[TariffRule], plug: str) -> list[int]:
    """The powers in W from which on other rules fit a connector of that type than below, and 0."""
    found = [0]
    for power in sorted(edges(rules)):
        if fitting(rules, plug, power) != fitting(rules, plug, found[-1]):
            found.append(power)
    return found


def edges(rules: Iterable[TariffRule]) -> Iterator[int]:
    """The first watt of every range, and the first after it."""
    for rule in rules:
        yield rule.power_from_w
        if rule.power_to_w is not None:
            yield rule.power_to_w + 1


def fitting(rules: Sequence[TariffRule], plug: str, power_w: int) -> list[bool]:
    """Which of the rules are for that connector."""
    return [fits(rule, plug, power_w) for rule in rules]


def span(start: int, after: int | None) -> Iterator[str]:
    """A range of power [start, after) in words and kW; nothing for all powers."""
    if start:
        above = is_above(start)
        yield (_("above %s kW") if above else _("from %s kW")) % kilowatts(start - above)
    if after is not None:
        up_to = is_above(after)
        yield (_("up to %s kW") if up_to else _("below %s kW")) % kilowatts(after - up_to)


def is_above(watts: int) -> bool:
    """Whether a range that begins there is better called one above the watt before: 22.001 kW is above 22."""
    return watts % 10 == 1


def kilowatts(watts: int) -> str:
    """22000 as 22, 3700 as 3.7."""
    return f"{watts / 1000:g}"
