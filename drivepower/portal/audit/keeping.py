"""How long the trail is kept, and what of people is taken out of it: the only ways in which it ever changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.models import User
from drivepower.core.forgetting import forget
from drivepower.portal.models import Change

KEPT = timedelta(days=3 * 365)
# Drivers who have left.
LEFT = """
SELECT id::text FROM accounts_user WHERE role = %(driver)s AND NOT is_active AND email LIKE '%%@deleted.invalid'
"""
# What the columns of a person who has left still say of them.
FORGET_PEOPLE = f"""
UPDATE portal_change SET before = '{{}}', after = '{{}}'
WHERE "table" = 'accounts.user' AND (before <> '{{}}' OR after <> '{{}}') AND "row" IN ({LEFT})
"""  # noqa: S608  # no word of it comes from anywhere else
# What was written on their cards for as long as these were theirs; a card may have become somebody else's since.
OF_CARDS = ["plate", "note"]
FORGET_CARDS = f"""
UPDATE portal_change SET before = before - %(words)s::text[], after = after - %(words)s::text[]
WHERE "table" = 'accounts.idtag' AND (before ?| %(words)s::text[] OR after ?| %(words)s::text[]) AND id <= (
    SELECT max(theirs.id) FROM portal_change AS theirs
    WHERE theirs."table" = 'accounts.idtag' AND theirs."row" = portal_change."row"
    AND theirs.before ->> 'user_id' IN ({LEFT})
)
"""  # noqa: S608  # as above


def forget_changes(*, at: datetime) -> int:
    """Delete what is older than anybody looks back; how many."""
    with _opened():
        return forget(Change.objects.filter(at__lt=at - KEPT).order_by("at"))


def forget_people(*, at: datetime) -> int:
    """Blank what the trail says of drivers who have left; that something changed, and when, stays. How many rows."""
    with _opened(), connection.cursor() as cursor:
        blanked = 0
        for statement in (FORGET_PEOPLE, FORGET_CARDS):
            cursor.execute(statement, {"driver": User.Role.DRIVER, "words": OF_CARDS})
            blanked += cursor.rowcount
        return blanked


@contextmanager
def _opened() -> Iterator[None]:
    """The trail lets itself be changed, by this transaction alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL drivepower.retention TO 'on'")
        yield
        cursor.execute("SET LOCAL drivepower.retention TO 'off'")
