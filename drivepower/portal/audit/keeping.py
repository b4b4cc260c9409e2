"""How long the trail is kept, and what of people is taken out of it: the only ways in which it ever changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.models import User
from drivepower.core.forgetting import forget
from drivepower.portal.models import Change

KEPT = timedelta(days=3 * 365)
# What the columns of a person who has left still say of them.
FORGET_PEOPLE = """
UPDATE portal_change SET before = '{}', after = '{}'
WHERE "table" = 'accounts.user' AND (before <> '{}' OR after <> '{}') AND "row" IN (
    SELECT id::text FROM accounts_user WHERE role = %s AND NOT is_active AND email LIKE '%%@deleted.invalid'
)
"""


def forget_changes(*, at: datetime) -> int:
    """Delete what is older than anybody looks back; how many."""
    with _opened():
        return forget(Change.objects.filter(at__lt=at - KEPT).order_by("at"))


def forget_people(*, at: datetime) -> int:
    """Blank what the trail says of drivers who have left; that something changed, and when, stays. How many rows."""
    with _opened(), connection.cursor() as cursor:
        cursor.execute(FORGET_PEOPLE, [User.Role.DRIVER])
        return int(cursor.rowcount)


@contextmanager
def _opened() -> Iterator[None]:
    """The trail lets itself be changed, by this transaction alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL drivepower.retention TO 'on'")
        yield
        cursor.execute("SET LOCAL drivepower.retention TO 'off'")
