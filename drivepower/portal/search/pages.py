"""The page of the search and the answer for the box of every page."""

from dataclasses import asdict

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from drivepower.portal.search.finding import find
from drivepower.portal.search.saying import Saying


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What was found for `?q=`, as a page."""
    asked = request.GET.get("q", "")
    context = {
        **admin.site.each_context(request),
        "title": _("Search"),
        "asked": asked,
        "is_too_short": Saying.of(asked).is_too_short,
        "found": find(asked, request=request, at=timezone.now()),
    }
    return TemplateResponse(request, "admin/search.html", context)


@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """The same as JSON: `{"found": [{"title", "icon", "rows": [{"title", "detail", "address"}], "has_more"}]}`."""
    found = find(request.GET.get("q", ""), request=request, at=timezone.now())
    return JsonResponse({"found": [asdict(kind) for kind in found]})
