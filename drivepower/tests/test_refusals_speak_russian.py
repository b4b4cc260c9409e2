"""Whatever is refused, or warned of before a station is asked, a Russian reader reads in Russian, its values too."""

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
# Where the rules of requests to stations are, which name problems one after the other.
OF_RULES = {"requests", "profiles", "v16"}
WITHOUT_SENTENCES = ("tests", "migrations", "simulator")


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence that is written out in a refusal, in an error of a form of the API, or as a station's problem."""
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            if any(part in WITHOUT_SENTENCES for part in path.parts):
                continue
            is_form, is_rule = bool({"api", "operator"} & set(path.parts)), bool(OF_RULES & set(path.parts))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if text := sentence_of(node, is_form=is_form, is_rule=is_rule):
                    yield text, f"{path.name}:{node.lineno}"  # type: ignore[attr-defined]  # those that say one have it


def sentence_of(node: ast.AST, *, is_form: bool, is_rule: bool) -> str:
    """The sentence that is said there; nothing where it is not written out there."""
    said: ast.expr | None = None
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = 0 if is_form and name == "ValidationError" else PLACE.get(name)
        said = node.args[place] if place is not None and len(node.args) > place else None
    elif isinstance(node, ast.Yield) and is_rule:
        said = node.value
    if isinstance(said, ast.JoinedStr):  # one text for each value: no catalogue has it
        return ast.unparse(said)
    text = said.value if isinstance(said, ast.Constant) else None
    return text if isinstance(text, str) and " " in text else ""


def test_it_has_a_russian_word_for_each() -> None:
    russian = gettext.translation("django", settings.LOCALE_PATHS[0], ["ru"])
    assert len({*sentences()}) > 100
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


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('Refusal("x", "It is so.")', "It is so."),
        ('Refusal("x", f"It is {so}.")', "f'It is {so}.'"),
        ('def check():\n    yield f"{name} is none."', "f'{name} is none.'"),
        ('def check():\n    yield sentence("%(name)s is none.", name=name)', ""),
        ('Refusal("x", sentence("It is %(so)s.", so=so))', ""),
    ],
    ids=["constant", "put together", "problem", "problem with its values", "refusal with its values"],
)
def test_it_sees_what_is_put_together(code: str, found: str) -> None:
    said = (sentence_of(node, is_form=False, is_rule=True) for node in ast.walk(ast.parse(code)))
    assert "".join(said) == found
