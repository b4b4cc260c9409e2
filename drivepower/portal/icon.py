"""The mark of the house, for what has no head to name it in: a PDF in a tab, a picture, an answer of the API."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=86_400)
def show(request: HttpRequest) -> HttpResponse:
    """/favicon.ico: browsers ask for it by themselves, and complain of a 404."""
    return redirect(static("portal/icon.svg"))
