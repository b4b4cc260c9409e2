"""Which part of the time around a session is its own, where other charges of its connector came close to it."""

from datetime import datetime, timedelta

from charging.models import Session
from charging.stays import SAYS_WITHIN
from drivepower.portal.explain.scope import Scope

# In the order of their ends, so that of a connector with a long history no more is read.
MOST = 20
# Connectors say that they charge a little before the start itself is told.
AHEAD = timedelta(seconds=10)


def own_time(scope: Scope, session: Session) -> tuple[datetime, datetime]:
    """From when until when what the hardware said is of this session; one query, by the index of its connector.

    Whoever reads it hears nothing of the others but that their time is not this one's.
    """
    since, until = scope.window
    begins = begin_of(session) or since
    ends = session.stopped_at or session.expires_at or session.requested_at or until
    here = Session.objects.filter(connector=session.connector_id, started_at__isnull=False).exclude(pk=session.pk)
    here = here.only("requested_at", "started_at", "stopped_at").order_by("stopped_at")
    others = here.filter(stopped_at__gte=since)[:MOST].union(here.filter(stopped_at=None)[:MOST], all=True)
    for other in others:
        began = begin_of(other) or until
        if ends <= began <= until:
            until = min(until, max(ends, began - AHEAD))
        elif began < begins and other.stopped_at is not None:
            since = max(since, min(begins, other.stopped_at + SAYS_WITHIN))
    return since, until


def begin_of(session: Session) -> datetime | None:
    """When it was asked for, or began without that."""
    return min(filter(None, [session.requested_at, session.started_at]), default=None)
