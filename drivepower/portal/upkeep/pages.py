"""The board's page, and what its buttons do."""

import uuid
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from drivepower.core.admin import person as name_of
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal
from drivepower.portal.upkeep import cards, planning
from stations import maintenance, reports
from stations.models import Maintenance, Report

WORK, REPORT, PLAN = "stations.change_maintenance", "stations.change_report", "stations.add_maintenance"


class FinishForm(forms.Form):
    """What it took."""

    # Phones of people who write a comma there offer no point.
    cost = forms.DecimalField(max_digits=16, decimal_places=3, min_value=0, required=False, localize=True)
    note = forms.CharField(max_length=2000, required=False)
    photo = forms.FileField(required=False)


class AnswerForm(forms.Form):
    """What the driver is told."""

    text = forms.CharField(max_length=2000)


def urls() -> list[URLPattern]:
    """The board's address."""
    return [path("upkeep/", admin.site.admin_view(show), name="portal_upkeep")]


def show(request: HttpRequest) -> HttpResponse:
    """The board for whoever may see work or reports; a button's answer is the board again."""
    person = cast(User, request.user)
    if not (person.has_perm("stations.view_maintenance") or person.has_perm("stations.view_report")):
        raise PermissionDenied
    if request.method == "POST":
        return press(request, person)
    wanted = wanted_by(request)
    known: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Upkeep board"),
        "columns": cards.board(person, wanted, at=timezone.now()),
        "wanted": wanted,
        "places": cards.places(person),
        "people": cards.people(person),
        "query": request.GET.urlencode(),
        "may_work": may(person, WORK),
        "may_report": may(person, REPORT),
        "may_plan": may(person, PLAN),
    }
    return TemplateResponse(request, "portal/upkeep/board.html", known)


def press(request: HttpRequest, person: User) -> HttpResponse:
    """Do what a button says, for who may."""
    right, act = ACTS.get(request.POST.get("act", ""), ("", None))
    if act is None or not may(person, right):
        raise PermissionDenied
    try:
        messages.success(request, act(request, person))
    except Refusal as refusal:
        messages.error(request, gettext(refusal.message))
    return HttpResponseRedirect(request.get_full_path())


def may(person: User, right: str) -> bool:
    """Staff of a company look on."""
    return person.company_id is None and person.has_perm(right)


def wanted_by(request: HttpRequest) -> cards.Wanted:
    """The filters of the address; what is none is left aside."""
    place, assignee = request.GET.get("place", ""), request.GET.get("assignee", "")
    if assignee and assignee != cards.NOBODY:
        try:
            assignee = str(uuid.UUID(assignee))
        except ValueError:
            assignee = ""
    return cards.Wanted(int(place) if place.isdecimal() and len(place) < 10 else None, assignee or None)


def plan_report(request: HttpRequest, person: User) -> str:
    """Work of a report."""
    planning.plan_report(report=row_of(request, Report.objects.seen_by(person)), by=name_of(request), at=timezone.now())
    return gettext("Work is planned.")


def plan_alert(request: HttpRequest, person: User) -> str:
    """Work of an alert."""
    if not person.has_perm("core.view_alert"):
        raise PermissionDenied
    planning.plan_alert(alert=row_of(request, Alert.objects.seen_by(person)), by=name_of(request), at=timezone.now())
    return gettext("Work is planned.")


def take(request: HttpRequest, person: User) -> str:
    """Look after a report."""
    if not reports.take(report=row_of(request, Report.objects.seen_by(person)), by=name_of(request)):
        raise Refusal("report_moved", "Somebody looks after it already, or it is over.")
    return gettext("You look after this report now.")


def answer(request: HttpRequest, person: User) -> str:
    """Tell the driver."""
    report = row_of(request, Report.objects.seen_by(person).select_related("station", "user"))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Refusal("invalid_parameters", "Write what the driver is told.")
    reports.answer(report=report, text=form.cleaned_data["text"], by=name_of(request), at=timezone.now())
    return gettext("The report has its answer.")


def assign(request: HttpRequest, person: User) -> str:
    """Give work to somebody, who is told, or to nobody."""
    work, said = row_of(request, Maintenance.objects.seen_by(person)), request.POST.get("assignee", "")
    who = next((one for one in cards.people(person) if str(one.public_id) == said), None)
    if said and who is None:
        raise Refusal("person_not_found", "No member of staff has this id.")
    if not Maintenance.objects.filter(pk=work.pk, state__in=cards.OPEN_WORK).update(assignee=who):
        raise Refusal("maintenance_moved", "Somebody else has moved this work on already.")
    if who is not None and who.pk != work.assignee_id:
        work.assignee = who
        maintenance.tell_assignee(work=work, by=name_of(request), at=timezone.now())
    return gettext("The work is given to %(name)s.") % {"name": who} if who else gettext("The work is nobody's now.")


def begin(request: HttpRequest, person: User) -> str:
    """Under way."""
    maintenance.begin(work=row_of(request, Maintenance.objects.seen_by(person)), at=timezone.now())
    return gettext("The work is under way.")


def finish(request: HttpRequest, person: User) -> str:
    """Done, with what it took."""
    work, form = row_of(request, Maintenance.objects.seen_by(person)), FinishForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refusal("invalid_parameters", "The cost is an amount, the photo a file.")
    said = {name: form.cleaned_data[name] for name in ("cost", "note") if form.cleaned_data[name] not in (None, "")}
    maintenance.finish(work=work, said=said, photo=form.cleaned_data["photo"], at=timezone.now())
    return gettext("The work is done.")


def cancel(request: HttpRequest, person: User) -> str:
    """It comes to nothing."""
    maintenance.cancel(work=row_of(request, Maintenance.objects.seen_by(person)), at=timezone.now())
    return gettext("The work is cancelled.")


def row_of(request: HttpRequest, rows: "QuerySet[Any]") -> Any:
    """The row that the button belongs to; 404 for what this person does not see."""
    said = request.POST.get("row", "")
    row = rows.filter(pk=int(said)).first() if said.isdecimal() and len(said) < 19 else None
    if row is None:
        raise Http404
    return row


ACTS: dict[str, tuple[str, Callable[[HttpRequest, User], str]]] = {
    "plan_report": (PLAN, plan_report),
    "plan_alert": (PLAN, plan_alert),
    "take": (REPORT, take),
    "answer": (REPORT, answer),
    "assign": (WORK, assign),
    "begin": (WORK, begin),
    "finish": (WORK, finish),
    "cancel": (WORK, cancel),
}
