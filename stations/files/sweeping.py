"""Jobs that will never be heard of again are ended, and leftovers on the disk taken away."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from drivepower.core.sentences import sentence
from stations.files import reasons, uploads
from stations.files.jobs import OPEN, Job, fail, finish
from stations.models import Command, DiagnosticsJob, FirmwareJob

SILENCE = timedelta(days=1)
NEVER_SENT = Q(command__sent_at=None, command__state__in=[Command.State.TIMED_OUT, Command.State.FAILED])


def sweep(*, at: datetime) -> int:
    """End what was never sent and what has been silent for a day; how many jobs that were."""
    uploads.clear_partial(at=at)
    uploads.watch_room(at=at)
    firmware, diagnostics = FirmwareJob.objects.filter(state__in=OPEN), DiagnosticsJob.objects.filter(state__in=OPEN)
    silent = Q(changed_at__lte=at - SILENCE)
    came = sum(
        finish(job, reason=reasons.CAME, at=at)
        for job in diagnostics.filter(silent).filter(uploads__isnull=False).select_related("station").distinct()
    )
    return (
        came
        + _end(firmware, silent & Q(retrieve_at__lte=at - SILENCE), at=at)
        + _end(diagnostics, silent & Q(uploads=None), at=at)
    )


def _end(jobs: QuerySet[Job], silent: Q, *, at: datetime) -> int:
    jobs = jobs.select_related("station")
    never_sent = [fail(job, reason=sentence(reasons.NEVER_SENT), at=at) for job in jobs.filter(NEVER_SENT)]
    return sum(never_sent) + sum(fail(job, reason=sentence(reasons.SILENT), at=at) for job in jobs.filter(silent))
