"""Who may charge where, and work on stations."""

from typing import Any

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
from stations.models import AccessRule, Maintenance
from stations.reports import TYPES

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
    exclude = ["photo"]
    readonly_fields = ["alert", "report", "picture", "made_by", "made_at", "ended_at"]
    empty_hint = _("No work yet: plan it on the upkeep board from an alert or a report, or add it here.")

    @admin.display(description=_("photo"))
    def picture(self, work: Maintenance) -> str:
        """The photo that was taken when it was done, or a dash."""
        if not work.photo:
            return "–"
        address = reverse("admin:stations_maintenance_photo", args=[work.pk])
        return format_html('<a href="{0}"><img src="{0}" alt="" style="max-height: 20rem"></a>', address)

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
            return
        obj.made_by, obj.made_at = person(request), timezone.now()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was done to a station stays."""
        return False
