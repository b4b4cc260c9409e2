"""Asking for a one-time code: what is sent, how often it may be asked for, and that nobody learns who is known."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import codes
from accounts.models import Message, OneTimeCode, SandboxMessage, User
from accounts.notifying.sending import send_messages
from accounts.tests.at_once import at_once
from accounts.tests.world import aida, bearer, chinara, post
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
PHONE = "+996555123456"
OTP, RESET = "/api/v1/auth/otp/send", "/api/v1/auth/password/reset"
Purpose = OneTimeCode.Purpose


def ask(
    target: str = PHONE, *, at: datetime = NOON, purpose: Purpose = Purpose.LOGIN, address: str = "198.51.100.1"
) -> OneTimeCode:
    return codes.send(target=target, purpose=purpose, user=None, is_sent=True, language="en", address=address, at=at)


def refused(**asked: Any) -> int:
    """How many seconds the next one has to wait."""
    with pytest.raises(Refusal) as refusal:
        ask(**asked)
    assert refusal.value.code == "too_many_requests"
    wait: int = refusal.value.details["retry_after"]
    return wait


@pytest.mark.django_db
def test_it_sends_six_digits_that_no_row_holds(settings: Any) -> None:
    settings.DEMO_MODE = True
    code = ask()
    digits = codes.digits_of(code)
    assert re.fullmatch(r"[0-9]{6}", digits)
    kept = json.dumps(list(OneTimeCode.objects.values()) + list(Message.objects.values()), default=str)
    assert digits not in kept
    assert send_messages(at=NOON) == 1
    sent = SandboxMessage.objects.get()
    assert (sent.channel, sent.target) == ("sms", PHONE)
    assert digits in sent.text
    assert code.expires_at - code.made_at == timedelta(seconds=300)


@pytest.mark.django_db
def test_it_shows_operators_no_digits_outside_of_a_demo(settings: Any) -> None:
    settings.DEMO_MODE = False
    digits = codes.digits_of(ask())
    assert send_messages(at=NOON) == 1
    kept = SandboxMessage.objects.get()
    assert digits not in kept.title + kept.text
    assert "•" in kept.text


@pytest.mark.django_db
@pytest.mark.parametrize(("is_demo", "opened"), [(True, []), (False, [("channel:sms", 2)])], ids=["demo", "house"])
def test_it_says_that_codes_arrive_nowhere(settings: Any, is_demo: bool, opened: list[Any]) -> None:
    settings.DEMO_MODE = is_demo
    ask()
    ask("+996555000000")
    send_messages(at=NOON)
    found = Alert.objects.filter(kind="codes_go_nowhere", resolved_at=None)
    assert list(found.values_list("subject", "count")) == opened
    assert all("SMS_URL" in alert.text and PHONE not in alert.text for alert in found)


@pytest.mark.django_db
def test_it_makes_other_digits_each_time_and_for_each_purpose() -> None:
    made = [ask(at=NOON + timedelta(minutes=number)) for number in range(9)]
    assert len({codes.digits_of(code) for code in made}) > 1
    one = made[0]
    other = OneTimeCode(target=one.target, salt=one.salt, purpose=Purpose.RESET)
    elsewhere = OneTimeCode(target="+996555999999", salt=one.salt, purpose=one.purpose)
    assert len({codes.digits_of(code) for code in (one, other, elsewhere)}) > 1


@pytest.mark.django_db
def test_it_sends_to_mailboxes_by_mail() -> None:
    ask("aida@example.com")
    assert Message.objects.get().channel == "email"


@pytest.mark.django_db
def test_it_waits_a_minute_between_codes_for_one_target_whatever_they_are_for() -> None:
    ask()
    assert refused(at=NOON + timedelta(seconds=59), purpose=Purpose.RESET) == 1
    assert refused(at=NOON + timedelta(seconds=1), address="203.0.113.9") == 59
    ask("+996555000000", at=NOON + timedelta(seconds=1))
    ask(at=NOON + timedelta(seconds=60))


@pytest.mark.django_db
def test_it_sends_ten_a_day_to_one_target() -> None:
    for number in range(10):
        ask(at=NOON + timedelta(hours=number), address=f"198.51.100.{number}")
    assert refused(at=NOON + timedelta(hours=12), address="203.0.113.1") == 12 * 3600
    ask(at=NOON + timedelta(hours=24), address="203.0.113.1")


@pytest.mark.django_db
def test_it_sends_twenty_an_hour_for_one_address() -> None:
    for number in range(20):
        ask(f"+9965551000{number:02d}", at=NOON + timedelta(seconds=number))
    assert refused(target="+996555200000", at=NOON + timedelta(minutes=30)) == 1800
    ask("+996555200000", at=NOON + timedelta(minutes=30), address="203.0.113.1")
    ask("+996555200001", at=NOON + timedelta(hours=1))


@pytest.mark.django_db(transaction=True)
def test_it_sends_one_of_many_that_are_asked_for_at_once() -> None:
    said = at_once(*[lambda number=number: ask(address=f"203.0.113.{number}") for number in range(6)])
    assert [one for one in said if one == "too_many_requests"] == ["too_many_requests"] * 5
    assert OneTimeCode.objects.count() == Message.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", [OTP, RESET])
def test_it_answers_alike_for_known_and_unknown(path: str) -> None:
    aida()
    chinara(phone="+996777000111")
    field = "phone" if path == OTP else "login"
    answers = [
        post(Client(REMOTE_ADDR=f"198.51.100.{number}"), path, **{field: phone})
        for number, phone in enumerate([PHONE, "+996555999999", "+996777000111"])
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (200, {"success": True, "expires_in": 300, "retry_after": 60, "tries": 3})
    ] * 3
    again = [
        post(Client(REMOTE_ADDR=f"203.0.113.{number}"), path, **{field: phone})
        for number, phone in enumerate([PHONE, "+996555999999", "+996777000111"])
    ]
    assert {(answer.status_code, answer.json()["error"]) for answer in again} == {(429, "too_many_requests")}
    assert all(50 < int(answer["Retry-After"]) <= 60 for answer in again)
    told = set(Message.objects.values_list("target", flat=True))
    assert told == ({PHONE, "+996555999999"} if path == OTP else {PHONE})  # staff come in by password alone


@pytest.mark.django_db
def test_it_speaks_the_language_of_its_reader() -> None:
    aida(language="ru")
    post(Client(), OTP, phone=PHONE)
    post(Client(headers={"Accept-Language": "ru"}), OTP, phone="+996555999999")
    post(Client(headers={"Accept-Language": "en"}), OTP, phone="+996555888888")
    send_messages(at=datetime.now(UTC))
    said = dict(SandboxMessage.objects.values_list("target", "text"))
    assert "ваш код для входа" in said[PHONE]
    assert "ваш код для входа" in said["+996555999999"]
    assert "is your code to come in" in said["+996555888888"]


@pytest.mark.django_db
@pytest.mark.usefixtures("standing_clock")
def test_it_is_throttled_by_address_whatever_a_header_says(client: Client) -> None:
    answers = [
        client.post(
            OTP,
            {"phone": f"+99655500000{number}"},
            content_type="application/json",
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        ).status_code
        for number in range(7)
    ]
    assert answers == [200] * 5 + [429] * 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "form"),
    [
        (OTP, {}),
        (OTP, {"phone": "12"}),
        (OTP, {"phone": PHONE, "email": "aida@example.com"}),
        (OTP, {"email": "nobody"}),
        (OTP, {"phone": PHONE, "role": "staff"}),
        (OTP, {"phone": [PHONE]}),
        (RESET, {}),
        (RESET, {"login": "aida"}),
        (RESET, {"login": {"$ne": None}}),
        (RESET, {"login": "a@b\x00.com"}),
    ],
)
def test_it_refuses_odd_forms(client: Client, path: str, form: dict[str, Any]) -> None:
    answer = post(client, path, **form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")
    assert not OneTimeCode.objects.exists()


@pytest.mark.django_db
def test_it_tells_where_a_code_stands(client: Client) -> None:
    path = "/api/v1/auth/otp/status"
    nothing = {"success": True, "pending": False, "expires_in": 0, "tries_left": 0, "retry_after": 0}
    assert client.get(path, {"phone": PHONE}).json() == nothing
    post(client, OTP, phone=PHONE)
    told = client.get(path, {"phone": "0555 123 456"}).json()
    assert (told["pending"], told["tries_left"]) == (True, 3)
    assert 290 < told["expires_in"] <= 300
    assert 50 < told["retry_after"] <= 60
    post(client, "/api/v1/auth/otp/verify", phone=PHONE, code="000000")
    assert client.get(path, {"phone": PHONE}).json()["tries_left"] == 2
    post(client, "/api/v1/auth/otp/verify", phone=PHONE, code=codes.digits_of(OneTimeCode.objects.get()))
    used = client.get(path, {"phone": PHONE}).json()
    assert (used["pending"], used["tries_left"]) == (False, 0)
    assert client.get(path).status_code == 400


@pytest.mark.django_db
def test_it_sends_to_an_address_of_ones_own(client: Client) -> None:
    user = aida(phone=None)
    path = "/api/v1/profile/proof"
    assert client.post(path, {"address": "email"}, content_type="application/json").status_code == 401
    sent = client.post(path, {"address": "email"}, content_type="application/json", headers=bearer(user))
    assert sent.status_code == 200
    assert Message.objects.get().target == "aida@example.com"
    none = client.post(path, {"address": "phone"}, content_type="application/json", headers=bearer(user))
    assert (none.status_code, none.json()["error"]) == (400, "invalid_parameters")


@pytest.mark.django_db
def test_it_asks_no_more_of_the_database_for_known_than_for_unknown() -> None:
    user = aida()
    with CaptureQueriesContext(connection) as known:
        codes.send(target=PHONE, purpose=Purpose.LOGIN, user=user, is_sent=True, language="en", address="::1", at=NOON)
    with CaptureQueriesContext(connection) as unknown:
        ask("+996555999999", address="::2")
    assert len(known) == len(unknown)
    assert User.objects.count() == 1
