"""Pages wait for the database no longer than the people before them, so that a few slow ones do not take every slot."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import structlog
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

SECONDS = 5
# What people look at; files are waited for.
PAGES = re.compile(r"/admin/(?!.*/export\b)")

log = structlog.stdlib.get_logger(__name__)


class Patience:
    """Middleware: a statement of a page that takes longer is cancelled, and the page says so in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """What writes keeps the patience of the connection."""
        if request.method not in ("GET", "HEAD") or not PAGES.match(request.path_info):
            return self.get_response(request)
        with hurried(seconds=SECONDS):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """503 in words for what was cancelled."""
        if not (isinstance(error, OperationalError) and isinstance(error.__cause__, psycopg.errors.QueryCanceled)):
            return None
        log.warning("a page took too long", path=request.path)
        return render(request, "core/slow.html", status=503)


@contextmanager
def hurried(*, seconds: float) -> Iterator[None]:
    """In it no statement takes longer; a connection that is not open yet keeps its own patience."""
    raw: Any = connection.connection
    if raw is None:
        yield
        return
    # Not through Django's cursor, which refuses to speak in a transaction that is to be rolled back.
    raw.execute("SELECT set_config('statement_timeout', %s, false)", [f"{int(seconds * 1000)}ms"])
    try:
        yield
    finally:
        try:
            raw.execute("RESET statement_timeout")
        except psycopg.Error:
            log.warning("a connection stays hurried and is closed")
            raw.close()
