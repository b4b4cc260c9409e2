"""Whatever the API refuses with, a Russian reader reads in Russian; only what holds values of the moment stays."""

import ast
import gettext
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from accounts.tests.world import bearer, chinara

APPS = ("drivepower", "accounts", "billing", "stations", "charging", "ocpp_consumer")
# Where the sentence stands in each call.
PLACE = {"Refusal": 1, "answer": 1, "shaped": 1}
WITHOUT_SENTENCES = ("tests", "migrations", "simulator")


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence that is written out in a refusal, or in an error of a form of the API; and where."""
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            if any(part in WITHOUT_SENTENCES for part in path.parts):
                continue
            is_form = bool({"api", "operator"} & set(path.parts))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and (text := sentence_of(node, is_form=is_form)):
                    yield text, f"{path.name}:{node.lineno}"


def sentence_of(call: ast.Call, *, is_form: bool) -> str:
    """The sentence of one call; nothing where it is not written out there."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    place = 0 if is_form and name == "ValidationError" else PLACE.get(name)
    if place is None or len(call.args) <= place:
        return ""
    text = call.args[place]
    return text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) and " " in text.value else ""


def test_it_has_a_russian_word_for_each() -> None:
    russian = gettext.translation("django", settings.LOCALE_PATHS[0], ["ru"])
    assert {text: where for text, where in sentences() if russian.gettext(text) == text} == {}


@pytest.mark.django_db
def test_it_answers_in_the_language_that_is_asked_for() -> None:
    missing = Client().get("/api/v1/stations/NOWHERE", headers={"Accept-Language": "ru"}).json()
    assert (missing["error"], missing["message"]) == ("station_not_found", "Такой станции нет.")
    assert Client().get("/api/v1/stations/NOWHERE").json()["message"] == "There is no such station."


@pytest.mark.django_db
def test_it_answers_in_the_persons_language_where_none_is_asked_for() -> None:
    headers = bearer(chinara(language="ru"))
    answer = APIClient().post("/api/v1/charging/stop", {"session_id": "1"}, format="json", headers=headers)
    assert answer.json()["message"] == "Такой сессии нет."
