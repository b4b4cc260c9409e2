"""Who gives and takes roles: superusers all, owners those of other people, and never more than the house's."""

from typing import Any, cast

from django.contrib.auth.models import Group, Permission
from django.http import HttpRequest
from django.utils import timezone

from accounts import logins, sessions
from accounts.models import Login, User
from accounts.roles import NAMES
from drivepower.core.seeing import is_of_company

RIGHT = "accounts.give_roles"
# Only a superuser gives these.
BEYOND = ("is_superuser", "user_permissions")
# What a person without that right only reads.
RIGHTS = ("role", "groups", *BEYOND)
# Whoever changes an address or a password of somebody's could come in as them.
IDENTITY = ("name", "email", "phone", "language", "membership", "deletion_requested_at")


def may_give(request: HttpRequest, person: User | None = None) -> bool:
    """Whether who asks may say what this person (or somebody new) may do; nobody but superusers says it of superusers,
    and no owner of oneself.
    """
    giver = cast(User, request.user)
    if giver.is_superuser:
        return True
    if is_of_company(request) or not giver.has_perm(RIGHT):
        return False
    return person is None or not (person.is_superuser or person.pk == giver.pk)


def read_only(request: HttpRequest, person: User | None) -> tuple[str, ...]:
    """The columns that who asks only reads of that person."""
    if cast(User, request.user).is_superuser:
        return ()
    if not may_give(request, person):
        return RIGHTS
    return (*BEYOND, *IDENTITY) if person is not None and person.is_staff else BEYOND


def roles_of(giver: User) -> "list[int]":
    """The keys of the roles that they may give and take: the house's, and of others those that add no right of which
    they have none.
    """
    if giver.is_superuser:
        return list(Group.objects.values_list("pk", flat=True))
    names = [right.partition(".") for right in giver.get_all_permissions()]
    own = {(app, codename) for app, _dot, codename in names}
    rights: dict[int, set[tuple[str, str]]] = {}
    columns = ("group", "content_type__app_label", "codename")
    for key, app, codename in Permission.objects.exclude(group=None).values_list(*columns):
        rights.setdefault(key, set()).add((app, codename))
    found = Group.objects.values_list("pk", "name")
    return [key for key, name in found if name in NAMES or rights.get(key, set()) <= own]


def standing(person: User) -> frozenset[Any]:
    """All that they may do now, so that it can be seen whether they lose any of it; whose they see is a part of it."""
    fresh = User.objects.get(pk=person.pk)
    return frozenset([*fresh.get_all_permissions(), ("staff", fresh.is_staff), ("company", fresh.company_id)])


def end_what_was(person: User, before: frozenset[Any]) -> None:
    """Who has lost a right has to come in anew."""
    now = standing(person)
    if before <= now:
        return
    at = timezone.now()
    sessions.end_all(user=person, at=at)
    logins.end_all(user=person, why=Login.End.BLOCKED, at=at)
