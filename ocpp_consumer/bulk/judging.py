"""What has become of the stations that were asked: a handful of queries, however many there are."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from charging.models import LocalList
from ocpp_consumer.bulk import verdicts
from ocpp_consumer.bulk.asking import subject_of
from ocpp_consumer.bulk.verdicts import Verdict
from stations.models import BulkCommand, BulkStep, Command, FirmwareJob

Kind, Outcome = BulkCommand.Kind, BulkStep.Outcome
FIRMWARE = "firmware:"


def judge(*, at: datetime) -> int:
    """Note success and failure of every station that is in progress, of stopped jobs too; how many were judged."""
    found = list(BulkStep.objects.filter(outcome=Outcome.IN_PROGRESS).select_related("bulk", "command").order_by())
    by_kind: dict[str, list[BulkStep]] = defaultdict(list)
    for step in found:
        by_kind[step.bulk.kind].append(step)
    known: dict[Verdict, list[int]] = defaultdict(list)
    for kind, steps in by_kind.items():
        for step, verdict in zip(steps, JUDGES.get(kind, _by_command)(steps), strict=True):
            if verdict or is_over(step, at=at):
                known[verdict or verdicts.failure(verdicts.TOO_LATE)].append(step.pk)
    return sum(_note(verdict, steps, at=at) for verdict, steps in known.items())


def is_over(step: BulkStep, *, at: datetime) -> bool:
    """Whether its station had time enough."""
    return step.taken_at is not None and at >= step.taken_at + timedelta(seconds=step.bulk.patience_s)


def _note(verdict: Verdict, steps: list[int], *, at: datetime) -> int:
    rows = BulkStep.objects.filter(pk__in=steps, outcome=Outcome.IN_PROGRESS)
    return rows.update(outcome=verdict.outcome, reason=verdict.reason, judged_at=at)


def _by_command(steps: Sequence[BulkStep]) -> list[Verdict | None]:
    return [verdicts.of_command(step.command) if step.command else None for step in steps]


def _by_values(steps: Sequence[BulkStep]) -> list[Verdict | None]:
    """All commands of a step since it was taken last."""
    of_step: dict[str, list[Command]] = defaultdict(list)
    for command in Command.objects.filter(subject__in=[subject_of(step.pk) for step in steps]).order_by("pk"):
        of_step[command.subject].append(command)
    return [
        verdicts.of_all(
            one for one in of_step[subject_of(step.pk)] if step.taken_at is None or one.asked_at >= step.taken_at
        )
        for step in steps
    ]


def _by_jobs(steps: Sequence[BulkStep]) -> list[Verdict | None]:
    named = {step.pk: step.command.subject.removeprefix(FIRMWARE) for step in steps if step.command}
    jobs = FirmwareJob.objects.in_bulk([int(key) for key in named.values() if key.isdecimal()])
    return [
        verdicts.of_firmware(step.command, jobs.get(int(named[step.pk]))) if step.command else None for step in steps
    ]


def _by_lists(steps: Sequence[BulkStep]) -> list[Verdict | None]:
    kept = LocalList.objects.filter(station__in=[step.station_id for step in steps]).defer("entries")
    lists = {one.station_id: one for one in kept}
    return [verdicts.of_list(lists.get(step.station_id), taken_at=step.taken_at) for step in steps]


JUDGES: dict[str, Callable[[Sequence[BulkStep]], list[Verdict | None]]] = {
    Kind.CONFIGURATION: _by_values,
    Kind.FIRMWARE: _by_jobs,
    Kind.LOCAL_LIST: _by_lists,
}
