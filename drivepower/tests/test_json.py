"""Whatever JSON a stranger sends, the answer has the API's own shape."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.tests.world import aida, bearer
from drivepower.core.parsers import DEEPEST

pytestmark = pytest.mark.django_db
LOGIN, PROFILE, START = "/api/v1/auth/login", "/api/v1/profile", "/api/v1/charging/start"
ROUTES = [("POST", LOGIN), ("PATCH", PROFILE), ("POST", START), ("POST", "/api/v1/reports")]


def say(method: str, path: str, text: str | bytes) -> tuple[int, str]:
    answer = Client().generic(method, path, text, "application/json", headers=bearer(aida()))
    told: dict[str, Any] = answer.json()
    return answer.status_code, told["error"]


@pytest.mark.parametrize("levels", [1100, 900, DEEPEST + 1, 100_000])
@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(("before", "after"), [("[", "]"), ('{"name":[', "]}")], ids=["lists", "objects"])
def test_it_refuses_what_lies_too_deep(method: str, path: str, levels: int, before: str, after: str) -> None:
    text = before * levels + after * levels
    assert say(method, path, text) == (400, "invalid_request")


@pytest.mark.parametrize("text", ["{", "NaN", '{"name": Infinity}', b"\xff\xfe", "1" * 5000, "[1,]"])
def test_it_refuses_what_is_no_json(text: str | bytes) -> None:
    assert say("PATCH", PROFILE, text) == (400, "invalid_request")


def test_it_takes_what_is_deep_enough_for_anybody() -> None:
    deep = "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)
    assert say("PATCH", PROFILE, f'{{"name": {deep}}}') == (400, "invalid_parameters")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_it_refuses_what_is_too_long_in_the_same_shape(method: str, path: str) -> None:
    text = json.dumps({"name": "A" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert say(method, path, text) == (400, "invalid_request")


def test_what_never_reaches_a_view_has_the_same_shape() -> None:
    answer = Client().get(PROFILE, headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert (
        Client().get("/admin/", headers={"Host": "elsewhere.example"}).headers["Content-Type"].startswith("text/html")
    )
