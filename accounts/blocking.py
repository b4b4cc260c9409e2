"""Who may not come in or charge any more by the word of staff, and who may again."""

from datetime import datetime

from django.db import transaction

from accounts import logins
from accounts.models import IdTag, Login, User
from drivepower.core import doorbell

# Whoever compares the lists that stations keep with ours.
LISTS = "charging.recompare_local_lists"


@transaction.atomic
def block(*, user: User, at: datetime) -> None:
    """Let them neither log in nor charge; every login of theirs ends, a charge that runs goes on."""
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        logins.end_all(user=user, why=Login.End.BLOCKED, at=at)
        doorbell.hint(LISTS)


def unblock(*, user: User) -> None:
    """Let them again."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        doorbell.hint(LISTS)


def block_card(*, card: IdTag, by: str) -> None:
    """Let a card open nothing; a driver who had blocked it can no longer take that back."""
    IdTag.objects.filter(pk=card.pk).update(blocked=True, blocked_by=by)
    doorbell.hint(LISTS)


def unblock_card(*, card: IdTag) -> None:
    """Let it open again what it did, whoever had blocked it."""
    IdTag.objects.filter(pk=card.pk).update(blocked=False, blocked_by="")
    doorbell.hint(LISTS)
