"""What of charging stands in the way of a driver's leaving."""

from accounts.models import User
from charging.models import Session
from drivepower.core.refusals import Refusal


def open_session(user: User) -> Refusal | None:
    """A charge that goes on."""
    if Session.objects.open().filter(driver=user).exists():
        return Refusal("session_already_active", "Stop your charge first.")
    return None


def unsettled_session(user: User) -> Refusal | None:
    """One that has ended and may still cost something."""
    waiting = Session.objects.filter(driver=user, state__in=[Session.State.ENDED, Session.State.REVIEW])
    return Refusal("session_already_active", "A charge is not settled yet.") if waiting.exists() else None
