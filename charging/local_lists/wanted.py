"""Who should be in a station's list: whoever may charge there, as long as it has room."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max
from django.db.models.functions import Upper

from accounts.models import IdTag
from charging import abilities, access, authorization
from charging.local_lists import problems
from charging.local_lists.entries import Entries
from charging.models import Session
from stations.models import Station

LONGEST_TAG = 20
COLUMNS = ("value", "kind", "expires_at", "group", "allowed_places", "company", "user__company")
# What stations that say nothing can bear at once, by experience.
AT_ONCE = 100


class Limits(NamedTuple):
    """How many entries one message and the list may hold; None: the station has not said."""

    at_once: int | None
    in_all: int | None


class Candidate(NamedTuple):
    """A tag and its entry."""

    id_tag: IdTag
    entry: Entries

    @property
    def tag(self) -> str:
        """Its value."""
        return self.id_tag.value


def limits_of(station: Station) -> Limits:
    """As its configuration was last read."""
    told = abilities.told(station, "SendLocalListMaxLength", "LocalAuthListMaxLength")
    at_once, in_all = told.get("SendLocalListMaxLength"), told.get("LocalAuthListMaxLength")
    return Limits(abilities.whole(at_once), abilities.whole(in_all))


def candidates(*, at: datetime) -> list[Candidate]:
    """Every tag that may charge, by value, in one query."""
    tags = authorization.accepted(at=at).order_by("value").select_related("user").only(*COLUMNS)
    return [Candidate(tag, _entry(tag.expires_at, tag.group)) for tag in tags.iterator()]


def choose(found: list[Candidate], *, station: Station, most: int | None) -> tuple[Entries, str]:
    """The entries for one station, and what was left out: those who charged there last go before others.

    Whom its place does not admit at every hour is asked about and is in no list.
    """
    admitted = {tag.pk for tag in access.allowed_always(station=station, tags=[one.id_tag for one in found])}
    found = [one for one in found if one.id_tag.pk in admitted]
    short = [one for one in found if len(one.tag) <= LONGEST_TAG]
    too_long = len(found) - len(short)
    notes = [problems.LONG_TAGS % {"count": too_long, "most": LONGEST_TAG}] if too_long else []
    if most is not None and len(short) > most:
        notes.append(problems.NO_ROOM % {"count": len(short) - most, "most": most})
        last = _last_starts(station)
        short = sorted(short, key=lambda one: -last.get(one.id_tag.pk, 0.0))[:most]
    return {one.tag: one.entry for one in short}, problems.BETWEEN.join(notes)


def refused(tags: Iterable[str], *, at: datetime) -> list[str]:
    """Those of the tags that may not charge: they must not be in a list as accepted."""
    asked = {tag.upper(): tag for tag in tags}
    accepted = authorization.accepted(at=at).alias(folded=Upper("value")).filter(folded__in=asked)
    known = {value.upper() for value in accepted.values_list("value", flat=True)}
    return [tag for folded, tag in asked.items() if folded not in known]


def _entry(expires_at: datetime | None, group: str) -> Entries:
    said = {"status": "Accepted", "expires_at": expires_at and expires_at.isoformat(), "parent": group}
    return {name: value for name, value in said.items() if value}


def _last_starts(station: Station) -> dict[int, float]:
    started = Session.objects.filter(station=station, started_at__isnull=False, id_tag__isnull=False).order_by()
    rows = started.values_list("id_tag").annotate(last=Max("started_at"))
    return {id_tag: last.timestamp() for id_tag, last in rows if id_tag and last}
