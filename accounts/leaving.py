"""How drivers leave: they ask, wait two weeks in which they may stay after all, and are forgotten.

What they did stays, since money and sessions name it; who they were does not. Higher rooms say what stands in the way.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import logins
from accounts.models import IdTag, Login, User
from drivepower.core import doorbell
from drivepower.core.refusals import Refusal

WAIT = timedelta(days=14)

Check = Callable[[User], Refusal | None]


class Obstacle(NamedTuple):
    """Why somebody cannot leave, and whether it is in the way of asking already."""

    check: Check
    when_asked: bool


obstacles: list[Obstacle] = []


def obstacle(check: Check, *, when_asked: bool = True) -> None:
    """Let a higher room say what stands in the way of a person's leaving: a Refusal, or None."""
    obstacles.append(Obstacle(check, when_asked))


def ask(*, user: User, at: datetime) -> datetime:
    """Note that a driver wants to leave; answers since when. Refusal access_denied for staff, or an obstacle."""
    if user.is_staff:
        raise Refusal("access_denied", "Accounts of staff are closed by their superiors.")
    for found in (one.check(user) for one in obstacles if one.when_asked):
        if found is not None:
            raise found
    User.objects.filter(pk=user.pk, deletion_requested_at=None).update(deletion_requested_at=at)
    return User.objects.values_list("deletion_requested_at", flat=True).get(pk=user.pk) or at


def take_back(*, user: User) -> None:
    """They stay."""
    User.objects.filter(pk=user.pk).update(deletion_requested_at=None)


def let_go(*, at: datetime) -> int:
    """Forget who they were, of those whose wait is over and who have nothing here any more; answers how many."""
    due = User.objects.filter(is_active=True, role=User.Role.DRIVER, deletion_requested_at__lte=at - WAIT)
    gone = 0
    for user in due.order_by("deletion_requested_at").iterator():
        if not any(one.check(user) for one in obstacles):
            gone += _forget(user, at=at)
    return gone


@transaction.atomic
def _forget(user: User, *, at: datetime) -> int:
    """Take name, addresses, password, devices, cards, messages and notes away; 0 for one who has just stayed."""
    nobody = {
        "name": "",
        "email": f"{user.public_id}@deleted.invalid",
        "phone": None,
        "email_checked_at": None,
        "phone_checked_at": None,
        "password": make_password(None),
        "is_active": False,
    }
    if not User.objects.filter(pk=user.pk, deletion_requested_at=user.deletion_requested_at).update(**nobody):
        return 0
    logins.end_all(user=user, why=Login.End.BLOCKED, at=at)
    user.logins.update(address="", device="")
    user.notifications.all().delete()
    user.push_subscriptions.all().delete()
    user.foreign_identities.all().delete()
    user.notes.all().delete()
    user.id_tags.update(plate="", note="")
    IdTag.objects.filter(user=user, kind=IdTag.Kind.RFID).update(user=None, added_by="")
    doorbell.hint("charging.recompare_local_lists")
    return 1
