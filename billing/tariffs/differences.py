"""What differs between two versions: facts, which pages put into words; nothing where both price everything alike."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, NamedTuple

from billing.models import TariffRule, TariffVersion

# What is told as one thing.
TRAITS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "dimension": ("dimension",),
    "price": ("price",),
    "hours": ("starts", "ends"),
    "weekdays": ("weekdays",),
    "dates": ("valid_from", "valid_until"),
    "connector": ("connector_type",),
    "power": ("power_from_w", "power_to_w"),
    "priority": ("priority",),
}
VERSION_TRAITS: dict[str, tuple[str, ...]] = {
    "tax": ("tax_name", "tax_percent", "tax_included"),
    "idle_grace": ("idle_grace_seconds",),
    "idle_from": ("idle_from",),
    "idle_cap": ("idle_cap",),
}
ADDED, REMOVED, CHANGED, ORDER, VERSION = "added", "removed", "changed", "order", "version"


class Change(NamedTuple):
    """One trait, before and after."""

    trait: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]


class Difference(NamedTuple):
    """A rule that was added, removed or changed; the order of rules; or what a version says beside its rules."""

    kind: str
    rule: TariffRule | None = None
    changes: tuple[Change, ...] = ()


class Edition(NamedTuple):
    """A version with its rules in their order, saved or not."""

    version: TariffVersion
    rules: Sequence[TariffRule]


Pair = tuple[TariffRule, TariffRule]


def differences(old: Edition, new: Edition) -> list[Difference]:
    """What makes the new one another than the old one; empty only where both say the same."""
    found = []
    if changes := changed(old.version, new.version, VERSION_TRAITS):
        found.append(Difference(VERSION, None, changes))
    pairs, gone, come = matched(old.rules, new.rules)
    found += [Difference(CHANGED, after, changes) for before, after in pairs if (changes := traits(before, after))]
    found += [Difference(REMOVED, rule) for rule in gone] + [Difference(ADDED, rule) for rule in come]
    # Of two rules of one priority the later one holds.
    places = {id(rule): place for place, rule in enumerate(new.rules)}
    order = [places[id(after)] for _, after in sorted(pairs, key=place_in(old.rules))]
    return [*found, Difference(ORDER)] if order != sorted(order) else found


def place_in(rules: Sequence[TariffRule]) -> Callable[[Pair], int]:
    """Where the first of a pair stands among the rules."""
    places = {id(rule): place for place, rule in enumerate(rules)}
    return lambda pair: places[id(pair[0])]


def matched(
    old: Sequence[TariffRule], new: Sequence[TariffRule]
) -> tuple[list[Pair], list[TariffRule], list[TariffRule]]:
    """The pairs of rules that are the same one, what has gone and what has come: equal ones first, then namesakes,
    then those that hold for the same and are called or priced otherwise.
    """
    gone, come, pairs = list(old), list(new), []
    for key in (whole, namesake, scope):
        waiting: dict[Hashable, list[TariffRule]] = {}
        for rule in come:
            waiting.setdefault(key(rule), []).append(rule)
        left = []
        for rule in gone:
            alike = waiting.get(key(rule))
            if alike:
                pairs.append((rule, alike.pop(0)))
            else:
                left.append(rule)
        taken = {id(after) for _, after in pairs}
        gone, come = left, [rule for rule in come if id(rule) not in taken]
    return pairs, gone, come


def whole(rule: TariffRule) -> Hashable:
    """All that it says."""
    return tuple(values(rule, names) for names in TRAITS.values())


def namesake(rule: TariffRule) -> Hashable:
    """What people know it by."""
    return rule.dimension, rule.name


def scope(rule: TariffRule) -> Hashable:
    """For what it holds, and when."""
    return tuple(values(rule, names) for trait, names in TRAITS.items() if trait not in ("name", "price", "priority"))


def traits(before: TariffRule, after: TariffRule) -> tuple[Change, ...]:
    """The traits in which two rules differ."""
    return changed(before, after, TRAITS)


def changed(before: Any, after: Any, known: dict[str, tuple[str, ...]]) -> tuple[Change, ...]:
    """The traits in which two rows differ."""
    return tuple(_changes(before, after, known))


def _changes(before: Any, after: Any, known: dict[str, tuple[str, ...]]) -> Iterator[Change]:
    for trait, names in known.items():
        was, now = values(before, names), values(after, names)
        if was != now:
            yield Change(trait, was, now)


def values(row: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """What the row says of these; weekdays in their order."""
    said = (getattr(row, name) for name in names)
    return tuple(tuple(sorted(set(one))) if isinstance(one, list) else one for one in said)
