"""The station's page in the admin: it takes the place of the plain form, which is one of its tabs."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from charging.models import LocalList, Session
from drivepower.core import clocks
from drivepower.core.admin_explained import RIGHTS
from drivepower.portal.reporting.scope import REPORT, STATIONS
from drivepower.portal.station import (
    configuration,
    connections,
    files,
    log,
    now,
    profiles,
    readings,
    sessions,
    stripe,
    upkeep,
)
from drivepower.portal.station.page import Page
from drivepower.portal.station.panels import Panel, dialog
from ocpp_consumer.admin.asking import AskingStationAdmin
from ocpp_consumer.admin.dialogs import DIALOGS, GROUPS, may_ask
from stations.models import Station

TABS = {
    "now": _("Now"),
    "sessions": _("Sessions"),
    "configuration": _("Configuration"),
    "files": _("Files"),
    "profiles": _("Profiles and list"),
    "upkeep": _("Upkeep"),
    "connection": _("Connection"),
    "log": _("Log"),
    "settings": _("Settings"),
}
DRAWS: dict[str, Callable[[Page], list[Panel]]] = {
    "sessions": sessions.draw,
    "configuration": configuration.draw,
    "files": files.draw,
    "profiles": profiles.draw,
    "upkeep": upkeep.draw,
    "connection": connections.draw,
    "log": log.draw,
}

admin.site.unregister(Station)


@admin.register(Station)
class StationPageAdmin(AskingStationAdmin):
    """Stations: a list, and a page of tabs of which each asks only for its own."""

    change_form_outer_before_template = "portal/station/form_tabs.html"

    def get_urls(self) -> list[URLPattern]:
        """What the page asks for while it is open."""
        said: list[tuple[str, str, Callable[..., HttpResponse]]] = [
            ("<str:object_id>/live/", "stations_station_live", self.live_view),
            ("<str:object_id>/readings/<int:session>/", "stations_station_readings", self.readings_view),
            ("<str:object_id>/list/", "stations_station_list", self.list_view),
        ]
        own = [
            path(address, self.admin_site.admin_view(self.guarded(view, is_list=False)), name=name)
            for address, name, view in said
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page; the plain form for its own tab, for what is posted and for pop-ups."""
        tab = request.GET.get("tab", "now")
        if request.method == "POST" or tab == "settings" or "_popup" in request.GET:
            context = {**(extra_context or {}), "station_tabs": list(TABS.items())}
            response: HttpResponse = super().change_view(request, object_id, form_url, context)
            if shown := getattr(response, "context_data", None):  # the theme's head has no room for all of them
                shown["station_actions"] = shown.pop("actions_detail", [])
            return response
        station = self.get_object(request, object_id)
        if station is None:
            response = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return response
        if not self.has_view_permission(request, station):
            raise PermissionDenied
        tab = tab if tab in TABS else "now"
        return render(request, "portal/station/page.html", self.page_of(request, station, tab=tab))

    def page_of(self, request: HttpRequest, station: Station, *, tab: str) -> dict[str, Any]:
        """The stripe, the commands and one tab."""
        page = Page(station, request, timezone.now())
        drawn = now.draw(page) if tab == "now" else {"panels": DRAWS[tab](page)}
        actions = self._get_actions_navigation(
            self.actions_detail, self.get_actions_detail(request, station.pk), str(station.pk)
        )
        return {
            **self.admin_site.each_context(request),
            "title": station.code,
            "content_title": station.code,
            "station": station,
            "place": str(station.location or ""),
            "zone": clocks.named(page.zone, at=page.at),
            "facts": stripe.facts(page),
            "tab": tab,
            "tabs": list(TABS.items()),
            "groups": groups(page),
            "may_check": may_ask(request.user, "TriggerMessage"),
            "explained": reverse("admin:portal_explain_station", args=[station.code]) if page.may(*RIGHTS) else "",
            "reporting": reporting(page),
            "station_actions": actions,
            "history": reverse("admin:stations_station_history", args=[station.pk]),
            **drawn,
        }

    def live_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The stripe and what moves under Now, as they are at this moment."""
        station = self.asked(request, object_id)
        page = Page(station, request, timezone.now())
        live = now.draw_live(page)
        # The charts stay while the same sessions run: drawn anew, they would flicker.
        are_others = request.GET.get("drawn", live["drawn"]) != live["drawn"]
        shown = {"station": station, "facts": stripe.facts(page), "are_others": are_others, **live}
        return render(request, "portal/station/live.html", shown)

    def readings_view(self, request: HttpRequest, object_id: str, session: int) -> JsonResponse:
        """Power and energy of one session of this station."""
        page = Page(self.asked(request, object_id), request, timezone.now())
        found = page.rows(Session.objects.filter(station=page.station, pk=session), "charging.view_session")
        one = found.select_related("connector").first()
        if one is None:
            raise Http404
        return JsonResponse(readings.series(one, at=page.at, zone=page.zone))

    def list_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask before, then have the station's list compared at once and sent where it differs."""
        station = self.asked(request, object_id)
        if not may_ask(request.user, "SendLocalList"):
            raise PermissionDenied
        if request.method != "POST":
            return render(request, "portal/station/list_dialog.html", {"station": station})
        kept, _made = LocalList.objects.get_or_create(station=station)
        LocalList.objects.filter(pk=kept.pk).update(is_kept=True, checked_at=None)
        self.log_change(request, station, "Had its local list compared.")
        address = reverse("admin:stations_station_change", args=[station.pk])
        return HttpResponse(headers={"HX-Redirect": f"{address}?tab=profiles"})


def reporting(page: Page) -> str:
    """Where a problem of the station is reported; empty for who may not."""
    address = reverse("admin:portal_report_problem", query={"station": page.station.code})
    return address if page.may(REPORT, STATIONS) else ""


def groups(page: Page) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """What this person may ask of the station, in groups of what people want."""
    found = []
    for group, title in GROUPS.items():
        mine = [
            (one.title, dialog(page, name))
            for name, one in DIALOGS.items()
            if one.group == group and page.may_ask(name)
        ]
        if mine:
            found.append((title, mine))
    return found
