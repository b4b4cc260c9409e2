"""A second factor vouches for one session: what a password alone has opened before ends, and is worth nothing after."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import logins, sessions
from accounts.models import User
from accounts.tests.world import Phone
from accounts.twofactor import devices

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
MODES = ["optional", "required"]


@pytest.fixture
def person() -> User:
    """A superuser by e-mail and password."""
    return User.objects.create_superuser(email="op@example.com", name="Op", password=PASSWORD)


def browser(**said: str) -> Client:
    """A browser in which somebody has used the form."""
    client = Client()
    client.post(reverse("admin:login"), {"username": "op@example.com", "password": PASSWORD, **said})
    return client


def code_of(person: User) -> str:
    """What the app shows now."""
    return f"{totp(TOTPDevice.objects.get(user=person).bin_key):06d}"


def enrol(client: Client, person: User) -> Any:
    """Register an app in that browser."""
    client.post(reverse("admin:twofactor"), {"act": "begin"})
    return client.post(reverse("admin:twofactor"), {"act": "confirm", "code": code_of(person)})


@pytest.mark.parametrize("mode", MODES)
def test_a_session_of_the_password_alone_is_over_once_there_is_a_device(person: User, settings: Any, mode: str) -> None:
    settings.STAFF_OTP = mode
    stranger, late, owner = browser(), Client(), browser()
    late.force_login(person)
    key = stranger.cookies["sessionid"].value
    assert stranger.get(reverse("admin:index")).status_code == (200 if mode == "optional" else 302)

    assert "recovery" in enrol(owner, person).text.lower()

    assert owner.get(reverse("admin:index")).status_code == 200
    assert not stranger.session.exists(key)
    late.force_login(person)  # as one that had passed the password just before
    for one in (stranger, late):
        answer = one.get(reverse("admin:index"))
        assert answer.headers["Location"].startswith(reverse("admin:login"))
        assert one.get(reverse("admin:twofactor")).status_code == 302


def test_a_session_that_gave_a_code_stays_when_codes_are_made_anew(person: User) -> None:
    enrol(browser(), person)
    spare = StaticToken.objects.first()
    assert spare is not None
    client = browser(otp=spare.token)
    devices.renew_recovery_codes(person)
    assert client.get(reverse("admin:index")).status_code == 200


def test_a_device_that_is_taken_away_vouches_for_nobody(person: User, settings: Any) -> None:
    settings.STAFF_OTP = "required"
    client = browser()
    enrol(client, person)
    devices.remove(person)
    assert client.get(reverse("admin:index")).headers["Location"] == reverse("admin:twofactor")


def test_another_session_neither_sees_nor_confirms_a_secret_that_was_begun(person: User) -> None:
    owner, stranger, address = browser(), browser(), reverse("admin:twofactor")
    owner.post(address, {"act": "begin"})
    assert "data:image/svg+xml" in owner.get(address).text
    assert "data:image/svg+xml" not in stranger.get(address).text
    assert stranger.post(address, {"act": "confirm", "code": code_of(person)}).status_code == 400
    assert owner.post(address, {"act": "confirm", "code": code_of(person)}).status_code == 200


@pytest.mark.parametrize("mode", MODES)
def test_the_tokens_of_before_end(person: User, settings: Any, mode: str) -> None:
    phone = Phone(person)
    assert phone.get("/api/v1/auth/me")[0] == 200
    pair = logins.come_in(user=person, address="", device="", at=timezone.now())
    settings.STAFF_OTP = mode
    enrol(browser(), person)
    assert phone.get("/api/v1/auth/me")[0] == 401
    assert renew(pair.refresh) == 401


def renew(refresh: str) -> int:
    """The status of the API's answer to a refresh token."""
    return Client().post("/api/v1/auth/refresh", {"refresh": refresh}, "application/json").status_code


def test_where_it_becomes_required_the_tokens_of_who_has_none_rest(person: User, settings: Any) -> None:
    phone, driver = Phone(person), User.objects.create_user(email="d@example.com", password=PASSWORD)
    pairs = [logins.come_in(user=one, address="", device="", at=timezone.now()) for one in (person, driver)]
    settings.STAFF_OTP = "required"
    assert phone.get("/api/v1/auth/me")[0] == 401
    assert [renew(pair.refresh) for pair in pairs] == [401, 200]


def test_only_that_persons_sessions_end(person: User) -> None:
    mine, others = browser(), Client()
    others.force_login(User.objects.create_superuser(email="b@example.com", password=PASSWORD))
    assert sessions.end_all(user=person, at=timezone.now()) == 1
    assert others.get(reverse("admin:index")).status_code == 200
    assert mine.get(reverse("admin:index")).status_code == 302


def test_a_new_password_in_the_portal_ends_logins_and_other_sessions(person: User) -> None:
    here, there, phone = browser(), browser(), Phone(person)
    pair = logins.come_in(user=person, address="", device="", at=timezone.now())
    new = {"old_password": PASSWORD, "new_password1": "another-garden-52", "new_password2": "another-garden-52"}
    wrong = here.post(reverse("admin:password_change"), new | {"old_password": "no"})
    assert wrong.status_code == 200
    assert re.search("incorrect", wrong.text)
    assert phone.get("/api/v1/auth/me")[0] == 200

    assert here.post(reverse("admin:password_change"), new).status_code == 302

    assert here.get(reverse("admin:index")).status_code == 200
    assert there.get(reverse("admin:index")).status_code == 302
    assert phone.get("/api/v1/auth/me")[0] == 401
    assert renew(pair.refresh) == 401
