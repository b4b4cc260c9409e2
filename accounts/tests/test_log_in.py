from typing import Any

import jwt
import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from accounts.tests.world import PASSWORD, aida, chinara, post

pytestmark = pytest.mark.django_db
PATH = "/api/v1/auth/login"


@pytest.mark.parametrize(
    "name",
    [
        {"login": "aida@example.com"},
        {"email": " AIDA@Example.com "},
        {"phone": "+996555123456"},
        {"phone": "0555 12-34-56"},
        {"login": "996 (555) 123456"},
    ],
)
def test_it_finds_a_person_by_either_name(client: Client, name: dict[str, str]) -> None:
    user = aida()
    response = post(client, PATH, **name, password=PASSWORD)
    assert response.status_code == 200
    body = response.json()
    assert body["success"] is True
    assert body["user"]["id"] == str(user.public_id)
    assert body.keys() == {"success", "access", "refresh", "token", "user"}


def test_it_answers_at_its_older_address(client: Client) -> None:
    aida()
    assert post(client, "/api/auth/login", email="aida@example.com", password=PASSWORD).status_code == 200


def test_its_token_carries_the_claims_of_the_contract(client: Client) -> None:
    user = aida()
    body = post(client, PATH, login=user.email, password=PASSWORD).json()
    claims = jwt.decode(body["access"], settings.SECRET_KEY, algorithms=["HS256"], audience="drivepower")
    assert claims["user_id"] == str(user.public_id)
    assert (claims["role"], claims["iss"], claims["aud"], claims["typ"]) == (
        "driver",
        "drivepower",
        "drivepower",
        "access",
    )
    assert claims["exp"] - claims["iat"] == settings.AUTH_JWT_EXPIRES_MINUTES * 60
    assert claims["jti"]
    assert str(user.pk) not in (claims["user_id"], claims["jti"])


def test_it_says_staff_of_staff(client: Client) -> None:
    chinara()
    assert post(client, PATH, login="chinara@example.com", password=PASSWORD).json()["user"]["role"] == "staff"


def test_it_answers_alike_for_unknown_and_wrong(client: Client) -> None:
    aida()
    wrong = post(client, PATH, login="aida@example.com", password="not-this-one")
    unknown = post(client, PATH, login="nobody@example.com", password=PASSWORD)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["error"] == "invalid_credentials"


def test_it_says_blocked_only_to_who_knows_the_password(client: Client) -> None:
    aida(is_active=False)
    right = post(client, PATH, login="aida@example.com", password=PASSWORD)
    assert (right.status_code, right.json()["error"]) == (403, "account_blocked")
    wrong = post(client, PATH, login="aida@example.com", password="not-this-one")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_credentials")


def test_it_lets_nobody_in_by_an_unusable_password(client: Client) -> None:
    User.objects.create_user(email="card@example.com", name="Only a card")
    assert post(client, PATH, login="card@example.com", password="None").status_code == 401


@pytest.mark.parametrize(
    "form",
    [
        {"password": PASSWORD},
        {"login": "aida@example.com"},
        {"login": "aida@example.com", "email": "aida@example.com", "password": PASSWORD},
        {"login": "aida@example.com", "password": PASSWORD, "role": "staff"},
        {"login": {"$ne": None}, "password": PASSWORD},
        {"login": "a\x00", "password": PASSWORD},
    ],
)
def test_it_refuses_an_odd_form(client: Client, form: dict[str, Any]) -> None:
    response = post(client, PATH, **form)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_parameters")


@pytest.mark.parametrize("name", ["", "+", "0", "@", "é" * 200, "+9" * 100, "١٢٣٤٥٦٧"])
def test_it_survives_odd_names(client: Client, name: str) -> None:
    assert post(client, PATH, login=name, password=PASSWORD).status_code in (400, 401)


@pytest.mark.usefixtures("standing_clock")
def test_it_is_limited_by_address_whatever_a_header_says(client: Client) -> None:
    answers = [
        client.post(
            PATH,
            {"login": f"aida{number}@example.com", "password": "guess"},
            content_type="application/json",
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        ).status_code
        for number in range(15)
    ]
    assert answers == [401] * 10 + [429] * 5


def test_it_limits_an_address_and_not_a_person(client: Client) -> None:
    aida()
    for _ in range(11):
        post(client, PATH, login="aida@example.com", password="guess")
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert post(elsewhere, PATH, login="aida@example.com", password=PASSWORD).status_code == 200


@pytest.mark.parametrize("name", ["chinara@example.com", "+996777000111", "0777000111"])
def test_it_opens_the_portal_to_staff(client: Client, name: str) -> None:
    chinara(phone="+996777000111")
    response = client.post("/admin/login/", {"username": name, "password": PASSWORD, "next": "/admin/"})
    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_it_keeps_drivers_and_blocked_staff_out_of_the_portal(client: Client) -> None:
    aida()
    chinara(is_active=False)
    for name in ("aida@example.com", "chinara@example.com"):
        response = client.post("/admin/login/", {"username": name, "password": PASSWORD})
        assert response.status_code == 200
        assert "_auth_user_id" not in client.session
