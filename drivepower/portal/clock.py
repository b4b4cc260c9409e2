"""The wall clock of the portal: operators read times as their network's clocks show them."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone


class LocalTime:
    """Middleware: pages under /admin/ write times in DEFAULT_LOCATION_TIME_ZONE; the API's stay in UTC."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the network's time zone in force."""
        if not request.path.startswith("/admin/"):
            return self.answer(request)
        with timezone.override(ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)):
            return self.answer(request)
