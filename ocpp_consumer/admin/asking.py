"""Asking a station for anything that OCPP 1.6 knows, and what became of it, secrets blanked."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.forms import BaseDialogForm

from drivepower.core.admin import person
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from ocpp_consumer import steps
from ocpp_consumer.admin.bulk import ManyAtOnce
from ocpp_consumer.admin.commanding import Commanding
from ocpp_consumer.admin.dialogs import may_ask
from stations import commands, configuration
from stations.admin.network import StationAdmin
from stations.admin.records import CommandAdmin
from stations.models import Command, Station

READ = {
    "title": _("Read all of its configuration?"),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Read"),
}
DISCONNECT = {
    "title": _("Close its connection?"),
    "description": _("Most stations come back at once. A charge that runs goes on."),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Close"),
}
APPLY = {
    "title": _("Set what differs from its template?"),
    "form_class": BaseDialogForm,
    "form_submit_text": _("Set"),
}

admin.site.unregister([Station, Command])


@admin.register(Station)
class AskingStationAdmin(ManyAtOnce, Commanding, StationAdmin):
    """Stations, which can be asked from their page."""

    actions = [*StationAdmin.actions, "many_at_once"]
    actions_detail = [*StationAdmin.actions_detail, "read_configuration", "apply_template", "disconnect"]
    readonly_fields = [*StationAdmin.readonly_fields, "drift"]
    fieldsets = [*StationAdmin.fieldsets, (_("Configuration"), {"fields": ["drift"], "classes": ["tab"]})]

    def has_read_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may read what a station is set to."""
        return may_ask(request.user, "GetConfiguration")

    def has_ask_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may set it."""
        return may_ask(request.user, "ChangeConfiguration")

    @admin.display(description=_("differs from its template"))
    def drift(self, station: Station) -> str:
        """What is set otherwise than it is wanted."""
        found = [(one.key, one.found or "", one.wanted) for one in configuration.drift(station)]
        return format_html_join(mark_safe("<br>"), "{}: {} → {}", found)

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Read its configuration"), icon="download", permissions=["read"], dialog=READ
    )
    def read_configuration(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Ask for all keys."""
        station = self.get_object(request, object_id)
        configuration.read(station=station, keys=[], asked_by=person(request), at=timezone.now())
        return commands_of(request, station, are_some=True)

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Apply its template"), icon="upload", permissions=["ask"], dialog=APPLY
    )
    def apply_template(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Ask for every value that differs."""
        station = self.get_object(request, object_id)
        asked = configuration.apply_template(station=station, asked_by=person(request), at=timezone.now())
        if asked:
            self.log_change(request, station, f"Sent {len(asked)} values of its template.")
        else:
            messages.info(request, configuration.why_none(station))
        return commands_of(request, station, are_some=bool(asked))

    @action(  # type: ignore[untyped-decorator]  # unfold has no type hints
        description=_("Close its connection"), icon="link_off", permissions=["ask"], dialog=DISCONNECT
    )
    def disconnect(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Have its socket closed, by whoever holds it."""
        station = self.get_object(request, object_id)
        try:
            commands.disconnect(station=station, asked_by=person(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, in_their_language(refusal.message))
        else:
            self.log_change(request, station, "Had its connection closed.")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:stations_station_change", args=[station.pk])})


def commands_of(request: HttpRequest, station: Station, *, are_some: bool) -> HttpResponse:
    """Go to what the station is set to, and say where its answer shows: an offline one gives none for long."""
    if are_some:
        messages.success(request, _("The station is asked: how far that is shows under Now, its answer comes here."))
    address = reverse("admin:stations_station_change", args=[station.pk])
    return HttpResponse(headers={"HX-Redirect": f"{address}?tab=configuration"})


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
        return steps.reason_of(command)


def shown(value: dict[str, Any]) -> str:
    """A payload to be read, without its secrets, and no longer than a person would read."""
    return format_html("<pre>{}</pre>", steps.readable(value))
