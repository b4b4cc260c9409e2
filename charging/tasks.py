"""What Celery does for charging: it calls the verbs, with the time; losing any of these costs only delay."""

from celery import shared_task
from django.utils import timezone

from charging import settlement, sweeps


@shared_task(name="charging.settle")
def settle(session_id: int) -> None:
    """Settle one session as soon as it has ended."""
    settlement.settle(session_id=session_id, at=timezone.now())


@shared_task(name="charging.sweep_settlements")
def sweep_settlements() -> None:
    """Settle whatever has ended and was not hinted at."""
    sweeps.settle_ended(at=timezone.now())


@shared_task(name="charging.sweep_requested")
def sweep_requested() -> None:
    """Fail starts that never came."""
    sweeps.fail_expired_starts(at=timezone.now())


@shared_task(name="charging.sweep_hung")
def sweep_hung() -> None:
    """End sessions whose Stop never came, and free what finished ones still hold."""
    sweeps.end_hung(at=timezone.now())
    sweeps.free_leftovers(at=timezone.now())
