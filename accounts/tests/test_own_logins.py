"""A person's logins: which there are, how they end, and what a new password does to them."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.locks import PAIR_LIMIT
from accounts.models import Login
from accounts.tests.world import PASSWORD, Phone, aida, bakyt, post

pytestmark = pytest.mark.django_db
FRESH = "another-garden-52"


def is_in(phone: Phone) -> bool:
    """Whether both of its tokens are good."""
    return phone.get("/api/v1/auth/me")[0] == 200


def test_logging_out_ends_both_tokens_of_this_login() -> None:
    user = aida()
    here, there = Phone(user), Phone(user)
    assert here.post("/api/v1/auth/logout") == (200, {"success": True})
    assert not is_in(here)
    assert here.renew()[0] == 401
    assert is_in(there)
    assert Login.objects.filter(why_ended="logged_out").count() == 1
    assert here.post("/api/v1/auth/logout")[0] == 401


def test_logging_out_everywhere_ends_all_of_ones_own() -> None:
    user = aida()
    here, there, other = Phone(user), Phone(user), Phone(bakyt())
    assert here.post("/api/v1/auth/logout-all") == (200, {"success": True, "ended": 2})
    assert (is_in(here), is_in(there), is_in(other)) == (False, False, True)


def test_it_lists_ones_own_open_logins(client: Client) -> None:
    user = aida()
    headers: Any = {"User-Agent": "Phone of Aida\x07", "X-Forwarded-For": "203.0.113.7"}
    body = {"login": "aida@example.com", "password": PASSWORD}
    client.post("/api/v1/auth/login", body, content_type="application/json", headers=headers)
    here, gone = Phone(user), Phone(user)
    Phone(bakyt())
    gone.post("/api/v1/auth/logout")
    Login.objects.create(
        user=user, token_id="1", renewed_at=timezone.now(), made_at=timezone.now(), expires_at=timezone.now()
    )
    status, told = here.get("/api/v1/auth/logins")
    assert status == 200
    assert [(row["device"], row["address"], row["is_this"]) for row in told["data"]] == [
        ("tests", "127.0.0.1", True),
        ("Phone of Aida\x07", "127.0.0.1", False),
    ]
    assert told["next"] is None


def test_it_lists_many_with_as_many_queries_as_few(django_assert_num_queries: Any) -> None:
    user = aida()
    phone = Phone(user)
    Phone(user)
    for _ in range(2):
        with django_assert_num_queries(2):
            phone.get("/api/v1/auth/logins")
        for _ in range(10):
            Phone(user)


def test_it_ends_one_of_ones_own() -> None:
    user = aida()
    here, there = Phone(user), Phone(user)
    rows = here.get("/api/v1/auth/logins")[1]["data"]
    other = next(row["id"] for row in rows if not row["is_this"])
    assert here.delete(f"/api/v1/auth/logins/{other}") == (200, {"success": True})
    assert (is_in(here), is_in(there)) == (True, False)
    assert here.delete(f"/api/v1/auth/logins/{other}")[1]["error"] == "login_not_found"


def test_it_ends_nobody_elses() -> None:
    phone, other = Phone(aida()), Phone(bakyt())
    theirs = Login.objects.get(user__name="Bakyt").public_id
    for login in (theirs, uuid.uuid4()):
        status, told = phone.delete(f"/api/v1/auth/logins/{login}")
        assert (status, told["error"]) == (404, "login_not_found")
    assert is_in(other)


def test_a_new_password_ends_every_other_login(client: Client) -> None:
    user = aida()
    here, there = Phone(user), Phone(user)
    assert here.post("/api/v1/auth/password", current_password=PASSWORD, new_password=FRESH)[0] == 200
    assert (is_in(here), is_in(there)) == (True, False)
    assert there.renew()[0] == 401
    assert here.renew()[0] == 200
    assert Login.objects.exclude(ended_at=None).get().why_ended == "password"
    assert post(client, "/api/v1/auth/login", login="aida@example.com", password=PASSWORD).status_code == 401
    assert post(client, "/api/v1/auth/login", login="aida@example.com", password=FRESH).status_code == 200


@pytest.mark.parametrize("fresh", ["short", "12345678901", "password123", "aida@example.com", ""])
def test_it_takes_no_weak_password(fresh: str) -> None:
    phone = Phone(user := aida())
    status, told = phone.post("/api/v1/auth/password", current_password=PASSWORD, new_password=fresh)
    assert (status, told["error"], list(told["details"])) == (400, "invalid_parameters", ["new_password"])
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_who_holds_a_token_cannot_guess_the_password(standing_clock: None) -> None:
    phone = Phone(aida())
    told = [
        phone.post("/api/v1/auth/password", current_password=f"guess-{number}", new_password=FRESH)[1]["error"]
        for number in range(PAIR_LIMIT + 1)
    ]
    assert told == ["invalid_credentials"] * PAIR_LIMIT + ["too_many_requests"]
    assert phone.post("/api/v1/auth/password", current_password=PASSWORD, new_password=FRESH)[0] == 429


def test_it_takes_no_other_field() -> None:
    phone = Phone(aida())
    asked = {"current_password": PASSWORD, "new_password": FRESH, "role": "staff"}
    assert phone.post("/api/v1/auth/password", **asked)[1]["details"].keys() == {"role"}


@pytest.mark.parametrize("door", ["logout", "logout-all", "password"])
def test_strangers_are_sent_to_log_in(client: Client, door: str) -> None:
    assert post(client, f"/api/v1/auth/{door}").status_code == 401
