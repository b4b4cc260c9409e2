"""The two kinds of admin page that every room builds on, and the page of alerts."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseModelFormSet, Field, ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.paginator import InfinitePaginator

from drivepower.core import alerts
from drivepower.core.cut_pages import CutPages
from drivepower.core.models import Alert, Sweep, SweepRun


def person(request: HttpRequest) -> str:
    """Who acts, as rows keep it."""
    return f"staff:{getattr(request.user, 'public_id', '')}"


class QuickListAdmin(CutPages):
    """A list that never counts its table."""

    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 50


class RecordAdmin(QuickListAdmin):
    """What happened: to be read, never written."""

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
    """Forms whose fields remember what the page showed: what others wrote meanwhile is no change of this person's."""

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """The field, with its shown value hidden beside it."""
        field: Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and not isinstance(db_field, models.ManyToManyField):
            field.show_hidden_initial = True
        return field


class CarefulInline(AsShown, TabularInline):  # type: ignore[misc]  # unfold has no type hints
    """Rows edited on the page of what they belong to."""

    extra = 0


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


@admin.register(Alert)
class AlertAdmin(RecordAdmin):
    """Alerts: who has looked at which."""

    list_display = ["opened_at", "kind", "subject", "text", "count", "last_at", "acknowledged_by", "resolved_at"]
    list_filter = ["kind", ("resolved_at", admin.EmptyFieldListFilter), ("acknowledged_at", admin.EmptyFieldListFilter)]
    search_fields = ["subject", "text"]
    actions = ["acknowledge", "resolve"]

    def has_acknowledge_permission(self, request: HttpRequest) -> bool:
        """Whoever may change alerts."""
        return request.user.has_perm("core.change_alert")

    @admin.action(description=_("Acknowledge"), permissions=["acknowledge"])
    def acknowledge(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        """Note that this person looks after the chosen alerts; those that someone has already taken stay theirs."""
        taken = alerts.acknowledge(queryset, by=person(request), at=timezone.now())
        self.message_user(request, _("%(count)d acknowledged.") % {"count": taken})

    @admin.action(description=_("Resolve"), permissions=["acknowledge"])
    def resolve(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        """Close the chosen alerts whose cause only a person can see going; the others end by themselves."""
        at = timezone.now()
        chosen = queryset.filter(resolved_at=None, kind__in=alerts.kinds_for_people())
        alerts.acknowledge(chosen, by=person(request), at=at)
        closed = alerts.resolve(chosen, at=at)
        self.message_user(request, _("%(count)d resolved.") % {"count": closed})


@admin.register(Sweep)
class SweepAdmin(RecordAdmin):
    """The sweeps, and when each of them last ran."""

    list_display = ["name", "last_at", "took_ms", "error"]
    list_filter = [("error", admin.EmptyFieldListFilter)]
    search_fields = ["name"]


@admin.register(SweepRun)
class SweepRunAdmin(RecordAdmin):
    """What sweeps did; a run that found nothing to do is not here."""

    list_display = ["made_at", "name", "told", "took_ms", "error"]
    list_filter = ["name", ("error", admin.EmptyFieldListFilter)]

    @admin.display(description=_("what it did"))
    def told(self, run: SweepRun) -> str:
        """How many of what."""
        return ", ".join(f"{what.replace('_', ' ')}: {count}" for what, count in run.did.items()) or "–"


# The pages of events and webhooks stand on this module; the admin looks for this one alone.
from drivepower.core import admin_outbox  # noqa: E402, F401
