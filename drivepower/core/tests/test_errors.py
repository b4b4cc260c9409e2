import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from drivepower.core.errors import status_of
from drivepower.core.refusals import Refusal


class Raising(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    error: Exception = Exception()

    def get(self, request: Request) -> Response:
        raise self.error


def answer_to(error: Exception) -> tuple[int, dict[str, Any], Any]:
    response = Raising.as_view(error=error)(APIRequestFactory().get("/"))
    response.render()
    return response.status_code, json.loads(response.content), response


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("invalid_credentials", 401),
        ("debt_open", 402),
        ("account_blocked", 403),
        ("session_not_found", 404),
        ("station_not_found", 404),
        ("station_offline", 409),
        ("no_price", 409),
        ("too_many_requests", 429),
        ("already_captured", 400),
    ],
)
def test_it_gives_every_code_its_status(code: str, status: int) -> None:
    assert status_of(code) == status


def test_it_shows_a_refusal() -> None:
    status, body, _ = answer_to(Refusal("insufficient_balance", "Top up first.", {"missing": "12.50"}))
    assert status == 402
    assert body == {
        "success": False,
        "error": "insufficient_balance",
        "message": "Top up first.",
        "details": {"missing": "12.50"},
    }


def test_it_names_the_field_that_is_wrong() -> None:
    status, body, _ = answer_to(serializers.ValidationError({"amount": ["A valid number is required."]}))
    assert (status, body["error"]) == (400, "invalid_parameters")
    assert body["details"] == {"amount": ["A valid number is required."]}
    assert body["message"] == "amount: A valid number is required."


def test_it_shows_what_belongs_to_no_field() -> None:
    _, body, _ = answer_to(serializers.ValidationError("Give one of both."))
    assert body["message"] == "Give one of both."
    assert body["details"] == {"non_field_errors": ["Give one of both."]}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (exceptions.NotAuthenticated(), 401, "unauthorized"),
        (exceptions.AuthenticationFailed("User is inactive"), 401, "unauthorized"),
        (exceptions.PermissionDenied(), 403, "access_denied"),
        (PermissionDenied(), 403, "access_denied"),
        (Http404(), 404, "not_found"),
        (exceptions.NotFound(), 404, "not_found"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/xml"), 415, "unsupported_media_type"),
        (exceptions.ParseError(), 400, "invalid_request"),
        (exceptions.Throttled(wait=12), 429, "too_many_requests"),
        (OperationalError("canceling statement due to lock timeout"), 503, "unavailable"),
    ],
)
def test_it_has_one_shape(error: Exception, status: int, code: str) -> None:
    got, body, _ = answer_to(error)
    assert (got, body["error"]) == (status, code)
    assert body.keys() == {"success", "error", "message", "details"}
    assert body["success"] is False


def test_it_says_how_to_log_in_and_when_to_come_back() -> None:
    assert answer_to(exceptions.NotAuthenticated())[2]["WWW-Authenticate"].startswith("Bearer")
    assert answer_to(exceptions.Throttled(wait=12))[2]["Retry-After"] == "12"


def test_it_tells_nothing_of_the_database() -> None:
    _, body, _ = answer_to(OperationalError("connection to server at 10.0.0.5 failed"))
    assert "10.0.0.5" not in json.dumps(body)


def test_it_lets_a_bug_surface() -> None:
    with pytest.raises(ZeroDivisionError):
        answer_to(ZeroDivisionError())
