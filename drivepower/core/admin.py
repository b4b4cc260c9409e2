"""The two kinds of admin page that every room builds on, and the pages of sweeps."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.views.main import ERROR_FLAG
from django.db import models
from django.forms import BaseModelFormSet, Field, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.paginator import InfinitePaginator

from drivepower.core import clocks, lists, sorting
from drivepower.core.cut_pages import CutPages
from drivepower.core.lists import STATES as STATES
from drivepower.core.lists import filtered as filtered
from drivepower.core.lists import state_label as state_label
from drivepower.core.models import Sweep, SweepRun
from drivepower.core.seeking import seek


def person(request: HttpRequest) -> str:
    """Who acts, as rows keep it."""
    return f"staff:{getattr(request.user, 'public_id', '')}"


class QuickListAdmin(CutPages):
    """A list that never counts its table, shows the columns that one chooses, and opens as one has saved it."""

    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 50
    list_before_template = "admin/views_bar.html"
    # Columns that are shown only when somebody chooses them; each must cost no query of its own.
    more_columns: Sequence[lists.Column] = ()
    # What links of our own narrow the list by, beside its filters and its columns.
    narrowed_by: Sequence[str] = ()
    # Whether the table grows with every charge or every driver: it is sorted by what an index answers alone.
    is_big = False
    # What of a row a phone shows at once, beside what opens it; none: the first few columns.
    phone_columns: Sequence[str] = ()
    # What to do next where the list is empty, and the way there: a label and the name of an address.
    empty_hint: Any = ""
    empty_action: tuple[Any, str] | None = None
    # The way from a row to its location, e.g. "station__location": its times are told by the clock there, too.
    clocked_by = ""
    # What of the live stream moves its rows, e.g. "station"; "": nothing does.
    live_rows = ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        """With chosen columns."""
        return lists.ChosenList

    def get_sortable_by(self, request: HttpRequest) -> Any:
        """The usual columns, or those of a big list that an index answers."""
        columns = list(super().get_sortable_by(request))
        return [one for one in columns if sorting.is_answered(self, one)] if self.is_big else columns

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """The rows that have each word, sought by keys."""
        return seek(queryset, fields=self.get_search_fields(request), text=search_term), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; its bare address leads to the view that this person has saved as the first."""
        if ERROR_FLAG in request.GET:
            messages.error(
                request, _("The address asked for something that cannot be read: this is the list without it.")
            )
        if request.method == "GET" and not request.GET and (query := lists.first_query(request, self.model)):
            return HttpResponseRedirect(f"{request.path}?{query}")
        try:
            answer: HttpResponse = super().changelist_view(request, extra_context)
        except DisallowedModelAdminLookup:
            if lists.VIEW not in request.GET:
                raise
            # Kept when the list took it, or by somebody who may see more.
            messages.warning(
                request, _("This view asks for a filter that the list does not take: this is the whole list.")
            )
            return HttpResponseRedirect(f"{request.path}?{lists.VIEW}={lists.WHOLE}")
        return answer


class RecordAdmin(QuickListAdmin):
    """What happened: to be read, never written; such tables grow, and a page says so where its own does not."""

    is_big = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody writes records by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits records."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes records."""
        return False


class AsShown(BaseModelAdmin):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Forms whose fields remember what the page showed: what others wrote meanwhile is no change of this person's.

    A field for a time says by which clock.
    """

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """The field, with its shown value hidden beside it."""
        field: Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and not isinstance(db_field, models.ManyToManyField):
            field.show_hidden_initial = True
        if field is not None and isinstance(db_field, models.DateTimeField):
            field.help_text = clocks.hint(field.help_text)
        return field


class CarefulInline(AsShown, TabularInline):  # type: ignore[misc]  # unfold has no type hints
    """Rows edited on the page of what they belong to."""

    extra = 0

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """The field, named for those who hear it: the head of its column is no label of it."""
        field: Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            within: Any = getattr(field.widget, "widget", field.widget)
            within.attrs.setdefault("aria-label", field.label)
        return field


class CarefulAdmin(AsShown, QuickListAdmin):
    """What people keep: a save writes only the columns that this person changed, since others write the same rows."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: "ModelForm[Any]", change: bool) -> None:
        """Insert a new row whole; update an old one by its changed columns."""
        if change:
            save_changed(obj, form.changed_data)
        else:
            super().save_model(request, obj, form, change)

    def save_formset(
        self, request: HttpRequest, form: "ModelForm[Any]", formset: "BaseModelFormSet[Any, Any]", change: bool
    ) -> None:
        """The same care for rows that are edited inline."""
        formset.save(commit=False)
        for row, names in formset.changed_objects:
            save_changed(row, names)
        for row in formset.new_objects:
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()


def save_changed(row: models.Model, names: list[str]) -> None:
    """Write the named columns of a row, and nothing where none of them is a column."""
    columns = {field.name for field in row._meta.concrete_fields}
    if changed := [name for name in names if name in columns]:
        row.save(update_fields=changed)


@admin.register(Sweep)
class SweepAdmin(RecordAdmin):
    """The sweeps, and when each of them last ran."""

    empty_hint = _("The clock of the system brings a row for each of its regular works.")
    is_big = False
    list_display = ["name", "last_at", "took_ms", "error"]
    list_filter = [("error", admin.EmptyFieldListFilter)]
    search_fields = ["name"]


@admin.register(SweepRun)
class SweepRunAdmin(RecordAdmin):
    """What sweeps did; a run that found nothing to do is not here."""

    empty_hint = _("Each run of a regular work that did something brings a row.")
    list_display = ["made_at", "name", "told", "took_ms", "error"]
    list_filter = ["name", ("error", admin.EmptyFieldListFilter)]

    @admin.display(description=_("what it did"))
    def told(self, run: SweepRun) -> str:
        """How many of what."""
        return ", ".join(f"{what.replace('_', ' ')}: {count}" for what, count in run.did.items()) or "–"


# The pages of alerts, events, switches and webhooks stand on this module; the admin looks for this one alone.
from drivepower.core import admin_alerts, admin_outbox, admin_rules, admin_switches  # noqa: E402, F401
