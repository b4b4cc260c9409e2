"""Which stretch of time an explanation looks at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from charging.models import Session
from stations.models import Station

BEFORE, AFTER = timedelta(minutes=5), timedelta(minutes=30)


@dataclass(frozen=True)
class Scope:
    """A station, some of its connectors (none: all), and from when until when; of a session or not."""

    station: Station
    since: datetime
    until: datetime
    numbers: frozenset[int] = frozenset()
    session: Session | None = None

    @property
    def window(self) -> tuple[datetime, datetime]:
        """From when until when."""
        return self.since, self.until


def of_session(session: Session, *, at: datetime) -> Scope:
    """From a little before it was asked for to a while after the last that was heard of it."""
    begins = [one for one in (session.requested_at, session.started_at) if one]
    ends = [session.stopped_at, session.stop_received_at, session.stop_asked_at, session.start_received_at]
    if session.failure or session.state == Session.State.REQUESTED:
        ends.append(session.expires_at or session.requested_at)
    is_open = session.state in (Session.State.ACTIVE, Session.State.STOPPING)
    last = max([one for one in ends if one] or [session.created_at])
    until = at if is_open else min(at, last + AFTER)
    since = min(begins or [session.created_at]) - BEFORE
    numbers = frozenset({0, session.connector.number})
    return Scope(session.station, since, max(since, until), numbers, session)
