"""Addresses in requests: where a station fetches from or sends to, and how they are kept."""

from collections.abc import Iterator, Mapping
from typing import Any

from charging import clock
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from stations.files.jobs import check_location


def problems(location: str) -> Iterator[str]:
    """What is wrong with an address."""
    try:
        check_location(location)
    except Refusal as refusal:
        yield refusal.message


def period_problems(payload: Mapping[str, Any], since: str, until: str) -> Iterator[str]:
    """What is wrong with a period."""
    moments = {name: clock.read(payload[name]) for name in (since, until) if name in payload}
    yield from (
        sentence("%(name)s is no time in ISO 8601.", name=name) for name, moment in moments.items() if moment is None
    )
    begin, end = moments.get(since), moments.get(until)
    if begin and end and begin > end:
        yield sentence("%(since)s is after %(until)s.", since=since, until=until)
