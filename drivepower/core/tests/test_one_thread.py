"""A request stays in one thread, from the first middleware to the view's answer."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory, override_settings
from django.urls import path

from drivepower.core.one_thread import InOneThread

seen: list[int] = []


class Noting:
    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen.append(threading.get_ident())
        return self.answer(request)


def note(_request: HttpRequest) -> HttpResponse:
    seen.append(threading.get_ident())
    return HttpResponse("noted")


urlpatterns = [path("", note)]


@pytest.fixture
def noted() -> list[int]:
    seen.clear()
    return seen


def test_it_stays_in_one_thread(noted: list[int]) -> None:
    """The event loop's own thread does none of it."""
    middleware = [f"{__name__}.Noting", "axes.middleware.AxesMiddleware"]
    with override_settings(MIDDLEWARE=middleware, ROOT_URLCONF=__name__):
        answer = asyncio.run(InOneThread().get_response_async(AsyncRequestFactory().get("/")))
    assert answer.status_code == 200
    assert len(noted) == 2
    assert set(noted) != {threading.get_ident()}
    assert noted[0] == noted[1]
