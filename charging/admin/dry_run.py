"""The page of dry runs: what is asked, how far it has come, what came out, and the same as a file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from billing.admin.editor import drafts
from billing.models import TariffPlan
from billing.tariffs.differences import Edition
from billing.tariffs.withdrawing import edition
from charging import dry_run
from charging.admin.dry_run_asking import DryRunForm
from charging.admin.dry_run_told import lines, told
from charging.dry_run import Run, keeping
from drivepower.core.cut_pages import is_of_company
from drivepower.core.exports import CsvFile, XlsxFile, cell, written

PAGE, PART = "charging/admin/dry_run.html", "charging/admin/dry_run_state.html"
NAME = "charging_tariff_dry_run"


def urls() -> list[URLPattern]:
    """The page's address."""
    return [path("tariffs/dry-run/", admin.site.admin_view(show), name=NAME)]


def show(request: HttpRequest) -> HttpResponseBase:
    """A run by its token, else the form; whoever sees plans and all sessions may ask, and nothing is written."""
    person = cast(User, request.user)
    rights = ("billing.view_tariffplan", "charging.view_session")
    if is_of_company(request) or not all(person.has_perm(right) for right in rights):
        raise PermissionDenied
    if request.method == "GET" and "run" in request.GET:
        return answer(request, person)
    plan = chosen(request)
    if plan is None:
        plans = TariffPlan.objects.filter(versions__isnull=False).distinct().order_by("name")
        return page(request, {"plans": plans})
    draft = drafts.kept(request.GET.get("draft", ""), by=person)
    if draft is not None and draft.version.plan_id != plan.pk:
        draft = None
    form = DryRunForm(request.POST or None, plan=plan, draft=draft, version=request.GET.get("version", ""))
    if request.method == "POST" and form.is_valid():
        token = dry_run.begin(ask=form.ask(edition_of(plan, form, draft)), by=person, at=timezone.now())
        return HttpResponseRedirect(f"{reverse(f'admin:{NAME}')}?run={token}")
    gone = "draft" in request.GET and draft is None
    return page(request, {"plan": plan, "form": form, "is_draft_gone": gone})


def chosen(request: HttpRequest) -> TariffPlan | None:
    """The plan of the address."""
    key = request.GET.get("plan", "")
    return TariffPlan.objects.filter(pk=int(key[:15])).first() if key.isdecimal() else None


def edition_of(plan: TariffPlan, form: DryRunForm, draft: Edition | None) -> Edition:
    """The version or draft by which sessions are to be priced."""
    number = form.cleaned_data["version"]
    if number == "draft" and draft is not None:
        return draft
    return edition(plan.versions.select_related("plan").get(number=number))


def answer(request: HttpRequest, person: User) -> HttpResponseBase:
    """How far a run has come, or what came out; as a part of the page for who waits, or as a file."""
    token, now = request.GET["run"], timezone.now()
    found = dry_run.find(token=token, by=person)
    if "export" in request.GET:
        if found is None or found.state != keeping.DONE:
            raise Http404
        return file(found, request.GET["export"])
    if found is not None:
        dry_run.look_after(token=token, by=person, run=found, at=now)
    known = state_of(found, token)
    if "part" in request.GET:
        return TemplateResponse(request, PART, known)
    return page(request, known)


def state_of(found: Run | None, token: str) -> dict[str, Any]:
    """What the page says of a run."""
    here = f"{reverse(f'admin:{NAME}')}?run={token}"
    known: dict[str, Any] = {"run": found, "token": token, "here": here, "is_over": found is None}
    if found is not None:
        plan = found.ask.edition.version.plan
        known |= {"plan": plan, "is_over": found.state in keeping.OVER, "again": f"?plan={plan.pk}"}
        if found.state == keeping.DONE:
            known["told"] = told(found)
    return known


def page(request: HttpRequest, known: Mapping[str, Any]) -> HttpResponse:
    """The whole page."""
    context = {
        **admin.site.each_context(request),
        "title": _("What it would have earned"),
        "has_token": "token" in known,
    }
    return TemplateResponse(request, PAGE, context | dict(known))


def file(found: Run, kind: str) -> HttpResponseBase:
    """The result as CSV or XLSX."""
    made: Any = {"csv": csv_of, "xlsx": xlsx_of}.get(kind)
    if made is None:
        raise Http404
    name = f"dry-run-{datetime.date(timezone.localtime(found.ask.since)):%Y-%m-%d}"
    rows = [[cell(value) for value in line] for line in lines(found)]
    return cast(HttpResponseBase, made(rows, name))


def csv_of(rows: list[list[Any]], name: str) -> CsvFile:
    """As CSV."""
    return CsvFile(iter([written(rows)]), name=name)


def xlsx_of(rows: list[list[Any]], name: str) -> XlsxFile:
    """As a workbook."""
    return XlsxFile(iter([rows]), name=name)
