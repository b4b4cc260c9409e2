"""Strangers at the door, and how an operator makes a station of one."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from drivepower.core.admin import RecordAdmin
from drivepower.core.refusals import Refusal
from stations import registry
from stations.models import Knock
from stations.models.places import CODE


class AdoptForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """What the new station is to be called."""

    code = forms.CharField(label=_("Code"), max_length=50, validators=[CODE], widget=UnfoldAdminTextInputWidget)


@admin.register(Knock)
class KnockAdmin(RecordAdmin):
    """Stations and cards that nobody knows."""

    list_display = ["last_at", "kind", "value", "reason", "address", "count", "first_at"]
    list_filter = ["kind"]
    search_fields = ["value", "address"]
    actions_detail = ["adopt"]

    def has_adopt_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may add stations, where it is a station that knocked."""
        if object_id is not None and not Knock.objects.filter(pk=object_id, kind=Knock.Kind.STATION).exists():
            return False
        return request.user.has_perm("stations.add_station")

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Adopt"),
        icon="add",
        permissions=["adopt"],
        dialog={
            "title": _("Make a station of it?"),
            "description": _("It comes in with the key that it offered when it knocked last."),
            "form_class": AdoptForm,
            "form_submit_text": _("Adopt"),
        },
    )
    def adopt(self, request: HttpRequest, form: AdoptForm, object_id: str) -> HttpResponse:
        """Make the station, and go to its page."""
        knock = self.get_object(request, object_id)
        person = f"staff:{getattr(request.user, 'public_id', '')}"
        try:
            made = registry.adopt(knock=knock, code=form.cleaned_data["code"], asked_by=person, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return HttpResponse(headers={"HX-Redirect": reverse("admin:stations_knock_change", args=[object_id])})
        return HttpResponse(headers={"HX-Redirect": reverse("admin:stations_station_change", args=[made.pk])})
