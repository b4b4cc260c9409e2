"""What stands above a list: its saved views, which one is open, and what may be done with it."""

from dataclasses import dataclass
from typing import cast

from django.contrib.auth.models import Group
from django.db.models import DateTimeField, Model
from django.http import HttpRequest
from django.utils.http import urlencode

from accounts.models import User
from drivepower.core import clocks, sorting
from drivepower.core.lists import COLUMNS, VIEW, WHOLE, ChosenList
from drivepower.portal.models import SavedView
from drivepower.portal.views import queries
from drivepower.portal.views.keeping import views_of

# What other columns make meaningless: an order is told by the number of its column.
NOT_PASSED = (COLUMNS, "o", "p", "e")


@dataclass(frozen=True)
class Link:
    """One saved view in the bar."""

    name: str
    query: str
    is_open: bool
    is_first: bool
    shared_with: str


@dataclass(frozen=True)
class Bar:
    """Everything above one list."""

    model: str
    links: list[Link]
    is_all: bool
    mine: SavedView | None
    query: str
    columns: list[tuple[str, str, bool, bool]]
    passed: list[tuple[str, str]]
    usual: str
    roles: list[Group]
    zone: str


def bar_of(request: HttpRequest, shown: ChosenList) -> Bar:
    """The bar above that list, for the person of the request, in two queries."""
    views = list(views_of(request.user, model=shown.opts.label_lower))
    opened = request.GET.get(VIEW, "")
    links = [link(view, opened=opened, person=request.user.pk) for view in views]
    mine = [view for view in views if str(view.public_id) == opened and view.owner_id == request.user.pk]
    passed = [(name, value) for name, values in request.GET.lists() for value in values if name not in NOT_PASSED]
    return Bar(
        model=shown.opts.label_lower,
        links=links,
        is_all=not any(one.is_open for one in links),
        mine=mine[0] if mine else None,
        query=request.GET.urlencode(),
        columns=list(shown.columns()),
        passed=passed,
        usual=urlencode(passed) or f"{VIEW}={WHOLE}",
        roles=roles_of(request),
        zone=clocks.zone() if shows_moments(shown) else "",
    )


def shows_moments(shown: ChosenList) -> bool:
    """Whether a column of the list is a time."""
    moments = {one.name for one in shown.opts.concrete_fields if isinstance(one, DateTimeField)}
    return any(sorting.ordered_by(shown.model_admin, column) in moments for column in shown.list_display)


def link(view: SavedView, *, opened: str, person: int | None) -> Link:
    """One of them; who sees it too is told to its owner, who shares it to everybody else."""
    return Link(
        name=view.name,
        query=queries.address_of(view),
        is_open=str(view.public_id) == opened,
        is_first=view.is_first and view.owner_id == person,
        shared_with=str(view.role) if view.role else "",
    )


def roles_of(request: HttpRequest) -> list[Group]:
    """The roles that this person may share a view with."""
    person = cast(User, request.user)
    if person.company_id is not None:
        return []
    roles = Group.objects.order_by("name")
    return list(roles if person.has_perm("portal.change_savedview") else roles.filter(user=person.pk))


def first_query(request: HttpRequest, model: type[Model]) -> str:
    """What the bare address of a list stands for: the view that its owner has put first."""
    mine = SavedView.objects.filter(model=model._meta.label_lower, owner=request.user.pk, is_first=True).first()
    return queries.address_of(mine) if mine else ""
