"""Strangers at the door, and how an operator makes a station of one."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Case, Model, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from drivepower.core.admin import RecordAdmin, person
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from stations.commissioning import course
from stations.models import Commissioning, Knock, Location
from stations.models.places import CODE

REASONS = {
    "unknown station": _("No station of this identity is entered."),
    "unknown card": _("No card of this number is entered."),
}
# As the theme opens the dialogs of its own menus.
OPENS_DIALOG = (
    '<a class="font-semibold underline" href="{0}" hx-get="{0}" hx-target="#modal-content" hx-select="#dialog"'
    ' x-on:htmx:after-on-load="openModal = true">{1}</a>'
)
DISMISS = {
    "title": _("Dismiss it?"),
    "description": _("It comes back to this list when it knocks again."),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Dismiss"),
}


class AdoptForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """What the new station is to be called, by a person who has read who it is."""

    code = forms.CharField(label=_("Code"), max_length=50, validators=[CODE], widget=UnfoldAdminTextInputWidget)
    location = forms.ModelChoiceField(
        Location.objects.order_by("code"), label=_("Location"), required=False, widget=UnfoldAdminSelectWidget
    )
    confirmed = forms.BooleanField(widget=UnfoldBooleanSwitchWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        knock = Knock.objects.filter(pk=self.object_id).first()
        if knock:
            said = {"identity": knock.value, "address": knock.address or "?", "count": knock.count}
            self.fields["confirmed"].label = _("%(identity)s, seen %(count)d times, last from %(address)s") % said
            self.fields["confirmed"].help_text = key_of(knock)
            self.fields["code"].initial = code_of(knock)


def key_of(knock: Knock) -> Any:
    """Which key the station will come in with."""
    if knock.keys_differ:
        return _("Different keys were offered under this name, one of them by somebody else: issue a key afterwards.")
    if not knock.key_hash:
        return _("It offered no key: issue one afterwards.")
    return _("It comes in with the key that it offered.")


def code_of(knock: Knock) -> str:
    """A code like its identity, but never the same: that is not for everybody to read."""
    letters = re.sub("[^A-Z0-9]+", "-", knock.value.upper()).strip("-")[:40]
    return letters if letters != knock.value else f"{letters}-1"


@admin.register(Knock)
class KnockAdmin(RecordAdmin):
    """Stations and cards that nobody knows."""

    is_big = False
    list_display = ["last_at", "kind", "value", "why", "address", "keys_differ", "count", "first_at", "next_act"]
    list_display_links = ["last_at", "value"]
    phone_columns = ["value", "why", "next_act"]
    list_filter = ["kind", "keys_differ"]
    search_fields = ["value", "address"]
    exclude = ["reason"]
    readonly_fields = ["why"]
    actions = ["dismiss_many"]
    actions_detail = ["adopt", "dismiss"]
    empty_hint = _("Nobody has been refused: stations and cards that nobody knows appear here when they try.")
    # What is made of each kind, by the name of the dialog; higher rooms add theirs.
    makes: dict[str, tuple[str, Any]] = {Knock.Kind.STATION: ("adopt", _("Adopt"))}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Knock]:
        """With whether this person may make something of each."""
        rows: QuerySet[Knock] = super().get_queryset(request)
        open_kinds = [
            kind for kind, (name, _word) in self.makes.items() if getattr(self, f"has_{name}_permission")(request)
        ]
        return rows.annotate(is_for_them=Case(When(kind__in=open_kinds, then=True), default=False))

    @admin.display(description=_("why refused"), ordering="reason")
    def why(self, knock: Knock) -> str:
        """The reason in words."""
        return str(REASONS.get(knock.reason, knock.reason))

    @admin.display(description=_("what next"))
    def next_act(self, knock: Knock) -> str:
        """One click to the dialog that makes something of it, for who may."""
        if not getattr(knock, "is_for_them", False):
            return ""
        name, word = self.makes[knock.kind]
        address = reverse(f"admin:stations_knock_{name}", args=[knock.pk])
        return format_html(OPENS_DIALOG, address, word)

    def has_dismiss_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may delete knocks."""
        may: bool = request.user.has_perm("stations.delete_knock")
        return may

    @admin.action(description=_("Dismiss"), permissions=["dismiss"])
    def dismiss_many(self, request: HttpRequest, queryset: QuerySet[Knock]) -> None:
        """Forget the chosen ones until they knock again."""
        count = queryset.delete()[0]
        self.message_user(request, gettext("%(count)d dismissed.") % {"count": count})

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Dismiss"), icon="delete", permissions=["dismiss"], dialog=DISMISS
    )
    def dismiss(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Forget it until it knocks again."""
        self.get_queryset(request).filter(pk=object_id).delete()
        return HttpResponse(headers={"HX-Redirect": reverse("admin:stations_knock_changelist")})

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
        """Make the station, begin to put it in service, and go to the page of that, or to the station's own."""
        said = {name: form.cleaned_data[name] for name in ("code", "location")}
        adopt = partial(course.adopt, by=person(request), at=timezone.now(), **said)

        def make(*, knock: Knock) -> Model:
            begun: Commissioning = adopt(knock=knock)
            return begun if request.user.has_perm("stations.view_commissioning") else begun.station

        return self.make_of(request, object_id, make)

    def make_of(self, request: HttpRequest, object_id: str, make: Callable[..., Model]) -> HttpResponse:
        """Go to what is made of the knock, or back to it with the reason why nothing was."""
        knock = self.get_object(request, object_id)
        if knock is None:
            raise Http404
        try:
            made = make(knock=knock)
        except Refusal as refusal:
            messages.error(request, in_their_language(refusal.message))
            made = knock
        else:
            self.log_change(request, made, "Made of a knock.")
        page = reverse(f"admin:{made._meta.app_label}_{made._meta.model_name}_change", args=[made.pk])
        return HttpResponse(headers={"HX-Redirect": page})
