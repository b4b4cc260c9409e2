"""What Celery does for the floor of the house."""

from celery import shared_task

from drivepower.core.sweeps import forget_old_runs, run


@shared_task(name="core.forget_sweeps")
def forget_sweeps() -> None:
    """Forget what sweeps did long ago."""
    run("core.forget_sweeps", forgotten=forget_old_runs)
