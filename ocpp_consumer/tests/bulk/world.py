"""Stations that hold a socket of nobody, and jobs over them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ocpp_consumer import bulk
from stations.models import BulkCommand, BulkStep, Command, Gateway, Location, Station
from stations.tests import world

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BY = "staff:0d0f7c1e-5b5a-4f0e-9d1c-2f6a3b8e4c11"
State, Outcome, Kind = BulkCommand.State, BulkStep.Outcome, BulkCommand.Kind
ACCEPTED = {"status": "Accepted"}


def connected(count: int, *, code: str = "S", **fields: Any) -> list[Station]:
    """That many stations at one place, all of them connected for a day."""
    gateway: Gateway = world.gateway(at=NOW + timedelta(days=1))
    place = Location.objects.filter(code="ALA-TOO").first() or world.location()
    shared = {"location": place, "gateway": gateway, "connected_at": NOW, "epoch": 1, **fields}
    return Station.objects.bulk_create(
        Station(code=f"{code}-{number:03}", identity=f"CP {code} {number}", **shared) for number in range(count)
    )


def begun(stations: list[Station], *, kind: str = Kind.RESET, at: datetime = NOW, **said: Any) -> BulkCommand:
    """A job over them."""
    said.setdefault("payload", {"type": "Soft"})
    return bulk.begin(kind=kind, stations=stations, by=BY, confirmed=True, at=at, **said)


def answered(*, state: str = "accepted", answer: dict[str, Any] | None = None, **more: Any) -> int:
    """Every command that waits is answered so; how many."""
    waiting = Command.objects.filter(state=Command.State.QUEUED)
    return waiting.update(state=state, sent_at=NOW, answered_at=NOW, answer=answer or ACCEPTED, **more)


def outcomes(job: BulkCommand) -> list[tuple[int, str, str]]:
    """Wave, outcome and reason of each station, by code."""
    rows = job.steps.order_by("station__code").values_list("wave", "outcome", "reason")
    return [(wave, str(outcome), reason) for wave, outcome, reason in rows]


def state_of(job: BulkCommand) -> str:
    """As it stands."""
    return str(BulkCommand.objects.values_list("state", flat=True).get(pk=job.pk))
