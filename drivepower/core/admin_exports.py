"""Lists of the admin as files: what the list shows now, all its pages, as CSV or XLSX."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.enums import ActionVariant

from drivepower.core.exports import WRITERS, Columns
from drivepower.core.lists import filtered

# A file of more rows takes a spreadsheet minutes to open; the operator API has no such end.
MOST_ROWS = 100_000


class Exported(ModelAdmin):  # type: ignore[misc]  # unfold has no type hints
    """Mixin, named before QuickListAdmin: buttons that give the rows of the list's current filter as a file."""

    # Headings, which programs read too, and what each shows of a row; nothing secret.
    exported: ClassVar[Columns[Any]] = {}
    # What the columns need of other tables.
    exported_with: ClassVar[tuple[str, ...]] = ()

    def get_urls(self) -> list[URLPattern]:
        """With the file, which is cut to what this person may see like the list itself."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        view = self.admin_site.admin_view(self.export)
        return [path("export.<str:kind>", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With two links, which carry the filters and the search of the list."""
        response: HttpResponse = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            shown = response.context_data
            shown["actions_list"] = [*(shown.get("actions_list") or []), *self.links(request)]
        return response

    def links(self, request: HttpRequest) -> list[dict[str, Any]]:
        """What unfold shows as buttons above the list."""
        titles = {"csv": _("Export CSV"), "xlsx": _("Export XLSX"), "pdf": _("Export PDF")}
        traits = {"icon": "download", "variant": ActionVariant.DEFAULT}
        return [{"title": titles[kind], "path": self.address_of(kind, request), **traits} for kind in self.writers()]

    def writers(self) -> Mapping[str, Callable[..., HttpResponseBase]]:
        """How the list becomes a file of each kind."""
        return WRITERS

    def address_of(self, kind: str, request: HttpRequest) -> str:
        """Where the list as it is now lies as a file of that kind."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_export"
        return f"{reverse(name, args=[kind])}?{request.GET.urlencode()}"

    def export(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The file; back to the list with a sentence where it would be too long or a filter is none."""
        writer = self.writers().get(kind)
        if writer is None:
            raise Http404
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.rows_of(request)
        except IncorrectLookupParameters:
            return self.back_to_list(request)
        if rows.order_by("-pk")[MOST_ROWS : MOST_ROWS + 1].exists():
            said = _("This list has more than %(count)s rows. Filter it until it has fewer.")
            messages.error(request, said % {"count": number_format(MOST_ROWS, force_grouping=True)})
            return self.back_to_list(request)
        return writer(rows, self.exported_to(request), name=str(self.opts.model_name))

    def exported_to(self, request: HttpRequest) -> Columns[Any]:
        """The columns for this person."""
        return self.exported

    def rows_of(self, request: HttpRequest) -> "QuerySet[Any]":
        """The rows of the list's filter and search, cut to this person."""
        rows = filtered(request, self)
        return rows.select_related(*self.exported_with) if self.exported_with else rows

    def back_to_list(self, request: HttpRequest) -> HttpResponse:
        """Where the button was."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return HttpResponseRedirect(f"{reverse(name)}?{request.GET.urlencode()}")


def columns(**paths: str) -> Columns[Any]:
    """Columns that are read along a path of attributes: `driver="user.name"`; what is missing on the way is empty."""
    return {heading: reader(way) for heading, way in paths.items()}


def reader(way: str) -> Any:
    """What lies at the end of that path."""

    def read(row: Any) -> Any:
        for name in way.split("."):
            row = str(row) if name == "__str__" else getattr(row, name, None)
        return ", ".join(map(str, row)) if isinstance(row, list) else row

    return read
