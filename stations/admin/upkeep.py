"""Who may charge where, work on stations, and requests to many stations at once."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from accounts.named import NamingPeople
from drivepower.core.admin import CarefulAdmin, RecordAdmin, person, save_changed
from stations.models import AccessRule, BulkCommand, Maintenance

ENDED = {Maintenance.State.DONE, Maintenance.State.CANCELLED}


@admin.register(AccessRule)
class AccessRuleAdmin(CarefulAdmin):
    """Rules; where a place has none, everyone may always charge there."""

    list_display = ["__str__", "location", "station", "whom", "company", "group", "opens", "closes"]
    list_filter = ["whom"]
    list_select_related = ["location", "station", "company"]
    search_fields = ["location__code", "station__code", "company__name", "group"]
    autocomplete_fields = ["location", "station", "company"]


@admin.register(Maintenance)
class MaintenanceAdmin(NamingPeople, CarefulAdmin):
    """Work; it ends when its state says so."""

    list_display = ["made_at", "station", "number", "what", "state", "assignee", "starts_at", "ends_at", "made_by"]
    list_filter = ["state"]
    list_select_related = ["station", "assignee"]
    search_fields = ["station__code", "what"]
    autocomplete_fields = ["station", "assignee"]
    readonly_fields = ["made_by", "made_at", "ended_at"]

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        """With who made it and when, and its end where it has ended."""
        changed = list(form.changed_data)
        if "state" in changed or not change:
            obj.ended_at = timezone.now() if obj.state in ENDED else None
            changed.append("ended_at")
        if change:
            save_changed(obj, changed)
            return
        obj.made_by, obj.made_at = person(request), timezone.now()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was done to a station stays."""
        return False


@admin.register(BulkCommand)
class BulkCommandAdmin(NamingPeople, RecordAdmin):
    """Requests to many stations."""

    list_display = ["asked_at", "action", "state", "asked_by", "is_forced", "ended_at"]
    list_filter = ["state"]
    search_fields = ["action"]
