"""The log while it is looked at: what came since, in the filter of the page; the same rows as the page draws."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict

from accounts.models import User
from drivepower.core.refusals import Refusal
from ocpp_consumer.log import asked as asking
from ocpp_consumer.log import pairs, rows, search, wanted
from ocpp_consumer.log.asked import FRAMES
from ocpp_consumer.log.explained import ways_of
from ocpp_consumer.log.search import Walk

# A frame is written a moment after it came, and its answer comes after it: so far back is looked again each time.
OVERLAP = timedelta(seconds=5)
# Who was away for longer opens the page anew.
LONGEST_AWAY = timedelta(minutes=15)
MOST = 100


@dataclass(slots=True)
class Watched:
    """A page that is open: its address, how far it has heard, and what it was told."""

    query: QueryDict
    since: datetime
    told: dict[str, dict[str, Any]] = field(default_factory=dict)


def look(watched: Watched, *, person: User, at: datetime) -> list[dict[str, Any]]:
    """Rows that are new or different, the oldest first; nothing for an address that asks for nonsense."""
    since = max(watched.since, at - LONGEST_AWAY) - OVERLAP
    try:
        asked = asking.read(watched.query)
        sought = wanted.sought(asked.wanted, person=person)
    except Refusal:
        return []
    later = wanted.since_at_least(sought, since)
    frames = search.find(later, Walk(MOST)).frames
    if asked.view == FRAMES:
        drawn = rows.of_frames(frames, ways=ways_of(person))
    else:
        drawn = rows.of_exchanges(pairs.exchanges(frames, later), now=at, ways=ways_of(person))
    now = {row.key: row.as_json() for row in reversed(drawn)}
    changed = [row for key, row in now.items() if watched.told.get(key) != row]
    watched.told, watched.since = now, at
    return changed
