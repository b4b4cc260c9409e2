"""What has been said, and for how long it is kept."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.models import Notification, OneTimeCode, SandboxMessage
from drivepower.core.forgetting import forget

# Codes are counted for a day (see accounts.codes).
CODES_KEPT = timedelta(days=2)
NOTIFICATIONS_KEPT = timedelta(days=180)
SANDBOX_KEPT = timedelta(days=7)


def forget_codes(*, at: datetime) -> int:
    """Delete codes that count for nothing any more, with their messages; answers how many."""
    return _delete(OneTimeCode.objects.all(), "made_at", before=at - CODES_KEPT)


def forget_notifications(*, at: datetime) -> int:
    """Delete what was told half a year ago, with its messages; answers how many."""
    return _delete(Notification.objects.all(), "made_at", before=at - NOTIFICATIONS_KEPT)


def forget_sandbox(*, at: datetime) -> int:
    """Delete what the sandbox kept a week ago; answers how many."""
    return _delete(SandboxMessage.objects.all(), "at", before=at - SANDBOX_KEPT)


def _delete(rows: "QuerySet[Any]", column: str, *, before: datetime) -> int:
    """Delete those before the first that is kept; keys follow time, so no index by time is needed."""
    oldest = rows.order_by("pk")
    kept = oldest.filter(**{f"{column}__gte": before}).values_list("pk", flat=True).first()
    return forget(oldest if kept is None else oldest.filter(pk__lt=kept))
