"""A job goes on: the next stations of its wave are asked, and the next wave begins when this one is over."""

from datetime import datetime
from typing import NamedTuple

import structlog
from django.db.models import Count, Max, Min, Q, QuerySet

from ocpp_consumer.bulk import ending
from ocpp_consumer.bulk.asking import take
from ocpp_consumer.bulk.judging import judge
from ocpp_consumer.bulk.rights import begun_by
from ocpp_consumer.bulk.sets import AT_ONCE, end
from stations import pacing
from stations.models import BulkCommand, BulkStep, Station

State, Outcome = BulkCommand.State, BulkStep.Outcome
# What is refused at the door costs a person nothing of their pace, and a sweep its time.
LOOKED_AT = 200
STRANGE = "access_denied"

log = structlog.stdlib.get_logger(__name__)


class Standing(NamedTuple):
    """The wave that is under way (None: all are over), the last one that has begun, and what failed or waits."""

    current: int | None
    last: int | None
    failures: int
    waiting: int


def go_on(*, at: datetime) -> int:
    """Judge what was asked, then ask the next stations of every job that runs; how many commands that took."""
    judge(at=at)
    running = BulkCommand.objects.filter(state=State.RUNNING).order_by("id")
    return sum(_try(key, asked_by) for key, asked_by in running.values_list("pk", "asked_by"))


def _try(key: int, asked_by: str) -> int:
    """Go on with one job; whatever breaks on it is logged, and the others get their turn."""
    try:
        return go_on_with(key, asked_by=asked_by)
    except Exception:
        log.exception("a bulk job cannot go on", bulk=key)
        return 0


def go_on_with(key: int, *, asked_by: str) -> int:
    """Take the next steps of one job in its person's turn; whoever stops it waits until they are taken."""
    with pacing.in_turn(asked_by=asked_by) as turn:
        ours = BulkCommand.objects.select_for_update(no_key=True).filter(pk=key, state=State.RUNNING)
        if (bulk := ours.first()) is None:
            return 0
        standing = stand(bulk)
        if standing.current is None:
            ending.finish(bulk=bulk, at=turn.at)
        elif standing.waiting and too_many_failed(bulk, standing):
            ending.halt(bulk=bulk, failures=standing.failures, at=turn.at)
        else:
            return next_steps(bulk, standing.current, turn)
    return 0


def stand(bulk: BulkCommand) -> Standing:
    """How far a job is."""
    open_ones = Q(outcome__in=[Outcome.WAITING, Outcome.IN_PROGRESS])
    return Standing(
        **bulk.steps.aggregate(
            current=Min("wave", filter=open_ones),
            last=Max("wave", filter=Q(taken_at__isnull=False)),
            failures=Count("pk", filter=Q(outcome=Outcome.FAILURE)),
            waiting=Count("pk", filter=Q(outcome=Outcome.WAITING)),
        )
    )


def too_many_failed(bulk: BulkCommand, standing: Standing) -> bool:
    """Beyond the number, or beyond the share of the stations in the waves that have begun."""
    failures = standing.failures - bulk.forgiven
    if bulk.most_failures is not None and failures > bulk.most_failures:
        return True
    if bulk.most_failures_percent is None or failures <= 0:
        return False
    begun = bulk.steps.filter(wave__lte=standing.last or 1).count()
    return failures * 100 > bulk.most_failures_percent * begun


def leave_out_strange(bulk: BulkCommand, waiting: "QuerySet[BulkStep]", *, at: datetime) -> None:
    """Stations may change hands while a job runs: staff of a company ask nothing of those that are others' by now."""
    if (person := begun_by(bulk)) is not None and person.company_id is not None:
        strange = waiting.exclude(station__in=Station.objects.seen_by(person))
        end(list(strange), outcome=Outcome.FAILURE, reason=STRANGE, at=at)


def next_steps(bulk: BulkCommand, wave: int, turn: pacing.Turn) -> int:
    """Take what waits in the wave, as far as this person's pace goes."""
    waiting = bulk.steps.filter(wave=wave, outcome=Outcome.WAITING).select_related("station").order_by("id")
    leave_out_strange(bulk, waiting, at=turn.at)
    if bulk.kind in AT_ONCE:
        if steps := list(waiting):
            AT_ONCE[bulk.kind](bulk, steps, turn.at)
        return 0
    asked = 0
    for step in waiting[:LOOKED_AT] if turn.left > 0 else ():
        asked += take(step, bulk=bulk, at=turn.at)
        if asked >= turn.left:
            break
    return asked
