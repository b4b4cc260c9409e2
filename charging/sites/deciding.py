"""What a site must be told now: who takes how much, what is sent first, and which fallbacks stations keep. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from charging.models import ChargingProfile
from charging.sites.places import ANSWERED_WITHIN, Place, Site, loads
from charging.sites.planning import Want, plan
from drivepower.core.sentences import sentence

State = ChargingProfile.State
NONE = Decimal(0)


class Ask(NamedTuple):
    """A station is to be sent a share for one of its connectors."""

    place: Place
    share_a: Decimal


@dataclass(frozen=True, slots=True)
class Orders:
    """What there is to do at a site."""

    # By connector: what each charge gets.
    planned: dict[int, Decimal]
    reserved_a: Decimal
    # More than this is counted for those whom nobody can lower.
    exceeds_a: Decimal
    shares: list[Ask] = field(default_factory=list)
    fallbacks: list[Ask] = field(default_factory=list)
    # Stations that do not do what they are told, and why.
    disobeying: dict[str, str] = field(default_factory=dict)
    # Stations that have not answered yet.
    asked: set[str] = field(default_factory=set)


def decide(site: Site, *, at: datetime) -> Orders:
    """Share the supply anew, and choose what can be sent now without ever exceeding it.

    What is lowered goes out at once. What is raised goes out only where the rest, by what stations have confirmed,
    leaves room for it.
    """
    counting = list(site.counting())
    counted = {one.key: one.counted_a(at=at) for one in counting}
    obeying = {one.key for one in counting if one.is_ours(at=at) and not one.has_failed(at=at)}
    planned = _share(site, counting, obeying, at=at)
    # One that has refused its share is asked again for what it should have.
    wanted = planned | {
        key: share
        for key, share in _share(site, counting, {one.key for one in counting if one.is_ours(at=at)}, at=at).items()
        if key not in obeying
    }
    shares, fallbacks = list(_shares(site, counting, counted, wanted, at=at)), list(_fallbacks(site, at=at))
    away = [one for one in counting if one.session is None]
    nobody_lowers = [one for one in counting if one.key not in obeying]
    return Orders(
        planned=planned,
        reserved_a=max(loads(counted, away).values()),
        exceeds_a=max(loads(counted, nobody_lowers).values()) - site.limit_a,
        shares=shares,
        fallbacks=fallbacks,
        disobeying=dict(_disobeying(site.places, at=at)),
        asked={ask.place.connector.station.code for ask in [*shares, *fallbacks]} | set(_asked(site.places)),
    )


def _share(site: Site, places: Iterable[Place], obeying: set[int], *, at: datetime) -> dict[int, Decimal]:
    wants = [one.want(least_a=site.least_a, at=at, obeys=one.key in obeying) for one in places]
    return plan(limit_a=site.limit_a, wants=wants, least_a=site.least_a)


def _shares(
    site: Site, places: list[Place], counted: dict[int, Decimal], wanted: dict[int, Decimal], *, at: datetime
) -> Iterator[Ask]:
    """What is lowered first, then what is raised as far as there is room; who has nothing goes first."""
    room = {phase: site.limit_a - load for phase, load in loads(counted, places).items()}
    ours = [one for one in places if one.is_ours(at=at)]
    for place in sorted(ours, key=lambda one: (wanted[one.key] > counted[one.key], counted[one.key], one.key)):
        share, now = wanted[place.key], counted[place.key]
        if share == now and not place.needs_again(at=at):
            continue
        if share > now and any(room[phase] < share - now for phase in place.phases):
            if not place.has_failed(at=at):
                continue
            share = now  # one that takes what it has already is planned for again, and the others make room
        if place.may_be_asked(share, at=at):
            room |= {phase: room[phase] - max(NONE, share - now) for phase in place.phases}
            yield Ask(place, share)


def _fallbacks(site: Site, *, at: datetime) -> Iterator[Ask]:
    """What stations are to keep for charges that begin without a link, first what is lowered."""
    kept = {one.key: one.fallback_a() for one in site.places}
    ours = [one for one in site.places if one.is_online and one.is_able and one.fallback_is_ours]
    even = _even(site, kept, {one.key for one in ours})
    room = {phase: site.limit_a - load for phase, load in loads(kept, site.places).items()}
    for place in sorted(ours, key=lambda one: (even[one.key] > kept[one.key], one.key)):
        share, had = even[place.key], place.remembered_a()
        more = share - kept[place.key]
        # The charge that runs there may rest on it: it is raised when that is over. Until then the old one must stand.
        if share > had and (place.session is not None or any(room[phase] < more for phase in place.phases)):
            if kept[place.key] == had:
                continue
            share, more = had, NONE
        if _may_keep(place, share, at=at):
            room |= {phase: room[phase] - max(NONE, more) for phase in place.phases}
            yield Ask(place, share)


def _even(site: Site, kept: dict[int, Decimal], settable: set[int]) -> dict[int, Decimal]:
    """The even share of all connectors; those that cannot be set have what they keep.

    Where the supply is too small for all of them, the first connectors get the least current and the others none.
    """
    began = site.location.created_at
    wants = [
        Want(
            one.key,
            one.rated_a if one.key in settable else kept[one.key],
            began,
            one.phases,
            fixed=one.key not in settable,
        )
        for one in site.places
    ]
    return plan(limit_a=site.limit_a, wants=wants, least_a=site.least_a)


def _may_keep(place: Place, share_a: Decimal, *, at: datetime) -> bool:
    """Whether the station has not got this fallback on its present connection, and may be sent it now."""
    last = place.fallbacks[-1] if place.fallbacks else None
    if last is None:
        return True
    if last.state == State.REQUESTED:
        return at >= last.asked_at + ANSWERED_WITHIN
    if last.state == State.REFUSED:
        return place.may_be_tried(last, at=at)
    period = last.document["chargingSchedule"]["chargingSchedulePeriod"][0]
    is_same = Decimal(str(period["limit"])) == place.outlet.limit(share_a)
    return not is_same or last.changed_at < place.since


def _asked(places: Iterable[Place]) -> Iterator[str]:
    for place in places:
        if any(one.state == State.REQUESTED for one in [*place.fallbacks[-1:], *filter(None, [place.sent])]):
            yield place.connector.station.code


def _disobeying(places: Iterable[Place], *, at: datetime) -> Iterator[tuple[str, str]]:
    """Stations whose charges count as all that they may take, and why."""
    for place in places:
        code, sent = place.connector.station.code, place.sent
        if not place.is_able:
            yield code, sentence("It does not say that it can charge smartly.")
        elif place.is_online and sent is not None and place.has_failed(at=at):
            answer = sent.answer or sentence("no answer")
            yield (
                code,
                sentence(
                    "Connector %(number)s does not take its share: %(answer)s.",
                    number=place.connector.number,
                    answer=answer,
                ),
            )
        elif last := next((one for one in place.fallbacks[-1:] if one.state == State.REFUSED), None):
            yield (
                code,
                sentence(
                    "Connector %(number)s keeps no fallback: %(answer)s.",
                    number=place.connector.number,
                    answer=last.answer,
                ),
            )
