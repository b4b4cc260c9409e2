"""What makers' codes mean, as the operator keeps it; a page that shows an unknown code leads to the form."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.named import NamingPeople
from drivepower.core.admin import CarefulAdmin, person
from stations.models import MakersCode


@admin.register(MakersCode)
class MakersCodeAdmin(NamingPeople, CarefulAdmin):
    """Codes with their meanings; those of the industry's open list (CX001 to CX026) are known without it."""

    list_display = ["code", "vendor", "meaning", "next_step", "made_by", "made_at"]
    list_filter = [("vendor", admin.AllValuesFieldListFilter), ("next_step", admin.EmptyFieldListFilter)]
    search_fields = ["code", "vendor", "meaning", "next_step"]
    readonly_fields = ["made_by", "made_at"]
    phone_columns = ["vendor", "meaning"]
    empty_hint = _(
        "Nobody has written down yet what a maker's code means: look one up in its manual and add it here, or open "
        "the explanation of a fault. The industry's codes CX001 to CX026 are known by themselves."
    )
    empty_action = (_("Add a code"), "admin:stations_makerscode_add")

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        """With who made it and when."""
        if not change:
            obj.made_by, obj.made_at = person(request), timezone.now()
        super().save_model(request, obj, form, change)
