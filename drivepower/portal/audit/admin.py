"""The page of the audit trail: who changed what, from what to what."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import FieldTextFilter, RangeDateTimeFilter

from accounts.models import User
from accounts.named import with_names
from drivepower.core.admin import RecordAdmin
from drivepower.portal.audit import words
from drivepower.portal.audit.attaching import owner_of, watched
from drivepower.portal.models import Change

MOST_SHOWN = 6


class KindFilter(admin.SimpleListFilter):
    """By what kind of thing was changed."""

    title = _("what")
    parameter_name = "table"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every kind that is watched."""
        tables = {owner_of(model) for model, _how in watched()}
        return sorted(((table, words.kind_of(table)) for table in tables), key=lambda one: one[1])

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Change]") -> "QuerySet[Change]":
        """Of that kind."""
        return queryset.filter(table=self.value()) if self.value() else queryset


class PersonFilter(admin.SimpleListFilter):
    """By which member of staff changed it, or by no person at all."""

    title = _("who")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Everybody on the staff."""
        staff = User.objects.filter(role=User.Role.STAFF).order_by("name", "email")
        return [*((f"staff:{one.public_id}", str(one)) for one in staff), ("system", _("the system"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Change]") -> "QuerySet[Change]":
        """Theirs."""
        if self.value() == "system":
            return queryset.exclude(who__startswith="staff:")
        return queryset.filter(who=self.value()) if self.value() else queryset


class RowFilter(FieldTextFilter):  # type: ignore[misc]  # unfold has no type hints
    """By the row's key, exactly."""

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Change]") -> "QuerySet[Change]":
        """Of rows with that key."""
        said = self.used_parameters.get(self.lookup_kwarg)
        text = said[0] if isinstance(said, list) and said else said
        return queryset.filter(row=text) if text else queryset


@admin.register(Change)
class ChangeAdmin(RecordAdmin):
    """The trail: read, never written."""

    list_display = ["at", "kind", "link", "what", "person", "summary"]
    list_display_links = ["at"]
    list_filter = [KindFilter, PersonFilter, ("row", RowFilter), ("at", RangeDateTimeFilter), "what"]
    list_filter_submit = True
    search_fields = ["row"]
    search_help_text = _("The key of a row, or the name, e-mail or phone of whoever changed it")
    fields = ["at", "kind", "link", "what", "person", "whole"]
    readonly_fields = fields
    empty_hint = _("Every change that people make is kept here from now on: who, what, before and after.")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Change]":
        """With names, in the same query."""
        rows: QuerySet[Change] = with_names(super().get_queryset(request), called="who")
        return rows

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Change]", search_term: str
    ) -> tuple["QuerySet[Change]", bool]:
        """By key or by person; both ways have an index."""
        term = search_term.strip()
        if not term:
            return queryset, False
        like = Q(name__icontains=term) | Q(email__icontains=term) | Q(phone__icontains=term)
        people = User.objects.filter(like, role=User.Role.STAFF).values_list("public_id", flat=True)
        return queryset.filter(Q(row=term) | Q(who__in=[f"staff:{one}" for one in people])), False

    @admin.display(description=_("kind"))
    def kind(self, change: Change) -> str:
        """What kind of thing."""
        return words.kind_of(change.table)

    @admin.display(description=_("row"))
    def link(self, change: Change) -> str:
        """The row, with the way to its page, where it has one."""
        try:
            address = reverse(f"admin:{change.table.replace('.', '_')}_change", args=[change.row])
        except NoReverseMatch:
            return change.row
        return format_html('<a href="{}">#{}</a>', address, change.row)

    @admin.display(description=_("who"))
    def person(self, change: Any) -> str:
        """By name; tasks and commands as they are called."""
        return str(change.called or change.who or _("the system"))

    @admin.display(description=_("before → after"))
    def summary(self, change: Change) -> str:
        """The first few columns."""
        found = words.differences(change)
        lines = lines_of(found[:MOST_SHOWN])
        more = len(found) - MOST_SHOWN
        return format_html("{}<br>+{}", lines, more) if more > 0 else lines

    @admin.display(description=_("before → after"))
    def whole(self, change: Change) -> str:
        """All of them."""
        return lines_of(words.differences(change))


def lines_of(found: list[words.Difference]) -> str:
    """One line for each column."""
    return format_html("<div>{}</div>", format_html_join("", "<div><b>{}</b>: {} → {}</div>", found))
