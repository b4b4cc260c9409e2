"""The page on which a problem is reported."""

from typing import cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from drivepower.portal.reporting.forms import ProblemForm
from drivepower.portal.reporting.scope import scope_of
from stations import reports


def urls() -> list[URLPattern]:
    """Its address."""
    return [path("report/", admin.site.admin_view(show), name="portal_report_problem")]


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The form, and what came of it; staff of a company report what is wrong with what is theirs."""
    person = cast(User, request.user)
    scope = scope_of(person, request.GET)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ProblemForm(*sent, scope=scope, person=person)
    if sent and form.is_valid() and make(form):
        messages.success(request, _("The problem is reported."))
        return HttpResponseRedirect(scope.page)
    known = {**admin.site.each_context(request), "title": _("Report a problem"), "scope": scope, "form": form}
    return TemplateResponse(request, "portal/reporting/page.html", known, status=400 if sent else 200)


def make(form: ProblemForm) -> bool:
    """Report it, or leave in the form why not; what was sent before is reported already."""
    try:
        reports.make(**form.said(), contact="", at=timezone.now())
    except Refusal as refusal:
        if refusal.code == "report_made":
            return True
        form.add_error("photo", in_their_language(refusal.message))
        return False
    return True
