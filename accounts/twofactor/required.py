"""Where all staff need a second factor: without one they get no further than the page that registers it."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.models import User
from accounts.twofactor import devices

OPEN = ("admin:twofactor", "admin:login", "admin:logout", "admin:jsi18n", "admin:portal_language")


class SecondFactor:
    """Sends staff without a device to register one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page, or the way to the one that is needed first."""
        asked = settings.STAFF_OTP == "required" and is_admin(request) and request.user.is_authenticated
        if asked and not is_known(request):
            return HttpResponseRedirect(reverse("admin:twofactor"))
        return self.get_response(request)


def is_known(request: HttpRequest) -> bool:
    """Whether this session's person has a device, which is looked for until it is there."""
    if not request.session.get("has_second_factor"):
        if not devices.has_device(cast(User, request.user)):
            return False
        request.session["has_second_factor"] = True
    return True


def is_admin(request: HttpRequest) -> bool:
    """Whether it is a page behind the login."""
    path = request.path_info
    return path.startswith(reverse("admin:index")) and path not in [reverse(name) for name in OPEN]
