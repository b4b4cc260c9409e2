"""What Celery does for the portal."""

from celery import shared_task

from drivepower.core.sweeps import run
from drivepower.portal.audit import keeping
from drivepower.portal.monthly import making, sending


@shared_task(name="portal.forget_changes")
def forget_changes() -> int:
    """Forget changes of years ago, and what the trail says of drivers who have left."""
    return run("portal.forget_changes", forgotten=keeping.forget_changes, blanked=keeping.forget_people)


@shared_task(name="portal.report_month")
def report_month() -> int:
    """Make the report of the last month when it is over, and send it."""
    return run("portal.report_month", made=making.make_due, sent=sending.send_due)
