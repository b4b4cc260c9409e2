from typing import Any

import pytest
from django.test import Client

from accounts import people
from accounts.models import User
from accounts.tests.world import PASSWORD, aida, bearer, post
from drivepower.core.tests.waiting import on_another_thread

pytestmark = pytest.mark.django_db
PATH = "/api/v1/auth/signup"
FORM = {"email": "Aida@Example.com", "password": PASSWORD, "name": "Aida"}


def test_it_makes_a_driver_and_lets_them_in(client: Client) -> None:
    response = post(client, PATH, **FORM, phone="0555 123 456")
    assert response.status_code == 201
    body = response.json()
    assert body["success"] is True
    assert body["user"] == {
        "id": str(User.objects.get().public_id),
        "email": "aida@example.com",
        "phone": "+996555123456",
        "name": "Aida",
        "role": "driver",
        "language": "en",
        "company": None,
        "membership": None,
    }
    me = client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {body['access']}"})
    assert me.json()["user"] == body["user"]
    assert body["token"] == body["access"]


def test_it_answers_at_its_older_address(client: Client) -> None:
    assert post(client, "/api/auth/signup", **FORM).status_code == 201


def test_it_needs_no_email_where_there_is_a_phone(client: Client) -> None:
    assert post(client, PATH, phone="+7 701 123 45 67", password=PASSWORD, name="Erlan").status_code == 201
    user = User.objects.get()
    assert (user.email, user.phone) == (None, "+77011234567")


def test_it_keeps_the_password_hashed(client: Client) -> None:
    post(client, PATH, **FORM)
    user = User.objects.get()
    assert PASSWORD not in user.password
    assert people.check("aida@example.com", PASSWORD) == user


@pytest.mark.parametrize(
    "field",
    ["role", "is_staff", "is_superuser", "balance", "posted", "id", "public_id", "groups", "is_active", "membership"],
)
def test_it_refuses_fields_that_are_not_its_own(client: Client, field: str) -> None:
    response = post(client, PATH, **FORM, **{field: 1})
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_parameters"
    assert field in response.json()["details"]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"email": 41}, "email"),
        ({"email": None}, "email"),
        ({"email": "a\x00@example.com"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"phone": ["+996555123456"]}, "phone"),
        ({"password": "short"}, "password"),
        ({"password": "12345678"}, "password"),
        ({"password": "password"}, "password"),
        ({"password": "aida@example"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"password": ""}, "password"),
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
    ],
)
def test_it_names_the_field_that_is_wrong(client: Client, change: dict[str, Any], field: str) -> None:
    response = post(client, PATH, **{**FORM, **change})
    assert response.status_code == 400
    assert field in response.json()["details"]
    assert not User.objects.exists()


def test_it_needs_a_way_to_reach_the_person(client: Client) -> None:
    response = post(client, PATH, password=PASSWORD, name="Aida")
    assert response.json()["message"] == "Give an e-mail or a phone number."


@pytest.mark.parametrize("body", ["", "[]", "null", '"text"', "{", "\x00"])
def test_it_survives_what_is_not_an_object(client: Client, body: str) -> None:
    response = client.post(PATH, body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["success"] is False


@pytest.mark.parametrize(
    ("taken", "field"),
    [({"email": "AIDA@example.com"}, "email"), ({"email": "new@example.com", "phone": "0555123456"}, "phone")],
)
def test_it_refuses_a_second_account(client: Client, taken: dict[str, str], field: str) -> None:
    aida()
    response = post(client, PATH, **{**FORM, **taken})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_parameters")
    assert list(response.json()["details"]) == [field]
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_account_of_two_at_once() -> None:
    answers: list[int] = []

    def sign_up() -> None:
        answers.append(post(Client(), PATH, **FORM).status_code)

    with on_another_thread(sign_up):
        sign_up()
    assert sorted(answers) == [201, 400]
    assert User.objects.count() == 1


@pytest.mark.usefixtures("standing_clock")
def test_it_is_limited_by_address(client: Client) -> None:
    answers = [post(client, PATH).status_code for _ in range(11)]
    assert answers == [400] * 10 + [429]


def test_it_shows_strangers_no_form(client: Client) -> None:
    response = client.options(PATH, headers={"Origin": "https://evil.example"})
    assert response.status_code == 405
    assert "Access-Control-Allow-Origin" not in response.headers


def test_it_does_not_look_at_tokens(client: Client) -> None:
    response = client.post(
        PATH,
        {**FORM, "email": "new@example.com"},
        content_type="application/json",
        headers={**bearer(aida()), "Authorization": "Bearer rubbish"},
    )
    assert response.status_code == 201
