"""One shape for everything that goes wrong in the API, always with a status that says so."""

from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext
from rest_framework import exceptions
from rest_framework.response import Response

from drivepower.core.refusals import Refusal
from drivepower.core.sentences import say, words_of

log = structlog.stdlib.get_logger(__name__)

STATUS = {
    "unauthorized": 401,
    "invalid_credentials": 401,
    "otp_invalid": 401,
    "otp_required": 401,
    "zero_balance": 402,
    "insufficient_balance": 402,
    "amount_exceeds_balance": 402,
    "debt_open": 402,
    "access_denied": 403,
    "already_asked": 409,
    "already_decided": 409,
    "card_taken": 409,
    "not_found": 404,
    "connector_occupied": 409,
    "connector_taken": 409,
    "idempotency_conflict": 409,
    "session_already_active": 409,
    "session_moved": 409,
    "session_running": 409,
    "reservation_already_active": 409,
    "reservation_not_supported": 409,
    "no_price": 409,
    "starts_paused": 409,
    "start_rejected": 409,
    "start_timeout": 409,
    "start_unanswered": 409,
    "version_moved": 409,
    "too_many_requests": 429,
    "unavailable": 503,
}


def status_of(code: str) -> int:
    """The HTTP status of an error code; 400 for every code that has none of its own."""
    if code in STATUS:
        return STATUS[code]
    if code.endswith("_not_found"):
        return 404
    if code.startswith("account_"):
        return 403
    return 409 if code.startswith("station_") else 400


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler; None lets an unexpected error surface as a 500 with its traceback in the log."""
    if isinstance(error, Refusal):
        wait = error.details.get("retry_after")
        headers = {"Retry-After": str(wait)} if wait else None
        return answer(error.code, error.message, details=error.details, headers=headers)
    if isinstance(error, OperationalError | InterfaceError):
        log.error("database does not answer", exc_info=error)
        return answer("unavailable", "Try again in a moment.", headers={"Retry-After": "2"})
    if isinstance(error, RequestDataTooBig):
        return answer("invalid_request", "The request is too long.")
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    return of_rest_framework(error) if isinstance(error, exceptions.APIException) else None


def of_rest_framework(error: exceptions.APIException) -> Response:
    """The framework's own errors in our shape, with the headers that belong to them."""
    match error:
        case exceptions.ValidationError():
            details = by_field(error.detail)
            return answer("invalid_parameters", first_sentence(details), details=details)
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            challenge = getattr(error, "auth_header", "Bearer")
            return answer("unauthorized", "Log in first.", headers={"WWW-Authenticate": challenge})
        case exceptions.PermissionDenied():
            return answer("access_denied", "You may not do this.")
        case exceptions.Throttled():
            seconds = max(1, int(getattr(error, "wait", None) or 1))
            headers = {"Retry-After": str(seconds)}
            return answer("too_many_requests", "Too many requests.", details={"retry_after": seconds}, headers=headers)
        case exceptions.ParseError():
            return answer("invalid_request", str(error.detail))
    return answer(error.default_code, str(error.detail), status=error.status_code)


def by_field(detail: Any) -> dict[str, Any]:
    """Validation errors by the name of their field, in the reader's language."""
    by_name = detail if isinstance(detail, dict) else {"non_field_errors": detail}
    return {field: translated(problem) for field, problem in by_name.items()}


def translated(detail: Any) -> Any:
    """The same errors with their sentences in the reader's language, where somebody has translated them."""
    if isinstance(detail, dict):
        return {field: translated(problem) for field, problem in detail.items()}
    if isinstance(detail, list):
        return [translated(problem) for problem in detail]
    return in_their_language(str(detail))


def in_their_language(sentence: str) -> str:
    """A sentence as the reader speaks; one that knows its values says them too, any other text stays as it is."""
    return say(words_of(sentence), gettext(sentence)) if sentence else ""


def first_sentence(details: dict[str, Any]) -> str:
    """The first of several validation errors, for people."""
    for field, problem in details.items():
        while isinstance(problem, list | dict) and problem:
            problem = next(iter(problem.values())) if isinstance(problem, dict) else problem[0]
        return str(problem) if field == "non_field_errors" else f"{field}: {problem}"
    return "The request is not valid."


def answer(
    code: str,
    message: str,
    *,
    status: int | None = None,
    details: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """An error as the API shows it; the message in the reader's language."""
    said = in_their_language(message)
    body = {"success": False, "error": code, "message": said, "details": details or {}}
    return Response(body, status=status or status_of(code), headers=headers)
