"""The icon that a browser asks for where a page names none."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_it_leads_to_the_mark_of_the_house() -> None:
    answer = Client().get("/favicon.ico", follow=True)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    assert answer.getvalue().startswith(b"<svg")
    assert [code for _, code in answer.redirect_chain] == [302]


def test_it_asks_nobody_to_log_in_and_may_be_kept() -> None:
    answer = Client().get("/favicon.ico")
    assert "public" in answer.headers["Cache-Control"]
    assert not answer.cookies


def test_it_is_only_read() -> None:
    assert Client().post("/favicon.ico").status_code == 405
