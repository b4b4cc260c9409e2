"""All that the log finds, the oldest first, at most a month of it, in steps of bounded size."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from drivepower.core.refusals import Refusal
from ocpp_consumer.log import search
from ocpp_consumer.log.search import Walk
from ocpp_consumer.log.wanted import Sought, Wanted
from ocpp_consumer.models import Frame

LONGEST_TIME = timedelta(days=31)
STEP = 500
TOO_LONG = "Choose a time of at most 31 days to export, or a transaction."


def bounded(asked: Wanted, *, at: datetime) -> Wanted:
    """The same up to now; a transaction has its own bounds."""
    until = asked.until or at
    if asked.since is None and not asked.transaction:
        raise Refusal("invalid_parameters", TOO_LONG, {"since": ["Choose a time."]})
    if asked.since is not None and until - asked.since > LONGEST_TIME:
        raise Refusal("invalid_parameters", TOO_LONG, {"since": ["Too long ago."]})
    return replace(asked, until=until)


def steps(sought: Sought) -> Iterator[list[Frame]]:
    """Everything, step by step, the oldest first; where nothing is found for a while a step is empty."""
    walk = Walk(STEP, is_onward=True, is_strict=True)
    while True:
        found = search.find(sought, walk)
        search.with_stations(found.frames)
        yield found.frames
        if found.further is None:
            return
        walk = replace(walk, start=found.further)
