"""A station's commands from its page: a dialog for each request, its ledger while it goes on, and checks."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.mixins import BaseModelAdminMixin

from drivepower.core.admin import person
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from ocpp_consumer import checking, steps
from ocpp_consumer.admin.dialogs import DIALOGS, RAW, Dialog, RequestForm, may_ask, may_break_rules
from ocpp_consumer.v16 import door
from stations import pacing
from stations.access import zone_of
from stations.models import Command, Station

CHECKS_NEED = "TriggerMessage"
DIALOG = "portal/station/dialog.html"
View = Callable[..., HttpResponse]


class Commanding(BaseModelAdminMixin):  # type: ignore[misc]  # unfold has no type hints
    """An admin of stations whose page asks them; addresses are under the station's own."""

    def get_urls(self) -> list[URLPattern]:
        """Before those that take everything for a key."""
        said: list[tuple[str, str, View]] = [
            ("<str:object_id>/ask/<str:action>/", "stations_station_command", self.command_view),
            ("<str:object_id>/ledger/<uuid:public_id>/", "stations_station_ledger", self.ledger_view),
            ("<str:object_id>/check/", "stations_station_check", self.check_view),
            ("<str:object_id>/check/<int:first>/", "stations_station_checked", self.checked_view),
        ]
        own = [
            path(address, self.admin_site.admin_view(self.guarded(view, is_list=False)), name=name)
            for address, name, view in said
        ]
        return [*own, *super().get_urls()]

    def asked(self, request: HttpRequest, object_id: str) -> Station:
        """The station, if this person may see it."""
        station: Station | None = self.get_object(request, object_id)
        if station is None:
            raise Http404
        if not self.has_view_permission(request, station):
            raise PermissionDenied
        return station

    def command_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """The dialog; once it is sent, its ledger."""
        station, dialog = self.asked(request, object_id), DIALOGS.get(action)
        if dialog is None:
            raise Http404
        if not may_ask(request.user, action):
            raise PermissionDenied
        zone = zone_of(station)
        with timezone.override(zone):
            is_sent = request.method == "POST"
            form = dialog.form(request.POST if is_sent else None, station=station, initial=request.GET.dict())
            shown = {"station": station, "dialog": dialog, "form": form, "zone": zone, "action": action}
            if not is_sent or not form.is_valid():
                return render(request, DIALOG, shown)
            return self.sent(request, station, action=action, dialog=dialog, form=form, shown=shown)

    def sent(
        self,
        request: HttpRequest,
        station: Station,
        *,
        action: str,
        dialog: Dialog,
        form: RequestForm,
        shown: dict[str, Any],
    ) -> HttpResponse:
        """Ask, or have what is dangerous or breaks a rule confirmed first, or say beside the form why not."""
        danger = form.danger()
        if danger and "confirmed" not in request.POST:
            return render(request, DIALOG, shown | {"warnings": [danger], "ask_again": True})
        named = form.cleaned_data["action"] if action == RAW else action
        force = "force" in request.POST and may_break_rules(request)
        try:
            with pacing.one_turn(asked_by=person(request)) as at:
                command = door.ask(
                    station=station,
                    action=named,
                    payload=form.request(),
                    asked_by=person(request),
                    at=at,
                    force=force,
                )
        except Refusal as refusal:
            if refusal.code == "command_breaks_rules" and may_break_rules(request):
                warnings = [in_their_language(problem) for problem in refusal.details["problems"]]
                return render(request, DIALOG, shown | {"warnings": warnings, "ask_again": True, "force": True})
            form.add_error(None, in_their_language(refusal.message))
            return render(request, DIALOG, shown)
        self.log_change(request, station, f"Sent {command.intent}.")
        return render(request, DIALOG, shown | {"command": command})

    def ledger_view(self, request: HttpRequest, object_id: str, public_id: Any) -> JsonResponse:
        """How far one command of this station came: for who may see commands, or has sent it."""
        station = self.asked(request, object_id)
        command = Command.objects.filter(station=station, public_id=public_id).first()
        if command is None:
            raise Http404
        if command.asked_by != person(request) and not request.user.has_perm("stations.view_command"):
            raise PermissionDenied
        return JsonResponse(steps.as_json(command, zone=zone_of(station)))

    def check_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Begin a check and show how it goes."""
        station = self.asked(request, object_id)
        if request.method != "POST" or not may_ask(request.user, CHECKS_NEED):
            raise PermissionDenied
        shown: dict[str, Any] = {"station": station, "title": _("Check of %(code)s") % {"code": station.code}}
        try:
            with pacing.one_turn(asked_by=person(request)) as at:
                first = checking.begin(station=station, asked_by=person(request), at=at)
        except Refusal as refusal:
            verdict = checking.unreachable(station, at=timezone.now(), code=refusal.code)
            return render(request, DIALOG, shown | {"verdict": verdict})
        self.log_change(request, station, "Began a check.")
        return render(request, DIALOG, shown | {"check": first})

    def checked_view(self, request: HttpRequest, object_id: str, first: int) -> JsonResponse:
        """How a check stands: texts only."""
        station = self.asked(request, object_id)
        if not (may_ask(request.user, CHECKS_NEED) or request.user.has_perm("stations.view_command")):
            raise PermissionDenied
        found = checking.read(station=station, first=first, at=timezone.now())
        if found is None:
            raise Http404
        return JsonResponse(found.as_json(zone=zone_of(station)))
