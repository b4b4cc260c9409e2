"""Whether somebody may charge at a station now: its place's rules, and what a fleet allows each of its cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import BigIntegerField, Case, DecimalField, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest

from accounts.models import IdTag, User
from charging.models import OPEN_STATES, Session, Settlement
from drivepower.core.compiled import Given
from drivepower.core.refusals import Refusal
from stations.access import Who, admits, admits_always, is_within, open_to, rules_of, zone_of
from stations.models import AccessRule, Station

NOTHING = Decimal(0)
# From the first of a month into the next one.
A_MONTH_AND_MORE = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Rest:
    """What a card may still take in its day and its month, in Wh and money; None: as much as it likes."""

    energy_wh: int | None = None
    amount: Decimal | None = None

    @property
    def is_used_up(self) -> bool:
        """Whether it may take nothing more."""
        return (self.energy_wh is not None and self.energy_wh <= 0) or (self.amount is not None and self.amount <= 0)


@dataclass(frozen=True, slots=True)
class Used:
    """What a card has taken, in Wh and money."""

    energy_wh: int
    amount: Decimal


NO_LIMIT = Rest()


def is_ruled() -> Exists:
    """Whether the place of the station that is `Given("station")` has rules, beside a tag that is read."""
    here = Q(station=Given("station")) | Q(location__stations=Given("station"))
    return Exists(AccessRule.objects.filter(here))


def check(*, station: Station, driver: User, id_tag: IdTag | None = None, at: datetime) -> None:
    """Refusal access_denied where this driver, or the card that pays, may not charge at the station now."""
    ways = [allowed(station=station, person=driver, at=at)]
    if id_tag is not None and id_tag.kind != IdTag.Kind.VIRTUAL:
        ways.append(allowed(station=station, tag=id_tag, at=at))
    if not all(ways):
        raise Refusal("access_denied", "This station is not open to you now.")


def allowed(*, station: Station, at: datetime, person: User | None = None, tag: IdTag | None = None) -> bool:
    """Whether a person, or one of the cards, may charge at the station at that moment.

    A technician's card opens every place; what is set on the card itself holds for it like for any other.
    """
    station = with_place(station)
    if tag is None:
        return open_to(stations=[station], person=person, at=at)[station.pk]
    if not is_open_for_card(tag, station, at=at):
        return False
    rules = [] if tag.kind == IdTag.Kind.SERVICE else rules_of([station])[station.pk]
    return admits(rules, who_shows(tag), at.astimezone(zone_of(station)))


def unbounded_in_time() -> Q:
    """Tags that have no days, hours or limits of their own."""
    no_limit = Q(day_limit_wh=None, month_limit_wh=None, day_limit_amount=None, month_limit_amount=None)
    return no_limit & Q(allowed_weekdays=[], allowed_from=None)


def allowed_always(*, station: Station, tags: Sequence[IdTag]) -> list[IdTag]:
    """Those of the tags, none of which is bounded in time, that may charge there at every hour, without being asked
    about; they are loaded with their drivers.
    """
    station = with_place(station)
    rules = rules_of([station])[station.pk]
    return [
        tag
        for tag in tags
        if is_its_place(tag, station) and (tag.kind == IdTag.Kind.SERVICE or admits_always(rules, who_shows(tag)))
    ]


def is_bounded(tag: IdTag) -> bool:
    """Whether anything is set on the card that bounds where, when or how much it charges."""
    return bool(tag.allowed_places or tag.allowed_weekdays or tag.allowed_from is not None or has_limit(tag))


def has_limit(tag: IdTag) -> bool:
    """Whether the card may take so much a day or a month only."""
    limits = tag.day_limit_wh, tag.month_limit_wh, tag.day_limit_amount, tag.month_limit_amount
    return any(limit is not None for limit in limits)


def is_open_for_card(tag: IdTag, station: Station, *, at: datetime) -> bool:
    """Whether place, day, hour and what is left of its limits let the card charge."""
    local = at.astimezone(zone_of(station))
    return (
        is_its_place(tag, station)
        and is_within(local, weekdays=tag.allowed_weekdays, starts=tag.allowed_from, ends=tag.allowed_until)
        and not rest(tag, station=station, at=at).is_used_up
    )


def is_its_place(tag: IdTag, station: Station) -> bool:
    """Whether the card names the station or its location, or no place at all."""
    place = station.location.code if station.location else ""
    return not tag.allowed_places or station.code in tag.allowed_places or place in tag.allowed_places


def who_shows(tag: IdTag) -> Who:
    """A card as the rules of places know people."""
    companies = {tag.company_id, tag.user.company_id if tag.user else None}
    return Who(frozenset(one for one in companies if one), frozenset([tag.group] if tag.group else []))


def rest(tag: IdTag, *, station: Station, at: datetime, beside: Session | None = None) -> Rest:
    """What the card may still take; a charge counts to the day and the month of the place in which it began.

    One that is open counts with all that it may still take; `beside` is the one that this is asked for.
    """
    if not has_limit(tag):
        return NO_LIMIT
    local = at.astimezone(zone_of(with_place(station)))
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    month = day.replace(day=1)
    today = used_in(tag, day, day + timedelta(days=1), at=at, beside=beside)
    this_month = used_in(tag, month, (month + A_MONTH_AND_MORE).replace(day=1), at=at, beside=beside)
    energies = (tag.day_limit_wh, today.energy_wh), (tag.month_limit_wh, this_month.energy_wh)
    amounts = (tag.day_limit_amount, today.amount), (tag.month_limit_amount, this_month.amount)
    return Rest(
        energy_wh=min((limit - used for limit, used in energies if limit is not None), default=None),
        amount=min((limit - used for limit, used in amounts if limit is not None), default=None),
    )


def used_in(tag: IdTag, since: datetime, until: datetime, *, at: datetime, beside: Session | None) -> Used:
    """What the charges that began in this time have taken by then: billed, or as last read; open ones their limit."""
    settled = Settlement.objects.filter(session=OuterRef("pk"), revision=OuterRef("revision")).values("total")
    money = DecimalField(max_digits=16, decimal_places=3)
    energy = Coalesce(F("billed_energy_wh"), F("meter__energy_wh"), Value(0), output_field=BigIntegerField())
    cost = Coalesce(Subquery(settled), F("meter__running_cost"), Value(NOTHING), output_field=money)
    by_then = Q(began__lte=at) | Q(state__in=OPEN_STATES)
    others = Session.objects.exclude(pk=beside.pk) if beside else Session.objects.all()
    sums = (
        others.exclude(state=Session.State.FAILED)
        .alias(began=Coalesce("started_at", "requested_at"))
        .filter(by_then, id_tag=tag, began__gte=since, began__lt=until)
        .aggregate(energy_wh=Sum(_or_all(energy, "limit_energy_wh")), amount=Sum(_or_all(cost, "limit_amount")))
    )
    return Used(sums["energy_wh"] or 0, sums["amount"] or NOTHING)


def _or_all(used: Coalesce, limit: str) -> Case:
    """What is used, or for an open charge the whole of its limit, whichever is more."""
    whole = Greatest(used, F(limit), output_field=used.output_field)
    return Case(When(state__in=OPEN_STATES, then=whole), default=used)


def with_place(station: Station) -> Station:
    """The station with its location; who only named it has it read."""
    if Station._meta.get_field("location").is_cached(station):
        return station
    return Station.objects.select_related("location").get(pk=station.pk)
