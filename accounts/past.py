"""What logins, tries and signatures leave behind, and for how long it is kept."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessLog
from django.conf import settings

from accounts import locks, signed
from accounts.models import Login, SignedRequest
from drivepower.core.forgetting import forget

# How long people and operators can see that a login was there.
LOGINS_KEPT = timedelta(days=30)


def forget_logins(*, at: datetime) -> int:
    """Delete logins that expired or ended long ago; answers how many."""
    expired = forget(Login.objects.filter(expires_at__lt=at - LOGINS_KEPT).order_by("expires_at"))
    return expired + forget(Login.objects.filter(ended_at__lt=at - LOGINS_KEPT).order_by("ended_at"))


def forget_signatures(*, at: datetime) -> int:
    """Delete signatures whose time has gone; one may have been stamped ahead by as much as it may lag."""
    return forget(SignedRequest.objects.filter(at__lt=at - 2 * signed.WINDOW))


def forget_tries(*, at: datetime) -> int:
    """Delete wrong passwords that count no more, and addresses that nobody has come in from lately."""
    tries = AccessAttempt.objects.filter(attempt_time__lt=at - settings.AXES_COOLOFF_TIME)
    return forget(tries) + forget(AccessLog.objects.filter(attempt_time__lt=at - locks.KNOWN))
