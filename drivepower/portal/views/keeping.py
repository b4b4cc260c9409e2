"""Saved views of a list: kept, changed and deleted by whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, Group
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable
from drivepower.portal.models import SavedView

# More of them would be no bar above a list, but a list of its own.
MOST = 30
LONGEST_NAME = 60


@dataclass(frozen=True)
class Wish:
    """What somebody wants to see again, and how it is called."""

    name: str
    query: str
    columns: Sequence[str] = ()
    role: Group | None = None
    is_first: bool = False


def views_of(person: User | AnonymousUser, *, model: str) -> "QuerySet[SavedView]":
    """What this person may open of one list: their own, and what is shared with a role of theirs."""
    mine = Q(owner_id=person.pk) | Q(role__in=Group.objects.filter(user=person.pk))
    return SavedView.objects.filter(mine, model=model).select_related("role").order_by("name", "pk")


def may_share(person: User, role: Group) -> bool:
    """Whether a view of theirs may be shown to that role: to one of their own, or by whoever keeps all views; staff of
    a company share nothing, since others of their role are of other companies.
    """
    if person.company_id is not None:
        return False
    return person.has_perm("portal.change_savedview") or person.groups.filter(pk=role.pk).exists()


def keep(*, model: str, wish: Wish, person: User) -> SavedView:
    """A new view of that list. Refuses view_name_taken, view_name_missing, view_not_shared and too_many_views."""
    if SavedView.objects.filter(model=model, owner=person).count() >= MOST:
        raise Refusal("too_many_views", _("There are too many saved views of this list; delete one first."))
    view = SavedView(model=model, owner=person)
    return write(view, wish=wish, person=person)


def write(view: SavedView, *, wish: Wish, person: User) -> SavedView:
    """Make the view what is wished; the same refusals."""
    if not (name := storable(wish.name).strip()[:LONGEST_NAME]):
        raise Refusal("view_name_missing", _("A saved view needs a name."))
    if wish.role is not None and wish.role.pk != view.role_id and not may_share(person, wish.role):
        raise Refusal("view_not_shared", _("You may share a view only with a role of your own."))
    view.name, view.query, view.columns = name, wish.query, list(wish.columns)
    view.role, view.is_first = wish.role, wish.is_first
    try:
        with transaction.atomic():
            if wish.is_first:
                firsts = SavedView.objects.filter(model=view.model, owner_id=view.owner_id, is_first=True)
                firsts.exclude(pk=view.pk).update(is_first=False)
            view.save()
    except IntegrityError as error:
        raise Refusal("view_name_taken", _("You have a view of this name already.")) from error
    return view
