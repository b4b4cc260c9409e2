"""Where the forms above a list go: keep a view, change it, delete it."""

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from drivepower.core.lists import WHOLE
from drivepower.core.refusals import Refusal
from drivepower.portal.models import SavedView
from drivepower.portal.views import keeping, queries


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Do what one of the forms above a list asks, and show the list again."""
    pages = pages_of(request.POST.get("model", ""))
    if not pages.has_view_permission(request):
        raise PermissionDenied
    verb = VERBS.get(request.POST.get("verb", ""))
    if verb is None:
        raise Http404
    try:
        query = verb(request, pages.opts.label_lower)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        query = request.POST.get("query", "") or f"view={WHOLE}"
    address = reverse(f"admin:{pages.opts.app_label}_{pages.opts.model_name}_changelist")
    return HttpResponseRedirect(f"{address}?{query}")


def pages_of(label: str) -> Any:
    """The admin pages of the model of that label, e.g. stations.station."""
    found: dict[str, type[Model]] = {model._meta.label_lower: model for model in admin.site._registry}
    if label not in found:
        raise Http404
    return admin.site._registry[found[label]]


def keep(request: HttpRequest, model: str) -> str:
    """Keep the list as it is shown under a new name."""
    said = request.POST.get("query", "")
    wish = wish_of(request, query=queries.kept(said), columns=queries.columns(said))
    view = keeping.keep(model=model, wish=wish, person=cast(User, request.user))
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return queries.address_of(view)


def rename(request: HttpRequest, model: str) -> str:
    """Another name, other readers, whether it opens first; what it shows stays."""
    view = own_view(request, model)
    wish = wish_of(request, query=view.query, columns=view.columns)
    return queries.address_of(keeping.write(view, wish=wish, person=cast(User, request.user)))


def renew(request: HttpRequest, model: str) -> str:
    """What the list shows now, under the old name."""
    view, said = own_view(request, model), request.POST.get("query", "")
    wish = keeping.Wish(view.name, queries.kept(said), queries.columns(said), view.role, view.is_first)
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return queries.address_of(keeping.write(view, wish=wish, person=cast(User, request.user)))


def delete(request: HttpRequest, model: str) -> str:
    """Gone; the list itself stays."""
    view = own_view(request, model)
    view.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return f"view={WHOLE}"


VERBS: dict[str, Callable[[HttpRequest, str], str]] = {
    "keep": keep,
    "rename": rename,
    "renew": renew,
    "delete": delete,
}


def own_view(request: HttpRequest, model: str) -> SavedView:
    """The view that the form names, if it is this person's."""
    try:
        named = uuid.UUID(request.POST.get("view", ""))
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(SavedView, public_id=named, model=model, owner=request.user.pk)


def wish_of(request: HttpRequest, *, query: str, columns: list[str]) -> keeping.Wish:
    """What a form says of a view beside what it shows."""
    asked = request.POST.get("role", "")
    role = Group.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    return keeping.Wish(request.POST.get("name", ""), query, columns, role, "is_first" in request.POST)
