"""What people see and change of themselves."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.world import PASSWORD, Phone, aida, bakyt, post

pytestmark = pytest.mark.django_db
PATH = "/api/v1/profile"


def test_it_shows_oneself() -> None:
    user = aida(email_checked_at=timezone.now())
    status, told = Phone(user).get(PATH)
    assert status == 200
    assert told["profile"] == {
        "id": str(user.public_id),
        "email": "aida@example.com",
        "phone": "+996555123456",
        "name": "Aida",
        "role": "driver",
        "language": "en",
        "company": None,
        "membership": None,
        "email_proved": True,
        "phone_proved": False,
        "has_password": True,
        "deletion_requested_at": None,
    }


def test_it_changes_what_was_sent_and_nothing_else() -> None:
    user = aida(email_checked_at=timezone.now())
    status, told = Phone(user).patch(PATH, name="Aida K.", language="ru")
    assert (status, told["profile"]["name"], told["profile"]["language"]) == (200, "Aida K.", "ru")
    user.refresh_from_db()
    assert (user.email, user.email_checked_at is not None) == ("aida@example.com", True)


@pytest.mark.parametrize(
    ("changes", "email", "phone"),
    [
        ({"email": "New@Example.com"}, ("new@example.com", False), ("+996555123456", True)),
        ({"phone": "0700 11 22 33"}, ("aida@example.com", True), ("+996700112233", False)),
        ({"email": None}, (None, False), ("+996555123456", True)),
        ({"email": "AIDA@example.com", "phone": "0555123456"}, ("aida@example.com", True), ("+996555123456", True)),
    ],
    ids=["another e-mail", "another phone", "none", "the same ones"],
)
def test_an_address_that_changes_has_to_be_proved_anew(changes: dict[str, Any], email: Any, phone: Any) -> None:
    user = aida(email_checked_at=timezone.now(), phone_checked_at=timezone.now())
    assert Phone(user).patch(PATH, **changes, current_password=PASSWORD)[0] == 200
    user.refresh_from_db()
    assert (user.email, user.email_checked_at is not None) == email
    assert (user.phone, user.phone_checked_at is not None) == phone


def test_it_takes_no_address_of_somebody_else() -> None:
    bakyt()
    phone = Phone(user := aida())
    status, told = phone.patch(PATH, phone="0700 654 321", name="Bakyt", current_password=PASSWORD)
    assert (status, told["error"], list(told["details"])) == (400, "invalid_parameters", ["phone"])
    user.refresh_from_db()
    assert (user.phone, user.name) == ("+996555123456", "Aida")


def test_one_address_stays() -> None:
    status, told = Phone(aida()).patch(PATH, email=None, phone=None, current_password=PASSWORD)
    assert (status, told["error"]) == (400, "invalid_parameters")
    assert Phone(bakyt()).patch(PATH, phone=None, current_password=PASSWORD)[0] == 400


@pytest.mark.parametrize(
    "field",
    [
        *("role", "is_staff", "is_superuser", "is_active", "groups", "user_permissions", "password", "id", "pk"),
        *("public_id", "balance", "posted", "company", "company_id", "membership", "membership_id", "joined_at"),
        *("email_checked_at", "phone_checked_at", "deletion_requested_at", "last_login", "email_proved"),
    ],
)
def test_it_takes_no_other_field(field: str) -> None:
    user = aida()
    before = User.objects.values().get()
    phone = Phone(user)
    for value in (True, "staff", 1, [1]):
        status, told = phone.patch(PATH, **{"name": "Aida K.", field: value})
        assert (status, told["error"], list(told["details"])) == (400, "invalid_parameters", [field])
    assert User.objects.values().get() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "A" * 121},
        *({"name": f"A{mark}b"} for mark in ("\x00", "\x1b", "\n", "\x85", "\u202e", "\u2066", "\u200f", "\u2028")),
        {"name": None},
        {"language": "xx"},
        {"email": "nobody"},
        {"email": ""},
        {"phone": "call me"},
        {"phone": {"$ne": None}},
    ],
)
def test_it_refuses_odd_values(changes: dict[str, Any]) -> None:
    status, told = Phone(aida()).patch(PATH, **changes)
    assert (status, told["error"], list(told["details"])) == (400, "invalid_parameters", list(changes))


def test_a_changed_name_opens_the_door_by_the_new_one(client: Any) -> None:
    Phone(aida()).patch(PATH, email="new@example.com", current_password=PASSWORD)
    assert post(client, "/api/v1/auth/login", login="new@example.com", password=PASSWORD).status_code == 200
    assert post(client, "/api/v1/auth/login", login="aida@example.com", password=PASSWORD).status_code == 401
