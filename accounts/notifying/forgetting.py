"""What has been said, and for how long it is kept."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.models import Notification, OneTimeCode, SandboxMessage

# Codes are counted for a day (see accounts.codes).
CODES_KEPT = timedelta(days=2)
NOTIFICATIONS_KEPT = timedelta(days=180)
SANDBOX_KEPT = timedelta(days=7)
AT_ONCE = 1000


def forget_codes(*, at: datetime) -> int:
    """Delete codes that count for nothing any more, with their messages; answers how many rows."""
    return _delete(OneTimeCode.objects.all(), "made_at", before=at - CODES_KEPT)


def forget_notifications(*, at: datetime) -> int:
    """Delete what was told half a year ago, with its messages; answers how many rows."""
    return _delete(Notification.objects.all(), "made_at", before=at - NOTIFICATIONS_KEPT)


def forget_sandbox(*, at: datetime) -> int:
    """Delete what the sandbox kept a week ago; answers how many rows."""
    return _delete(SandboxMessage.objects.all(), "at", before=at - SANDBOX_KEPT)


def _delete(rows: "QuerySet[Any]", column: str, *, before: datetime) -> int:
    """Delete the first rows that are older; keys follow time, so no index by time is needed."""
    first = rows.order_by("pk").values_list("pk", column)[:AT_ONCE]
    count, _ = rows.filter(pk__in=[key for key, moment in first if moment < before]).delete()
    return count
