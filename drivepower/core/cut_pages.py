"""Pages of the admin for staff of a company: they look, at what is their company's, and at nothing else."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from unfold.admin import ModelAdmin

from drivepower.core.seeing import cut as cut
from drivepower.core.seeing import is_of_company as is_of_company

View = Callable[..., HttpResponse]


class CutPages(ModelAdmin):  # type: ignore[misc]  # unfold has no type hints
    """Lists and pages of which staff of a company see what `seen_by` leaves them; of a model without it, nothing."""

    def get_queryset(self, request: HttpRequest) -> Any:
        """What this person may see."""
        return cut(super().get_queryset(request), request)

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        """For staff of a company only filters by the row's own columns: others name what is not theirs."""
        filters = super().get_list_filter(request)
        return [one for one in filters if self.is_by_own_column(one)] if is_of_company(request) else filters

    def is_by_own_column(self, one: Any) -> bool:
        """Whether a filter shows nothing but values of a column, or says itself that it names nobody."""
        if not isinstance(one, str):
            if not isinstance(one, tuple):
                return bool(getattr(one, "names_nobody", False))
            return one[1] is admin.EmptyFieldListFilter or getattr(one[1], "is_of_nobody", False)
        try:
            return not self.opts.get_field(one).is_relation
        except FieldDoesNotExist:
            return False

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The page; its columns know who reads them, and link to nothing that is closed to them."""
        context["adminform"].form.reader = request.user
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """All of them guarded: those that actions add ask for rows by themselves."""
        urls: list[URLPattern] = super().get_urls()
        for url in urls:
            url.callback = self.guarded(url.callback, is_list=str(url.name).endswith("_changelist"))
        return urls

    def guarded(self, view: View, *, is_list: bool) -> View:
        """The view; staff of a company open lists and rows of theirs, and post nothing."""

        @wraps(view)
        def look(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            self.require_key(kwargs.get("object_id"))
            if is_of_company(request):
                if request.method not in ("GET", "HEAD"):
                    raise PermissionDenied
                if not is_list:
                    self.require_theirs(request, kwargs.get("object_id"))
            return view(request, *args, **kwargs)

        return look

    def require_key(self, object_id: Any) -> None:
        """Refuse an address that can name no row: actions ask for their row before the page has looked for it."""
        try:
            self.opts.pk.to_python(unquote(str(object_id)) if object_id is not None else None)
        except ValidationError:
            raise Http404 from None

    def require_theirs(self, request: HttpRequest, object_id: str | None) -> None:
        """Refuse what is about no row, or about somebody else's."""
        if object_id is None:
            raise PermissionDenied
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404
