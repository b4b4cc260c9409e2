"""The language of the portal: chosen in the user menu, kept with the person, carried by a cookie."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from accounts.models import User

YEAR = 365 * 24 * 3600


class KeptLanguage:
    """Middleware: a browser in which nobody has chosen yet learns the language of whoever comes in."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the language of the person where the browser brings none."""
        response = self.answer(request)
        if request.path.startswith("/admin/") and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            person = request.user
            if person.is_authenticated and settings.LANGUAGE_COOKIE_NAME not in response.cookies:
                carry(response, person.language)
        return response


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the language that was chosen, and go back to where that was."""
    response = HttpResponseRedirect(back(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        User.objects.filter(pk=cast(User, request.user).pk).update(language=chosen)
        carry(response, chosen)
    return response


def carry(response: HttpResponse, language: str) -> None:
    """Let the browser bring that language from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def back(request: HttpRequest) -> str:
    """The page on which one was; the start page where that is none of ours."""
    here = {request.get_host()}
    for address in (request.POST.get("next"), request.META.get("HTTP_REFERER")):
        if address and url_has_allowed_host_and_scheme(address, here, require_https=request.is_secure()):
            return address
    return reverse("admin:index")
