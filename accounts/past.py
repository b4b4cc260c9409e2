"""What logins, tries and signatures leave behind, and for how long it is kept."""

from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import QuerySet

from accounts import locks, signed
from accounts.models import Login, SignedRequest

# How long people and operators can see that a login was there.
LOGINS_KEPT = timedelta(days=30)
AT_ONCE = 1000


def forget_logins(*, at: datetime) -> int:
    """Delete logins that expired or ended long ago; answers how many."""
    return _delete(Login.objects.filter(expires_at__lt=at - LOGINS_KEPT)) + _delete(
        Login.objects.filter(ended_at__lt=at - LOGINS_KEPT)
    )


def forget_signatures(*, at: datetime) -> int:
    """Delete signatures whose time has gone; one may have been stamped ahead by as much as it may lag."""
    return _delete(SignedRequest.objects.filter(at__lt=at - 2 * signed.WINDOW))


def forget_tries(*, at: datetime) -> int:
    """Delete wrong passwords that count no more, and addresses that nobody has come in from lately."""
    tries = AccessAttempt.objects.filter(attempt_time__lt=at - settings.AXES_COOLOFF_TIME)
    return _delete(tries) + _delete(AccessLog.objects.filter(attempt_time__lt=at - locks.KNOWN))


def _delete(rows: "QuerySet[Any]") -> int:
    count, _ = rows.model.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:AT_ONCE])).delete()
    return int(count)
