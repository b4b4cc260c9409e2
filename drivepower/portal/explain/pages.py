"""The pages of explanations under /admin/: each address can be passed on, and asks for rights when it is opened."""

from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from charging.models import Session
from drivepower.core.admin_explained import RIGHTS
from drivepower.core.texts import storable
from drivepower.portal import explain
from drivepower.portal.explain import shown
from drivepower.portal.explain.asked import USUAL, moment, span_of
from drivepower.portal.explain.gathering import MOST_STORIES
from drivepower.portal.explain.shapes import Explanation
from drivepower.portal.station import readings
from stations.access import zone_of
from stations.models import Station

TEMPLATE = "portal/explain/page.html"
# So many are drawn at once; the others when somebody asks.
MOST_CHARTS = 3
ACTS = {
    "stop": gettext_noop("Stop"),
    "unlock": gettext_noop("Unlock the plug"),
    "refund": gettext_noop("Refund"),
    "accept": gettext_noop("Accept"),
    "correct": gettext_noop("Correct"),
    "waive": gettext_noop("Waive"),
    "rerun": gettext_noop("Look anew"),
}


def urls() -> list[URLPattern]:
    """The addresses, behind the login of the portal."""
    guard = admin.site.admin_view
    return [
        path("explain/", guard(of_subject), name="portal_explain"),
        path("explain/session/<uuid:public_id>/", guard(of_session), name="portal_explain_session"),
        path("explain/session/<uuid:public_id>/readings/", guard(readings_of), name="portal_explain_readings"),
        path("explain/station/<str:code>/", guard(of_station), name="portal_explain_station"),
    ]


def of_subject(request: HttpRequest) -> HttpResponse:
    """The way to the explanation of what a row elsewhere is about: session:41, station:CODE, connector:CODE/1."""
    person = reader_of(request)
    kind, _colon, said = request.GET.get("subject", "").partition(":")
    if kind == "session":
        found = Session.objects.seen_by(person).filter(**key_of(said)).values_list("public_id", flat=True).first()
        if found is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:portal_explain_session", args=[found]))
    code = storable(said).partition("/")[0].partition(":")[0]
    if kind not in ("station", "connector") or not code:
        raise Http404
    try:
        at = moment(request.GET.get("at", ""), ZoneInfo("UTC")) or timezone.now()
    except ValueError:
        raise Http404 from None
    times = {"since": (at - USUAL / 2).isoformat(), "until": min(at + USUAL / 2, timezone.now()).isoformat()}
    return HttpResponseRedirect(reverse("admin:portal_explain_station", args=[code], query=times))


def key_of(said: str) -> dict[str, Any]:
    """A session by its number or public id."""
    if said.isdecimal() and len(said) < 10:
        return {"pk": int(said)}
    try:
        return {"public_id": UUID(said)}
    except ValueError:
        raise Http404 from None


def reader_of(request: HttpRequest) -> User:
    """Who asks, if they may see sessions and what stations say."""
    person = cast(User, request.user)
    if not person.has_perms(RIGHTS):
        raise PermissionDenied
    return person


def session_for(person: User, public_id: UUID) -> Session:
    """The session, if that person may see it; a stranger's is not there."""
    known = Session.objects.seen_by(person).select_related(
        "station__location",
        "connector__station",
        "driver",
        "company",
        "meter",
        "receipt",
        "id_tag",
        "price_terms__version__plan",
    )
    found: Session | None = known.prefetch_related("station__connectors").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def of_session(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What happened to a session."""
    person, at = reader_of(request), timezone.now()
    session = session_for(person, public_id)
    found = explain.of_session(session, person=person, at=at)
    title = _("What happened: session %(number)s") % {"number": session.pk}
    return answer(request, found, title=title)


def readings_of(request: HttpRequest, public_id: UUID) -> JsonResponse:
    """Power and energy of a session, for its chart."""
    person = reader_of(request)
    if not person.has_perm("charging.view_meterreading"):
        raise PermissionDenied
    session = session_for(person, public_id)
    return JsonResponse(readings.series(session, at=timezone.now(), zone=zone_of(session.station)))


def of_station(request: HttpRequest, code: str) -> HttpResponse:
    """What happened at a station, in the last hour or between two times of its place."""
    person, at = reader_of(request), timezone.now()
    known = Station.objects.seen_by(person).filter(code=storable(code))
    station = known.select_related("location", "gateway").prefetch_related("connectors").first()
    if station is None or not person.has_perm("stations.view_station"):
        raise Http404
    zone = zone_of(station)
    span = span_of(request.GET, zone, at=at)
    found = explain.of_station(station, since=span.since, until=span.until, person=person, at=at)
    asked = {
        name: value.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")
        for name, value in (("since", span.since), ("until", span.until))
    }
    title = _("What happened: station %(code)s") % {"code": station.code}
    return answer(request, found, title=title, asked=asked, problem=span.problem, taken=span.taken)


def answer(request: HttpRequest, found: Explanation, *, title: str, **more: Any) -> HttpResponse:
    """The page, or the same as a file."""
    if request.GET.get("format") == "json":
        return JsonResponse(shown.document(found), json_dumps_params={"ensure_ascii": False, "indent": 2})
    query = request.GET.copy()
    query["format"] = "json"
    known = {
        **admin.site.each_context(request),
        "title": title,
        "content_title": title,
        "found": found,
        "facts": found.head,
        "rows": shown.rows(found),
        "charts": found.charts[:MOST_CHARTS],
        "more_charts": found.charts[MOST_CHARTS:],
        "told_in_full": MOST_STORIES,
        "chips": shown.chips(found.moments),
        "acts": [(_(ACTS[step.text]), step.opens) for step in found.steps if step.text in ACTS],
        "json_address": f"{request.path}?{query.urlencode()}",
        **more,
    }
    return TemplateResponse(request, TEMPLATE, known)
