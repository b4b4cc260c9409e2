"""Browser apps of other origins: closed unless their origin is named, and never with cookies."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import path
from pytest_django import Settings

pytestmark = pytest.mark.urls(__name__)

OURS, FOREIGN = "https://app.example.com", "https://evil.example"


def answer(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("{}", headers={"ETag": '"1"'})


urlpatterns = [path("api/v1/thing", answer), path("elsewhere", answer)]


def preflight(origin: str, where: str = "/api/v1/thing", method: str = "POST") -> HttpResponseBase:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,idempotency-key,content-type",
    }
    return Client(headers=asked).options(where)


def simple(origin: str, where: str = "/api/v1/thing") -> HttpResponseBase:
    return Client(headers={"Origin": origin}).get(where)


def said(response: HttpResponseBase) -> dict[str, str]:
    """What it tells the browser of other origins."""
    return {name: value for name, value in response.items() if name.lower().startswith("access-control")}


def test_it_is_closed_by_default(settings: Settings) -> None:
    assert settings.CORS_ALLOWED_ORIGINS == []
    for origin in (OURS, FOREIGN, "null"):
        assert said(preflight(origin)) == said(simple(origin)) == {}


@pytest.mark.parametrize(
    "origin",
    [
        FOREIGN,
        "null",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com.evil.example",
        "https://evil-app.example.com",
        "https://sub.app.example.com",
    ],
)
def test_a_foreign_origin_is_told_nothing(settings: Settings, origin: str) -> None:
    settings.CORS_ALLOWED_ORIGINS = [OURS]
    assert said(preflight(origin)) == {}
    assert said(simple(origin)) == {}


def test_one_that_is_named_may_ask(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [OURS]
    told = said(preflight(OURS))
    assert told["access-control-allow-origin"] == OURS
    assert {"authorization", "idempotency-key", "content-type"} <= set(told["access-control-allow-headers"].split(", "))
    assert {"GET", "POST", "PATCH", "DELETE"} <= set(told["access-control-allow-methods"].split(", "))
    assert "access-control-allow-credentials" not in told
    shown = said(simple(OURS))
    assert shown["access-control-allow-origin"] == OURS
    assert {"etag", "retry-after", "idempotent-replayed"} <= set(shown["access-control-expose-headers"].split(", "))
    assert "access-control-allow-credentials" not in shown
    assert "origin" in simple(OURS)["Vary"].lower()


def test_only_the_api_is_open(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [OURS]
    assert said(simple(OURS, "/elsewhere")) == said(preflight(OURS, "/elsewhere")) == {}
