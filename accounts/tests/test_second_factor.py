"""Staff with a second factor come in with its code, by the portal's form and by the API; others as before."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.locks import PAIR_LIMIT
from accounts.models import User
from accounts.twofactor import devices
from accounts.twofactor.asked import has_device
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
BEGAN = datetime(2026, 3, 2, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Codes change only when the test says so."""
    with time_machine.travel(BEGAN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person() -> User:
    """A superuser by e-mail and password."""
    return User.objects.create_superuser(email="op@example.com", name="Op", password=PASSWORD)


def code_of(person: User) -> str:
    """What the app shows now."""
    return f"{totp(TOTPDevice.objects.get(user=person).bin_key):06d}"


def register(person: User) -> list[str]:
    """With a device; answers recovery codes."""
    devices.begin(person)
    return devices.confirm(person, code_of(person), at=timezone.now())[1]


def log_in(client: Client, **said: str) -> Any:
    """The portal's form."""
    return client.post(reverse("admin:login"), {"username": "op@example.com", "password": PASSWORD, **said})


def vouched(person: User) -> Client:
    """A browser that has come in with a recovery code."""
    client, spare = Client(), StaticToken.objects.filter(device__user=person).first()
    assert spare is not None
    assert log_in(client, otp=spare.token).status_code == 302
    return client


def come(**said: str) -> Any:
    """The API's door."""
    known = {"login": "op@example.com", "password": PASSWORD, **said}
    return Client().post("/api/auth/login", known, content_type="application/json")


def test_it_is_registered_confirmed_and_asked_for(person: User, clock: time_machine.Traveller) -> None:
    client = Client()
    client.force_login(person)
    address = reverse("admin:twofactor")
    assert client.post(address, {"act": "begin"}).status_code == 302
    page = client.get(address).content.decode()
    assert "data:image/svg+xml" in page
    assert client.post(address, {"act": "confirm", "code": "000000"}).status_code == 400
    assert not has_device(person)
    clock.shift(timedelta(seconds=31))
    page = client.post(address, {"act": "confirm", "code": code_of(person)}).content.decode()
    shown = re.findall(r"<li>([a-z2-7]{8})</li>", page)
    assert sorted(shown) == sorted(StaticToken.objects.values_list("token", flat=True))
    assert len(shown) == devices.RECOVERY_CODES
    assert not any(code in client.get(address).content.decode() for code in shown)  # once


def test_the_form_asks_for_the_code_of_who_has_one(person: User, clock: time_machine.Traveller) -> None:
    assert log_in(Client()).status_code == 302
    register(person)
    clock.shift(timedelta(seconds=60))
    for said in ({}, {"otp": "000000"}):
        answer = log_in(Client(), **said)
        assert answer.status_code == 200
        assert "sessionid" not in answer.cookies
        clock.shift(timedelta(seconds=60))
    assert log_in(Client(), otp=code_of(person)).status_code == 302


def test_the_api_asks_too(person: User, clock: time_machine.Traveller) -> None:
    recovery = register(person)
    clock.shift(timedelta(seconds=60))
    missing = come()
    assert (missing.status_code, missing.json()["error"]) == (401, "otp_required")
    assert come(otp="").status_code == 400
    wrong = come(otp="123456")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "otp_invalid")
    clock.shift(timedelta(seconds=60))
    assert come(otp=code_of(person)).status_code == 200
    assert come(otp=recovery[0].upper()).status_code == 200
    assert come(otp=recovery[0]).status_code == 401  # good once


def test_a_right_code_too_soon_after_a_wrong_one_is_told_to_wait(person: User, clock: time_machine.Traveller) -> None:
    register(person)
    clock.shift(timedelta(seconds=60))
    assert "The code is wrong" in log_in(Client(), otp="000000").text
    hasty = log_in(Client(), otp=code_of(person)).text
    assert "so soon after a wrong one" in hasty
    assert "The code is wrong" not in hasty
    assert "so soon after a wrong one" in come(otp=code_of(person)).json()["message"]
    clock.shift(timedelta(seconds=30))
    assert log_in(Client(), otp=code_of(person)).status_code == 302


