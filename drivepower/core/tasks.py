"""What Celery does for the floor of the house."""

from celery import shared_task
from django.utils import timezone

from drivepower.core import reading, webhooks
from drivepower.core.events import forget_events
from drivepower.core.idempotency import forget_keys
from drivepower.core.sweeps import forget_old_runs, run, swept


@shared_task(name="core.forget_sweeps")
def forget_sweeps() -> None:
    """Forget what sweeps did long ago."""
    run("core.forget_sweeps", forgotten=forget_old_runs)


@shared_task(name="core.forget_told")
def forget_told() -> None:
    """Forget answers, events and secrets of webhooks that nobody needs any more."""
    run(
        "core.forget_told",
        keys=forget_keys,
        events=forget_events,
        secrets=webhooks.forget_previous_secrets,
    )


@shared_task(name="core.fan_out")
def fan_out() -> None:
    """Make deliveries of new events."""
    run("core.fan_out", made=webhooks.fan_out)


@shared_task(name="core.deliver")
def deliver() -> None:
    """Send webhooks what is due."""
    with swept("core.deliver", at=timezone.now()) as did:
        did.update(webhooks.deliver(now=timezone.now))


@shared_task(name="core.watch_readers")
def watch_readers() -> None:
    """Tell people of readers of events that stand still."""
    run("core.watch_readers", late=reading.watch_readers)
