"""The end of a job, by itself or by a person, and how it goes on after that."""

from datetime import datetime

from django.db import transaction

from drivepower.core import alerts, doorbell
from drivepower.core.sentences import sentence
from ocpp_consumer.bulk.beginning import GO_ON
from stations.models import BulkCommand, BulkStep

State, Outcome = BulkCommand.State, BulkStep.Outcome
STOPPED = (State.CANCELLED, State.HALTED)
HALTED = alerts.closed_by_people("bulk_halted")


def stop(*, bulk: BulkCommand, by: str, at: datetime) -> bool:
    """Ask no further station; False where it had ended. What has been asked stays asked, and its outcome is noted."""
    running = BulkCommand.objects.filter(pk=bulk.pk, state=State.RUNNING)
    return running.update(state=State.CANCELLED, ended_at=at, ended_by=by) == 1


def halt(*, bulk: BulkCommand, failures: int, at: datetime) -> None:
    """Stop by itself, and tell people."""
    BulkCommand.objects.filter(pk=bulk.pk, state=State.RUNNING).update(state=State.HALTED, ended_at=at)
    text = sentence("%(job)s has stopped: %(count)s stations failed.", job=str(bulk), count=failures)
    alerts.open_alert(kind=HALTED, subject=f"bulk:{bulk.public_id}", text=text, at=at)


def finish(*, bulk: BulkCommand, at: datetime) -> None:
    """Every station has come to its outcome."""
    BulkCommand.objects.filter(pk=bulk.pk, state=State.RUNNING).update(state=State.DONE, ended_at=at)


@transaction.atomic
def resume(*, bulk: BulkCommand, at: datetime) -> bool:
    """Go on with a job that was stopped, in spite of what has failed; False where it was not."""
    failures = BulkStep.objects.filter(bulk=bulk.pk, outcome=Outcome.FAILURE).count()
    stopped = BulkCommand.objects.filter(pk=bulk.pk, state__in=STOPPED)
    return _run_again(bulk, stopped.update(state=State.RUNNING, ended_at=None, ended_by="", forgiven=failures), at)


@transaction.atomic
def retry(*, bulk: BulkCommand, at: datetime) -> bool:
    """Ask those again that have failed, each in its wave; False while the job runs, and where nothing has failed."""
    ended = BulkCommand.objects.filter(pk=bulk.pk).exclude(state=State.RUNNING)
    if not ended.select_for_update(no_key=True).exists():
        return False
    failed = BulkStep.objects.filter(bulk=bulk.pk, outcome=Outcome.FAILURE)
    again = failed.update(outcome=Outcome.WAITING, reason="", refusal="", command=None, taken_at=None, judged_at=None)
    fresh = {"state": State.RUNNING, "ended_at": None, "ended_by": "", "forgiven": 0}
    return _run_again(bulk, ended.update(**fresh) if again else 0, at)


def _run_again(bulk: BulkCommand, moved: int, at: datetime) -> bool:
    if moved:
        alerts.resolve_alert(kind=HALTED, subject=f"bulk:{bulk.public_id}", at=at)
        doorbell.hint(GO_ON)
    return moved == 1
