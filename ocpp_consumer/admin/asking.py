"""Asking a station for anything that OCPP 1.6 knows, and what became of it, secrets blanked."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldBooleanSwitchWidget

from drivepower.core.admin import person
from drivepower.core.refusals import Refusal
from ocpp_consumer.masking import mask
from ocpp_consumer.v16 import door
from ocpp_consumer.v16.requests import REQUESTS
from stations import configuration, pacing
from stations.admin.network import StationAdmin
from stations.admin.records import CommandAdmin
from stations.models import Command, Station

ABSENT = _("The station has no such feature.")
REASONS = {
    "NotSupported": ABSENT,
    "NotImplemented": ABSENT,
    "disconnected": _("The connection ended before it answered."),
    "rotation_unsettled": _("Which key it took last will show when it connects."),
    "station_contested": _("Withheld: two sockets fight for its identity."),
    "station_not_accepted": _("It is not accepted."),
}


LONGEST_SHOWN = 20_000


class AskForm(BaseDialogForm):  # type: ignore[misc]  # unfold has no type hints
    """A request; it is sent when the form is clean, so that what is wrong is shown beside what was written."""

    action = forms.ChoiceField(
        label=_("Request"), choices=[(name, name) for name in sorted(REQUESTS)], widget=UnfoldAdminSelectWidget
    )
    payload = forms.JSONField(label=_("Payload"), required=False, initial=dict, widget=UnfoldAdminTextareaWidget)
    force = forms.BooleanField(
        label=_("Send it although it breaks a rule"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    command: Command

    def clean(self) -> dict[str, Any]:
        """Ask the station, or say why not."""
        said: dict[str, Any] = super().clean()
        if self.errors:
            return said
        try:
            with pacing.one_turn(asked_by=person(self.request)) as at:
                self.command = door.ask(
                    station=Station.objects.get(pk=self.object_id),
                    action=said["action"],
                    payload={} if said["payload"] is None else said["payload"],
                    asked_by=person(self.request),
                    at=at,
                    force=said["force"],
                )
        except Refusal as refusal:
            # Beside a field, because the dialog shows no other errors.
            raise ValidationError({"payload": refusal.message}) from refusal
        return said


ASK = {"title": _("Send a command"), "form_class": AskForm, "form_submit_text": _("Send")}
READ = {
    "title": _("Read all of its configuration?"),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Read"),
}
APPLY = {
    "title": _("Set what differs from its template?"),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Set"),
}

admin.site.unregister([Station, Command])


@admin.register(Station)
class AskingStationAdmin(StationAdmin):
    """Stations, which can be asked from their page."""

    actions_detail = [*StationAdmin.actions_detail, "ask", "read_configuration", "apply_template"]
    readonly_fields = [*StationAdmin.readonly_fields, "drift"]
    fieldsets = [*StationAdmin.fieldsets, (_("Configuration"), {"fields": ["drift"], "classes": ["tab"]})]

    def has_ask_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may add commands."""
        return request.user.has_perm("stations.add_command")

    @admin.display(description=_("differs from its template"))
    def drift(self, station: Station) -> str:
        """What is set otherwise than it is wanted."""
        found = [(one.key, one.found or "", one.wanted) for one in configuration.drift(station)]
        return format_html_join(mark_safe("<br>"), "{}: {} → {}", found)

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Send a command"), icon="terminal", permissions=["ask"], dialog=ASK
    )
    def ask(self, request: HttpRequest, form: AskForm, object_id: str) -> HttpResponse:
        """Show what becomes of it."""
        command = form.command
        self.log_change(request, command.station, f"Sent {command.intent}.")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:stations_command_change", args=[command.pk])})

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Read its configuration"), icon="download", permissions=["ask"], dialog=READ
    )
    def read_configuration(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Ask for all keys."""
        station = self.get_object(request, object_id)
        configuration.read(station=station, keys=[], asked_by=person(request), at=timezone.now())
        return commands_of(station)

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Apply its template"), icon="upload", permissions=["ask"], dialog=APPLY
    )
    def apply_template(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Ask for every value that differs."""
        station = self.get_object(request, object_id)
        asked = configuration.apply_template(station=station, asked_by=person(request), at=timezone.now())
        self.log_change(request, station, f"Sent {len(asked)} values of its template.")
        return commands_of(station)


def commands_of(station: Station) -> HttpResponse:
    """Go to the station's commands."""
    return HttpResponse(headers={"HX-Redirect": f"{reverse('admin:stations_command_changelist')}?q={station.code}"})


@admin.register(Command)
class MaskedCommandAdmin(CommandAdmin):
    """The ledger of commands; what it keeps for sending is not what it shows."""

    list_display = [*CommandAdmin.list_display, "reason"]
    exclude = ("payload", "answer")
    readonly_fields = ("payload_shown", "answer_shown", "reason")

    @admin.display(description=_("payload"))
    def payload_shown(self, command: Command) -> str:
        """What was sent, or is to be."""
        return shown(command.payload)

    @admin.display(description=_("answer"))
    def answer_shown(self, command: Command) -> str:
        """What came back."""
        return shown(command.answer)

    @admin.display(description=_("answered"))
    def reason(self, command: Command) -> str:
        """The answer in a word or two."""
        word = str(command.answer.get("status") or command.answer.get("error") or "")
        return str(REASONS.get(word, word))


def shown(value: dict[str, Any]) -> str:
    """A payload to be read, without its secrets, and no longer than a person would read."""
    text = json.dumps(mask(value), indent=2, ensure_ascii=False)
    cut = _("… cut: %(length)d characters in all") % {"length": len(text)} if len(text) > LONGEST_SHOWN else ""
    return format_html("<pre>{}{}</pre>", text[:LONGEST_SHOWN], cut)
