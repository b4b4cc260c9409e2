import json

import pytest
from django.test import Client, RequestFactory

from drivepower.core.pages import server_error


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/api/v1/stations/"])
def test_an_unknown_route_answers_in_the_apis_shape(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json() == {
        "success": False,
        "error": "not_found",
        "message": "There is nothing here.",
        "details": {},
    }


def test_an_unknown_page_stays_a_page(client: Client) -> None:
    response = client.get("/nothing")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_a_bug_answers_in_the_apis_shape() -> None:
    response = server_error(RequestFactory().get("/api/v1/stations"))
    assert response.status_code == 500
    assert json.loads(response.content)["error"] == "internal_error"


def test_a_bug_on_a_page_stays_a_page() -> None:
    response = server_error(RequestFactory().get("/admin/"))
    assert response.status_code == 500
    assert response["Content-Type"].startswith("text/html")
