"""What Prometheus reads: who may, what is counted, and that nothing from the wire becomes a label."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from drivepower.core import metrics

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def thing(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(status=418 if name == "tea" else 200)


urlpatterns = [path("metrics", metrics.show), path("things/<str:name>", thing)]


def samples(**headers: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and labels."""
    text = Client(headers=headers).get("/metrics").text
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def counted(*labels: str) -> float:
    return samples().get(("drivepower_http_requests_total", *labels), 0)


def test_it_counts_requests_by_route_and_status() -> None:
    before = counted("GET", "things/<str:name>", "418"), counted("POST", "things/<str:name>", "200")
    client = Client()
    client.get("/things/tea")
    client.post("/things/coffee")
    assert counted("GET", "things/<str:name>", "418") == before[0] + 1
    assert counted("POST", "things/<str:name>", "200") == before[1] + 1
    assert samples()["drivepower_http_seconds_count", "things/<str:name>"] >= 2


def test_what_comes_over_the_wire_is_no_label() -> None:
    client = Client(raise_request_exception=False)

    def odd(first: int, last: int) -> None:
        for number in range(first, last):
            client.generic(f"ODD{number}", f"/things/{number}", headers={"Origin": f"https://{number}.example"})
            client.get(f"/nowhere/{number}")

    odd(0, 2)
    before = len(samples())
    odd(2, 200)
    assert len(samples()) == before


def test_rooms_add_figures() -> None:
    asked: list[int] = []

    def kettles() -> dict[str, float]:
        asked.append(1)
        return {"on": 2.0, "off": 1.0}

    metrics.house.add("kettles", "Kettles.", kettles, label="state")
    try:
        shown = samples()
    finally:
        del metrics.house.figures["kettles"]
    assert (shown["kettles", "on"], shown["kettles", "off"], asked) == (2, 1, [1])


def test_one_that_fails_leaves_the_others() -> None:
    def broken() -> dict[str, float]:
        raise ValueError("no")

    def pans() -> dict[str, float]:
        return {"": 3.0}

    metrics.house.add("kettles", "Kettles.", broken)
    metrics.house.add("pans", "Pans.", pans)
    try:
        samples()
        shown = samples()
    finally:
        del metrics.house.figures["kettles"], metrics.house.figures["pans"]
    assert shown[("pans",)] == 3
    assert ("kettles",) not in shown
    assert shown["drivepower_figure_failures_total", "kettles"] >= 1


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("198.51.100.7", {}, 403),
        ("", {}, 403),
    ],
)
def test_without_a_token_it_is_for_this_machine(address: str, headers: dict[str, str], status: int) -> None:
    assert Client(headers=headers, REMOTE_ADDR=address).get("/metrics").status_code == status


@pytest.mark.parametrize(
    ("shown", "status"),
    [("Bearer t-123", 200), ("Bearer t-12", 403), ("", 403), ("Bearer ", 403), ("Bearer ключ", 403)],
)
def test_with_a_token_it_is_for_whoever_shows_it(settings: Settings, shown: str, status: int) -> None:
    settings.METRICS_TOKEN = "t-123"
    client = Client(headers={"Authorization": shown} if shown else {}, REMOTE_ADDR="198.51.100.7")
    assert client.get("/metrics").status_code == status
    assert Client().get("/metrics").status_code == 403


def test_it_is_only_read() -> None:
    assert Client().post("/metrics").status_code == 405
