"""Where an alert's subject stands, and which rule counts there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from drivepower.core.models import AlertRule
from stations.models import Station

# station:<code>, station:<code>:<what>, connector:<code>/<number>
SUBJECT = re.compile(r"(?:station:(?P<station>[A-Z0-9-]+)(?::.*)?|connector:(?P<code>[A-Z0-9-]+)/(?P<number>\d+))")


@dataclass(frozen=True)
class Place:
    """A station by its code, with what rules and rotas go by."""

    station: str
    location: str
    labels: frozenset[str]
    vendor: str

    def is_in(self, rule: AlertRule) -> bool:
        """Whether the rule's scope holds this station."""
        return (
            (not rule.labels or bool(self.labels & set(rule.labels)))
            and (not rule.locations or self.location in rule.locations)
            and (not rule.vendors or self.vendor.lower() in {vendor.lower() for vendor in rule.vendors})
        )


def place(station: Station) -> Place:
    """Where a station stands; its location comes with it."""
    location = station.location
    labels = frozenset(station.labels) | frozenset(location.labels if location else ())
    return Place(station.code, location.code if location else "", labels, station.vendor)


def named_in(subject: str) -> tuple[str, int | None]:
    """The station's code that a subject names, and the connector's number; no code where it is about none."""
    found = SUBJECT.fullmatch(subject)
    if found is None:
        return "", None
    number = found["number"]
    return found["station"] or found["code"], int(number) if number is not None else None


def places_of(subjects: Iterable[str]) -> dict[str, Place]:
    """The places of those subjects that are about a station; one query."""
    codes = {subject: named_in(subject)[0] for subject in subjects}
    stations = Station.objects.filter(code__in=set(codes.values()) - {""}).select_related("location")
    known = {station.code: place(station) for station in stations}
    return {subject: known[code] for subject, code in codes.items() if code in known}


def rules_of(*kinds: str) -> list[AlertRule]:
    """The rules of these kinds, those for some places before those for all; none where all are off.

    One that is off stands among the others: it keeps those for all away from its places.
    """
    rules = list(AlertRule.objects.filter(kind__in=kinds).order_by("pk"))
    if not any(rule.is_on for rule in rules):
        return []
    return sorted(rules, key=lambda rule: not (rule.labels or rule.locations or rule.vendors))


def rule_for(rules: Iterable[AlertRule], kind: str, where: Place) -> AlertRule | None:
    """The first rule of the kind whose scope holds the place; None where that one is off, whatever comes after it."""
    first = next((rule for rule in rules if rule.kind == kind and where.is_in(rule)), None)
    return first if first is not None and first.is_on else None
