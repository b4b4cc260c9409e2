"""Strangers at the door, and how an operator makes a station of one."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from drivepower.core.admin import RecordAdmin
from drivepower.core.refusals import Refusal
from stations import registry
from stations.models import Knock
from stations.models.places import CODE


class AdoptForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """What the new station is to be called, by a person who has read who it is."""

    code = forms.CharField(label=_("Code"), max_length=50, validators=[CODE], widget=UnfoldAdminTextInputWidget)
    confirmed = forms.BooleanField(widget=UnfoldBooleanSwitchWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        knock = Knock.objects.filter(pk=self.object_id).first()
        if knock:
            said = {"identity": knock.value, "address": knock.address or "?", "count": knock.count}
            self.fields["confirmed"].label = _("%(identity)s, seen %(count)d times, last from %(address)s") % said
            self.fields["confirmed"].help_text = key_of(knock)


def key_of(knock: Knock) -> Any:
    """Which key the station will come in with."""
    if knock.keys_differ:
        return _("Different keys were offered under this name, one of them by somebody else: issue a key afterwards.")
    if not knock.key_hash:
        return _("It offered no key: issue one afterwards.")
    return _("It comes in with the key that it offered.")


@admin.register(Knock)
class KnockAdmin(RecordAdmin):
    """Stations and cards that nobody knows."""

    list_display = ["last_at", "kind", "value", "reason", "address", "keys_differ", "count", "first_at"]
    list_filter = ["kind", "keys_differ"]
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
            "description": _("Make sure that it is yours: anyone may knock under any name."),
            "form_class": AdoptForm,
            "form_submit_text": _("Adopt"),
        },
    )
    def adopt(self, request: HttpRequest, form: AdoptForm, object_id: str) -> HttpResponse:
        """Make the station, and go to its page."""
        person = f"staff:{getattr(request.user, 'public_id', '')}"
        code = form.cleaned_data["code"]
        make = partial(registry.adopt, code=code, asked_by=person, at=timezone.now())
        return self.make_of(request, object_id, make)

    def make_of(self, request: HttpRequest, object_id: str, make: Callable[..., Model]) -> HttpResponse:
        """Go to what is made of the knock, or back to it with the reason why nothing was."""
        knock = self.get_object(request, object_id)
        if knock is None:
            raise Http404
        try:
            made = make(knock=knock)
        except Refusal as refusal:
            messages.error(request, refusal.message)
            made = knock
        else:
            self.log_change(request, made, "Made of a knock.")
        page = reverse(f"admin:{made._meta.app_label}_{made._meta.model_name}_change", args=[made.pk])
        return HttpResponse(headers={"HX-Redirect": page})
