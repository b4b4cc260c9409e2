"""The page of a station on its way into service, as staff and installers see it: the same steps in the same order."""

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import segno
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from drivepower.core import clocks
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from stations.commissioning import course, fitting
from stations.commissioning.acts import Visit, carry_out
from stations.commissioning.steps import Step
from stations.models import Commissioning, Connector, Station

MARGIN = 4


def show(visit: Visit, *, template: str, more: Mapping[str, Any]) -> HttpResponse:
    """The page, or what became of the form that it sent; a key is in this one answer and nowhere else."""
    said: dict[str, Any] = {}
    status = 200
    if visit.request.method == "POST":
        try:
            done = carry_out(visit)
        except Refusal as refusal:
            said, status = {"refused": in_their_language(refusal.message)}, 409
        else:
            if not done.key:
                return HttpResponseRedirect(f"{visit.request.path}?done={visit.said('act')}#done")
            said = {"key": done.key, "key_qr": qr(done.key)}
        visit.commissioning.refresh_from_db()
    response = render(visit.request, template, {**context_of(visit), **said, **more}, status=status)
    return sealed(response)


def now(visit: Visit) -> JsonResponse:
    """What the page asks for every few seconds: each step's words."""
    steps = course.go_on(visit.commissioning, at=visit.at)
    rows = [
        {"name": step.name, "is_done": step.done_at is not None, "word": word_of(step), "told": step.told}
        for step in steps
    ]
    titles = [str(step.title) for step in course.missing(steps)]
    response = JsonResponse(
        {"state": visit.commissioning.state, "steps": rows, "missing": ", ".join(titles)} | {"untold": numbers(visit)}
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def numbers(visit: Visit) -> str:
    """The connectors whose type nobody has entered, as the page compares them with those that it asks about."""
    return ",".join(map(str, fitting.untold(visit.commissioning.station)))


def sealed(response: HttpResponse) -> HttpResponse:
    """Kept by no browser and no proxy: it may show a key."""
    response.headers["Cache-Control"] = "no-store"
    return response


def context_of(visit: Visit) -> dict[str, Any]:
    """What both pages show."""
    row, station = visit.commissioning, visit.commissioning.station
    steps = course.go_on(row, at=visit.at)
    address = address_of(station)
    return {
        "commissioning": row,
        "station": station,
        "place": place_of(station),
        "is_open": row.state == Commissioning.State.OPEN,
        "steps": [(step, word_of(step)) for step in steps],
        "missing": ", ".join(str(step.title) for step in course.missing(steps)),
        "connectors": Connector.objects.filter(station=station, number__gt=0).order_by("number"),
        "address": address,
        "address_qr": qr(address),
        "base_address": base_address(),
        "untold": fitting.untold(station),
        "types": fitting.TYPES,
        "is_online": station.is_online(at=visit.at),
        "may_act": visit.may_act and row.state == Commissioning.State.OPEN,
        "may_decide": visit.may_decide,
        "is_done": bool(visit.request.GET.get("done")),
    }


def place_of(station: Station) -> str:
    """Where it stands, in the reader's language."""
    if station.location is None:
        return ""
    return f"{station.location.name_in(get_language() or 'en')} · {station.location.address}"


def word_of(step: Step) -> str:
    """How a step stands, in words."""
    if step.done_at is None:
        return _("waiting")
    return _("done, %(time)s") % {"time": clocks.minute(step.done_at)}


def base_address() -> str:
    """Where stations connect, for those that add their identity by themselves."""
    return "ws" + settings.PUBLIC_URL.removeprefix("http") + "/ocpp"


def address_of(station: Station) -> str:
    """Where this station connects."""
    return f"{base_address()}/{quote(station.identity, safe='')}"


def qr(text: str) -> SafeString:
    """A QR code as SVG, dark on white whatever the page's colours; segno escapes, and the text is no markup in it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=MARGIN, omitsize=True, dark="#000", light="#fff", xmldecl=False, svgns=True, nl=False
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308  # shapes alone