def test_a_driver_is_asked_for_none() -> None:
    driver = User.objects.create_user(email="op@example.com", name="D", password=PASSWORD)
    TOTPDevice.objects.create(user=driver, name="x", confirmed=True)
    assert come().status_code == 200


def test_an_unconfirmed_device_asks_for_nothing(person: User) -> None:
    devices.begin(person)
    assert come().status_code == 200


@pytest.mark.parametrize("door", ["form", "api"])
def test_refused_codes_count_as_wrong_passwords_do(person: User, clock: time_machine.Traveller, door: str) -> None:
    register(person)
    for _ in range(PAIR_LIMIT):
        clock.shift(timedelta(seconds=60))
        status = log_in(Client(), otp="000000").status_code if door == "form" else come(otp="000000").status_code
        assert status in (200, 401)
    clock.shift(timedelta(seconds=60))
    right = code_of(person)
    assert (log_in(Client(), otp=right) if door == "form" else come(otp=right)).status_code == 429


def test_a_code_is_good_once(person: User, clock: time_machine.Traveller) -> None:
    register(person)
    clock.shift(timedelta(seconds=60))
    code = code_of(person)
    assert devices.matches(person, code)
    assert not devices.matches(person, code)


def test_it_is_removed_with_password_and_code(person: User, clock: time_machine.Traveller) -> None:
    register(person)
    client = vouched(person)
    clock.shift(timedelta(seconds=60))
    address = reverse("admin:twofactor")
    assert client.post(address, {"act": "remove", "password": "wrong", "code": code_of(person)}).status_code == 400
    assert client.post(address, {"act": "remove", "password": PASSWORD, "code": "000000"}).status_code == 400
    assert has_device(person)
    clock.shift(timedelta(seconds=60))
    assert client.post(address, {"act": "remove", "password": PASSWORD, "code": code_of(person)}).status_code == 302
    assert not has_device(person)
    assert not StaticToken.objects.exists()


def test_a_second_device_needs_the_first_to_go(person: User) -> None:
    register(person)
    with pytest.raises(Refusal, match="registered already"):
        devices.begin(person)


def test_an_owner_resets_anothers(person: User) -> None:
    register(person)
    address = reverse("admin:otp_totp_totpdevice_changelist")
    said = {"action": "reset", "_selected_action": [TOTPDevice.objects.get().pk]}
    for role, status in (("Support", 403), ("Owner", 302)):
        other = User.objects.create_user(email=f"{role}@example.com", name=role, role=User.Role.STAFF)
        other.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(other)
        assert client.post(address, said).status_code == status
        assert has_device(person) == (status == 403)


def test_no_page_shows_a_secret(person: User) -> None:
    register(person)
    client = vouched(person)
    device = TOTPDevice.objects.get()
    for address in (
        reverse("admin:otp_totp_totpdevice_changelist"),
        reverse("admin:otp_totp_totpdevice_change", args=[device.pk]),
        reverse("admin:twofactor"),
    ):
        assert device.key not in client.get(address).content.decode()
    assert client.get("/admin/otp_static/staticdevice/").status_code == 404


def test_where_it_is_required_nobody_gets_further_without(person: User, settings: Any) -> None:
    settings.STAFF_OTP = "required"
    client = Client()
    client.force_login(person)
    answer = client.get(reverse("admin:index"))
    assert answer.headers["Location"] == reverse("admin:twofactor")
    assert client.get(reverse("admin:twofactor")).status_code == 200
    register(person)
    assert vouched(person).get(reverse("admin:index")).status_code == 200


def test_where_it_is_required_the_api_lets_nobody_in_without(person: User, settings: Any) -> None:
    settings.STAFF_OTP = "required"
    refused = come()
    assert (refused.status_code, refused.json()["error"]) == (401, "otp_required")
    register(person)
    spare = StaticToken.objects.first()
    assert spare is not None
    assert come(otp=spare.token).status_code == 200
    User.objects.create_user(email="driver@example.com", password=PASSWORD)
    assert come(login="driver@example.com").status_code == 200
