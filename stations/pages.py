"""The page that a sticker's QR opens: how the connector is, what it costs, the app, and a word to the operator.

For everybody, without a login and without JavaScript; its address is printed on stations and never changes.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views import View
from rest_framework.views import APIView

from drivepower.core import switches
from drivepower.core.texts import storable
from drivepower.core.throttles import WindowThrottle
from stations import maintenance, reports
from stations.models import Connector, ConnectorState, Report, Station
from stations.models.state import BROKEN, FREE, IN_USE
from stations.prices import time_zone_of
from stations.sticker import clock, rates_now

TEMPLATE = "stations/connector.html"
SHOWN = (Station.ServiceState.IN_SERVICE, Station.ServiceState.OUT_OF_SERVICE)
WORDS = {
    FREE: _("Free"),
    "Preparing": _("A cable is plugged in"),
    "Charging": _("In use"),
    "SuspendedEV": _("In use"),
    "SuspendedEVSE": _("In use"),
    "Finishing": _("In use"),
    "Reserved": _("Reserved"),
}
KINDS = (("", _("What is it about?")), *Report.Kind.choices)


class StrangerThrottle(WindowThrottle):
    """Reports by people who have not logged in, by address."""

    scope = "report"


class ReportForm(forms.Form):
    """What is wrong, in one's own words."""

    kind = forms.ChoiceField(label=_("About"), choices=KINDS, required=False)
    text = forms.CharField(label=_("What is wrong?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    contact = forms.CharField(label=_("Phone or e-mail, if you want an answer"), max_length=120, required=False)


class ConnectorPage(View):
    """/c/{station}/{connector}"""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """In the language that the address asks for, else in the browser's; never kept, since it shows this moment."""
        asked = request.GET.get("lang", "")
        language = asked if asked in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE
        with translation.override(language):
            response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]  # it is sync
        response.headers.setdefault("Content-Language", language)
        response.headers["Cache-Control"] = "no-store"
        return response

    def get(self, request: HttpRequest, code: str, number: int) -> HttpResponse:
        """How it is now."""
        return show(request, connector_at(code, number), form=ReportForm(), thanks="thanks" in request.GET)

    def post(self, request: HttpRequest, code: str, number: int) -> HttpResponse:
        """Report a problem; then the page again, so that a reload reports nothing."""
        connector, form = connector_at(code, number), ReportForm(request.POST)
        throttle = StrangerThrottle()
        if not form.is_valid():
            return show(request, connector, form=form, status=400)
        if not throttle.allow_request(request, APIView()):  # type: ignore[arg-type]  # it looks at META alone
            form.add_error(None, _("Too many reports. Try again in a minute."))
            response = show(request, connector, form=form, status=429)
            response.headers["Retry-After"] = str(max(1, round(throttle.wait())))
            return response
        reports.make(
            said_by="public",
            user=None,
            station=connector.station,
            number=number,
            session=None,
            photo=None,
            at=timezone.now(),
            **form.cleaned_data,
        )
        return HttpResponseRedirect(f"{request.path}?thanks=1&lang={translation.get_language()}#report")


def connector_at(code: str, number: int) -> Connector:
    """The connector that the sticker names; 404 where it is not for everybody."""
    stations = Station.objects.with_plans().select_related("gateway", "location", "own_plan", "tariff_plan")
    station = stations.filter(code=storable(code).upper(), is_public=True, service_state__in=SHOWN).first()
    connector = next((one for one in station.connectors.all() if one.number == number > 0), None) if station else None
    if station is None or connector is None:
        raise Http404
    connector.station = station
    return connector


def show(
    request: HttpRequest, connector: Connector, *, form: ReportForm, thanks: bool = False, status: int = 200
) -> HttpResponse:
    """The page."""
    station, at, language = connector.station, timezone.now(), translation.get_language() or "en"
    with timezone.override(ZoneInfo(time_zone_of(station))):
        context = {
            "station": station,
            "connector": connector,
            "place": station.location.name_in(language) if station.location else "",
            "notice": station.location.notice_in(language) if station.location else "",
            "is_paused": is_paused(station),
            "state": state_of(connector, at=at),
            "at": clock(timezone.localtime(at), "H:i"),
            "price": rates_now(connector, at=at),
            "app_link": app_link(connector),
            "phone": settings.OPERATOR_PHONE,
            "form": form,
            "thanks": thanks,
            "languages": [(name, words) for name, words in settings.LANGUAGES if name != language],
        }
        return render(request, TEMPLATE, context, status=status)


def state_of(connector: Connector, *, at: datetime) -> tuple[str, Any]:
    """A mark for its colour, and the word for people."""
    station = connector.station
    if station.service_state != Station.ServiceState.IN_SERVICE:
        return "broken", _("Out of service")
    if not station.is_online(at=at):
        return "offline", _("Offline: nothing can be started now")
    said = ConnectorState.objects.filter(station=station, number=connector.number).first()
    if said is not None and said.status in IN_USE:
        return "busy", WORDS.get(said.status, _("In use"))
    if maintenance.holding(at=at).filter(works_at(connector)).exists():
        return "broken", _("Maintenance is under way")
    if said is None:
        return "offline", _("Not known yet")
    if said.status in BROKEN:
        return "broken", _("Out of order")
    return ("free" if said.status == FREE else "busy"), WORDS.get(said.status, _("In use"))


def is_paused(station: Station) -> bool:
    """Whether nobody new may start there now."""
    is_so_here = station.location is not None and station.location.starts_paused
    return is_so_here or not switches.is_on(switches.STARTS)


def works_at(connector: Connector) -> Q:
    """Work on the whole station, or on this connector."""
    return Q(station=connector.station) & (Q(number=None) | Q(number=connector.number))


def app_link(connector: Connector) -> str:
    """The same place in the drivers' app; empty where there is none."""
    link = settings.APP_LINK.replace("{station}", connector.station.code)
    return link.replace("{connector}", str(connector.number))
