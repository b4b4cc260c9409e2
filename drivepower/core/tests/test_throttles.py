import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from pytest_django import Settings
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from drivepower.core.throttles import LoginThrottle, address_of


class Limited(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (LoginThrottle,)

    def get(self, request: Request) -> Response:
        return Response({})


@pytest.fixture(autouse=True)
def uncounted() -> None:
    cache.clear()


def ask(address: str = "198.51.100.7", forwarded_for: str = "") -> int:
    request = APIRequestFactory().get("/", REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forwarded_for)
    return int(Limited.as_view()(request).status_code)


@pytest.mark.usefixtures("standing_clock")
def test_it_refuses_the_eleventh_in_a_minute() -> None:
    assert [ask() for _ in range(12)] == [200] * 10 + [429] * 2


def test_it_says_when_to_come_back() -> None:
    for _ in range(10):
        ask()
    response = Limited.as_view()(APIRequestFactory().get("/", REMOTE_ADDR="198.51.100.7"))
    assert 1 <= int(response["Retry-After"]) <= 60
    assert response.data["error"] == "too_many_requests"


def test_it_counts_addresses_apart() -> None:
    for _ in range(10):
        ask()
    assert ask("198.51.100.8") == 200


def test_it_lets_nobody_slip_past_at_once(standing_clock: None) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(), range(40)))
    assert answers.count(200) == 10


def test_it_ignores_a_header_that_anyone_may_write(standing_clock: None) -> None:
    answers = [ask(forwarded_for=f"203.0.113.{number}") for number in range(20)]
    assert answers.count(200) == 10


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "203.0.113.9", "198.51.100.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "192.0.2.66, 203.0.113.9", "203.0.113.9"),
        (2, "192.0.2.66, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "", "198.51.100.7"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "not an address", "not an address"),
    ],
)
def test_it_trusts_as_many_proxies_as_are_ours(
    monkeypatch: pytest.MonkeyPatch, proxies: int, header: str, address: str
) -> None:
    monkeypatch.setattr(api_settings, "NUM_PROXIES", proxies)
    request = APIRequestFactory().get("/", REMOTE_ADDR="198.51.100.7", HTTP_X_FORWARDED_FOR=header)
    assert address_of(Request(request)) == address


def test_it_limits_nobody_while_the_cache_is_away(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    away = {**settings.CACHES["default"], "LOCATION": f"redis://127.0.0.1:{port}/0"}
    settings.CACHES = {"default": away}
    assert [ask() for _ in range(12)] == [200] * 12
