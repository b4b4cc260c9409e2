"""Pages behind the login are open to sessions that a second factor has vouched for, where one is asked for.

A session that only a password has opened is over once its person has a device: whoever sits there logs in anew. Where
all staff need one, who has none gets no further than the page that registers it.
"""

from collections.abc import Callable

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.twofactor.asked import Lack, lack_of

PORTAL = "/admin/"
OPEN = ("admin:login", "admin:logout", "admin:jsi18n", "admin:portal_language")
REGISTERS = "admin:twofactor"


class SecondFactor:
    """Sends staff to show what their session lacks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page, or the way to the one that is needed first."""
        if not (is_admin(request) and request.user.is_authenticated):
            return self.get_response(request)
        is_verified = request.user.is_verified()  # type: ignore[attr-defined]  # django-otp's middleware adds it
        lack = lack_of(request.user, is_verified=is_verified)
        if lack is Lack.CODE:
            logout(request)
            next_page = request.get_full_path() if request.method == "GET" else reverse("admin:index")
            return redirect_to_login(next_page, reverse("admin:login"))
        if lack is Lack.DEVICE and request.path_info != reverse(REGISTERS):
            return HttpResponseRedirect(reverse(REGISTERS))
        return self.get_response(request)


def is_admin(request: HttpRequest) -> bool:
    """Whether it is a page behind the login."""
    path = request.path_info
    return path.startswith(PORTAL) and path not in [reverse(name) for name in OPEN]
