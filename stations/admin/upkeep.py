"""Who may charge where, and work on stations."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.named import NamingPeople
from drivepower.core.admin import CarefulAdmin, person, save_changed
from drivepower.core.inputs.weekdays import WeekdaysField, days_told
from stations import maintenance, planning, reports
from stations.models import AccessRule, Maintenance
from stations.reports import TYPES

# What work may come of, and the right to read it.
CAUSES = {"alert": "core.view_alert", "report": "stations.view_report"}
ENDED = {Maintenance.State.DONE, Maintenance.State.CANCELLED}


class WorkForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Work; of an alert or a report there is one at a time."""

    def clean(self) -> dict[str, Any]:
        """Refuse what somebody has made work of already."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("alert", "report"):
            cause = said.get(name)
            if cause is not None and cause.maintenance.filter(state__in=planning.OPEN).exists():
                self.add_error(name, _("Somebody has made work of it already."))
        return said


class AccessRuleForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A rule whose days are ticked."""

    weekdays = WeekdaysField(show_hidden_initial=True)


@admin.register(AccessRule)
class AccessRuleAdmin(CarefulAdmin):
    """Rules; where a place has none, everyone may always charge there."""

    form = AccessRuleForm
    empty_hint = _(
        "Who may charge at a location or station, and when; where there is no rule, everyone may "
        "always. Add one for a closed place."
    )
    list_display = ["__str__", "location", "station", "whom", "company", "group", "days", "opens", "closes"]
    list_filter = ["whom"]
    list_select_related = ["location", "station", "company"]
    search_fields = ["location__code", "station__code", "company__name", "group"]
    autocomplete_fields = ["location", "station", "company"]

    @admin.display(description=_("weekdays"))
    def days(self, rule: AccessRule) -> str:
        """By their names; a dash for every day."""
        return days_told(rule.weekdays)


@admin.register(Maintenance)
class MaintenanceAdmin(NamingPeople, CarefulAdmin):
    """Work; it ends when its state says so."""

    list_display = ["made_at", "station", "number", "what", "state", "assignee", "starts_at", "ends_at", "made_by"]
    list_filter = ["state"]
    form = WorkForm
    list_select_related = ["station__location", "assignee"]
    clocked_by = "station__location"
    search_fields = ["station__code", "what"]
    autocomplete_fields = ["station", "assignee", "alert", "report"]
    readonly_fields = ["picture", "made_by", "made_at", "ended_at"]
    empty_hint = _("No work yet: plan it on the upkeep board from an alert or a report, or add it here.")

    @admin.display(description=_("photo"))
    def picture(self, work: Maintenance) -> str:
        """The photo that was taken when it was done, or a dash."""
        if not work.photo:
            return "–"
        address = reverse("admin:stations_maintenance_photo", args=[work.pk])
        return format_html('<a href="{0}"><img src="{0}" alt="{1}" style="max-height: 20rem"></a>', address, _("photo"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What it came of stays what it was."""
        fields = super().get_readonly_fields(request, obj)
        causes = [name for name, right in CAUSES.items() if request.user.has_perm(right)]
        return [*fields, *causes] if obj is not None else fields

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Alerts and reports are for those who may see them."""
        return ["photo", *(name for name, right in CAUSES.items() if not request.user.has_perm(right))]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the alert and the report that the address names say of the work, and what else it names."""
        named: dict[str, Any] = super().get_changeform_initial_data(request)
        for name, right in CAUSES.items():
            if name in named and not (planning.is_key(named[name]) and request.user.has_perm(right)):
                del named[name]
        return planning.wish(**{name: named[name] for name in CAUSES if name in named}) | named

    def get_urls(self) -> list[URLPattern]:
        """With the photos."""
        photo = path("<int:pk>/photo/", self.admin_site.admin_view(self.photo), name="stations_maintenance_photo")
        return [photo, *super().get_urls()]

    def photo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A photo for those who may see its work; a browser takes it for nothing but a picture."""
        work = self.get_object(request, str(pk))
        if work is None or not work.photo:
            raise Http404
        if not self.has_view_permission(request, work):
            raise PermissionDenied
        try:
            with work.photo.open() as file:
                content = file.read()
        except FileNotFoundError as error:
            raise Http404 from error
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
        return HttpResponse(content, content_type=TYPES[str(work.photo.name).rpartition(".")[2]], headers=headers)

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        """With who made it and when, and its end where it has ended."""
        changed = list(form.changed_data)
        if "state" in changed or not change:
            obj.ended_at = timezone.now() if obj.state in ENDED else None
            changed.append("ended_at")
        if change:
            save_changed(obj, changed)
            if "assignee" in changed:
                maintenance.tell_assignee(work=obj, by=person(request), at=timezone.now())
            return
        obj.made_by, obj.made_at = person(request), timezone.now()
        super().save_model(request, obj, form, change)
        if obj.report is not None:
            reports.take(report=obj.report, by=obj.made_by)
        maintenance.tell_assignee(work=obj, by=obj.made_by, at=obj.made_at)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was done to a station stays."""
        return False
