"""Which frames are wanted: by station, transaction, kind, time and what they say."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from charging.models import Session
from drivepower.core.refusals import Refusal
from drivepower.core.tenancy import Seer
from ocpp_consumer.log import phrases
from ocpp_consumer.log.phrases import Phrase
from ocpp_consumer.models import Frame
from stations.models import Station

# An offline charge is told of later than it was, and none before it was asked for.
BEFORE_A_SESSION = timedelta(days=1)
MOST_WORDS = 20
ERRORS = ~Q(error="") | Q(message_type=4)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; what is empty does not matter."""

    station: str = ""
    transaction: str = ""
    action: str = ""
    direction: str = ""
    message_id: str = ""
    only_errors: bool = False
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """The same, ready for the database: what an index finds, what every row is asked, and what its text is."""

    rows: "QuerySet[Frame]"
    since: datetime | None
    until: datetime | None
    kinds: Q = field(default_factory=Q)
    action: str = ""
    only_errors: bool = False
    phrases: tuple[Phrase, ...] = ()

    @property
    def has_words(self) -> bool:
        """Whether an index of words helps."""
        return bool(self.phrases or self.action or self.only_errors)


def sought(wanted: Wanted, *, person: Seer) -> Sought:
    """What to look for, cut to that person; Refusals session_not_found, invalid_parameters for no words."""
    since, asked = wanted.since, Q()
    if wanted.transaction:
        session = session_of(wanted.transaction, person=person)
        asked &= Q(session_key=session.pk)
        since = max(since or session.created_at - BEFORE_A_SESSION, session.created_at - BEFORE_A_SESSION)
    if wanted.station:
        # A station's key finds its frames by their index; without one there are none.
        asked &= Q(station_id=station_of(wanted.station))
    q, tag, action = phrases.read(wanted.q, wanted.tag, wanted.action)
    if (wanted.q and not q) or (wanted.tag and not tag) or len(q) > MOST_WORDS:
        raise Refusal("invalid_parameters", "Seek letters or digits, at most 20 words.", {"q": ["Seek words."]})
    found = (*([Phrase(q)] if q else []), *([Phrase(tag, is_open=False)] if tag else []))
    return Sought(
        seen_by(person).filter(asked), since, wanted.until, kinds_of(wanted), "".join(action), wanted.only_errors, found
    )


def since_at_least(sought: Sought, since: datetime) -> Sought:
    """The same, of what came from then on."""
    return replace(sought, since=max(sought.since or since, since))


def seen_by(person: Seer) -> "QuerySet[Frame]":
    """The frames that a person may see, by the keys of their stations: no table is joined to this one."""
    rows = Frame.objects.all()
    if person.company_id is None:
        return rows
    return rows.filter(station_id__in=list(Station.objects.seen_by(person).values_list("pk", flat=True)))


def kinds_of(wanted: Wanted) -> Q:
    """What columns have to be, beside the text."""
    kinds = Q(**{name: value for name in ("action", "direction", "message_id") if (value := getattr(wanted, name))})
    return kinds & ERRORS if wanted.only_errors else kinds


def station_of(code: str) -> int:
    """The key of a station; 0, which is nobody's, where there is none."""
    return Station.objects.filter(code=code).values_list("pk", flat=True).first() or 0


def session_of(named: str, *, person: Seer) -> Session:
    """The session of a number (41 or #41) or public id, as far as a person may see it; Refusal session_not_found."""
    named = named.removeprefix("#")
    rows = Session.objects.seen_by(person).only("pk", "public_id", "created_at")
    found: Session | None = None
    if named.isdecimal() and len(named) < 10:
        found = rows.filter(pk=int(named)).first()
    else:
        try:
            found = rows.filter(public_id=uuid.UUID(named)).first()
        except ValueError:
            found = None
    if found is None:
        raise Refusal("session_not_found", "There is no such session.")
    return found
