"""What the house itself did around a charge: worked on the station, changed its prices, took no new charges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from billing.models import TariffVersion
from stations.models import Maintenance

# Where new charges may be paused.
EVERYWHERE, HERE = "everywhere", "here"


class Turned(NamedTuple):
    """When, to what and by whom something was moved on."""

    at: datetime
    to: str
    who: str
    name: str | None
    note: str = ""


class Work(NamedTuple):
    """Work on the station, and the states that it was moved to, as far as the audit trail says."""

    row: Maintenance
    turns: Sequence[Turned]


@dataclass(frozen=True, kw_only=True)
class House:
    """All of it, as far as the reader may see it; `pauses` are turns of new charges to "on" and "off", by where."""

    works: Sequence[Work] = ()
    versions: Sequence[TariffVersion] = ()
    pauses: Mapping[str, Sequence[Turned]] = field(default_factory=dict)


def begin_of(work: Work) -> Turned | None:
    """When work began, by the trail, else by its own times; None where it never did."""
    row = work.row
    found = next((one for one in work.turns if one.to == Maintenance.State.UNDER_WAY), None)
    if found is not None or row.state != Maintenance.State.UNDER_WAY:
        return found
    return Turned(row.starts_at or row.made_at, Maintenance.State.UNDER_WAY, "", None)


def was_under_way(work: Work, since: datetime, until: datetime) -> bool:
    """Whether it held for a part of that time."""
    begun = begin_of(work)
    return begun is not None and begun.at <= until and (work.row.ended_at is None or work.row.ended_at >= since)


def was_paused(turns: Sequence[Turned], since: datetime) -> bool:
    """Whether new charges were off for a part of the time from then on, to which the turns go."""
    before = [one for one in turns if one.at < since]
    return any(one.to == "off" for one in [*before[-1:], *turns[len(before) :]])
