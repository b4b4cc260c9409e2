"""A page whose statement takes too long is given up and says so; what writes and what comes later is not hurried."""

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from drivepower.core.patience import Patience


def limit() -> str:
    """What the connection allows a statement."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


def told(request: HttpRequest) -> HttpResponse:
    return HttpResponse(limit())


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/admin/charging/session/", "5s"),
        ("GET", "/admin/charging/session/export.csv", "1min"),
        ("POST", "/admin/charging/session/", "1min"),
        ("GET", "/api/v1/sessions", "1min"),
    ],
)
@pytest.mark.django_db
def test_it_hurries_pages_alone(method: str, path: str, allowed: str) -> None:
    connection.ensure_connection()

    answer = Patience(told)(RequestFactory().generic(method, path))

    assert isinstance(answer, HttpResponse)
    assert answer.content.decode() == allowed
    assert limit() == "1min"


@pytest.mark.django_db
def test_another_fault_is_left_as_it_is() -> None:
    assert Patience(told).process_exception(RequestFactory().get("/admin/"), ValueError()) is None


@pytest.mark.django_db
def test_a_page_that_fails_leaves_nobody_hurried() -> None:
    def fail(request: HttpRequest) -> HttpResponse:
        raise ValueError(limit())

    connection.ensure_connection()

    with pytest.raises(ValueError, match="5s"):
        Patience(fail)(RequestFactory().get("/admin/"))
    assert limit() == "1min"
