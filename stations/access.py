"""Who may charge at a place, and when by its clock; where no rule is, everyone may, always."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from accounts.models import IdTag, User
from stations.models import AccessRule, Station


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody as the rules know people: by their companies and the groups of their cards."""

    companies: frozenset[int] = frozenset()
    groups: frozenset[str] = frozenset()


NOBODY = Who()


def who_is(person: User) -> Who:
    """A person with the cards that are good; one query."""
    cards = IdTag.objects.filter(user=person, blocked=False).exclude(kind=IdTag.Kind.VIRTUAL)
    rows = list(cards.values_list("company", "group"))
    companies = {company for company, _ in rows} | {person.company_id}
    return Who(frozenset(one for one in companies if one), frozenset(group for _, group in rows if group))


def open_to(*, stations: Sequence[Station], person: User | None, at: datetime) -> dict[int, bool]:
    """Whether this person, or anybody where none is named, may charge at each station now, by key.

    The stations are loaded with their locations; two queries for all of them.
    """
    rules = rules_of(stations)
    who = who_is(person) if person is not None and any(rules.values()) else NOBODY
    return {station.pk: admits(rules[station.pk], who, at.astimezone(zone_of(station))) for station in stations}


def rules_of(stations: Sequence[Station]) -> dict[int, list[AccessRule]]:
    """The rules of each of these stations and of its location, by key; one query."""
    places = {station.location_id for station in stations if station.location_id}
    found = list(AccessRule.objects.filter(Q(station__in=[one.pk for one in stations]) | Q(location__in=places)))
    return {
        station.pk: [
            rule
            for rule in found
            if rule.station_id == station.pk or (rule.location_id and rule.location_id == station.location_id)
        ]
        for station in stations
    }


def admits(rules: Iterable[AccessRule], who: Who, local: datetime) -> bool:
    """Whether one of the rules fits this person at that time of the place; true where there is none."""
    rules = list(rules)
    return not rules or any(
        fits(rule, who) and is_within(local, weekdays=rule.weekdays, starts=rule.opens, ends=rule.closes)
        for rule in rules
    )


def admits_always(rules: Iterable[AccessRule], who: Who) -> bool:
    """Whether this person may charge at every hour, so that nobody has to be asked; true where there is no rule."""
    rules = list(rules)
    return not rules or any(fits(rule, who) and not rule.weekdays and rule.opens is None for rule in rules)


def fits(rule: AccessRule, who: Who) -> bool:
    """Whether the rule is about them."""
    if rule.whom == AccessRule.Whom.COMPANY:
        return rule.company_id in who.companies
    return rule.whom == AccessRule.Whom.EVERYONE or rule.group in who.groups


def is_within(local: datetime, *, weekdays: Sequence[int], starts: time | None, ends: time | None) -> bool:
    """Whether a time of the place is on one of the days and in the half-open window, as prices hold.

    A window may go past midnight; each instant counts to the day on which it lies.
    """
    if weekdays and local.isoweekday() not in weekdays:
        return False
    if starts is None or ends is None:
        return True
    now = local.time()
    return starts <= now < ends if starts < ends else now >= starts or now < ends


def zone_of(station: Station) -> ZoneInfo:
    """The clock by which the station's place lives."""
    name = station.location.time_zone if station.location else settings.DEFAULT_LOCATION_TIME_ZONE
    return ZoneInfo(name)
