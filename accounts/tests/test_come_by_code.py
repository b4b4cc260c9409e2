"""Coming in by a code that was sent to a phone or mailbox."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import cards, codes, proofs
from accounts.models import Company, ForeignIdentity, IdTag, Login, OneTimeCode, PushSubscription, User
from accounts.tests.at_once import queued_at
from accounts.tests.world import PASSWORD, aida, bearer, chinara, post
from drivepower.core.refusals import Refusal
from drivepower.core.tests.waiting import on_another_thread, someone_waits_for_a_lock, until

PHONE = "+996555123456"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SEND, VERIFY = "/api/v1/auth/otp/send", "/api/v1/auth/otp/verify"
Purpose = OneTimeCode.Purpose


def code_for(target: str = PHONE, *, at: datetime = NOON, user: User | None = None) -> str:
    """The digits that were sent to it."""
    code = codes.send(
        target=target, purpose=Purpose.LOGIN, user=user, is_sent=True, language="en", address="::1", at=at
    )
    return codes.digits_of(code)


def other_than(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06d}"


def come(digits: str, target: str = PHONE, *, at: datetime = NOON, address: str = "198.51.100.1") -> User:
    return proofs.come_by_code(target=target, digits=digits, language="ru", address=address, at=at)


def refused(digits: str, **said: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        come(digits, **said)
    return refusal.value.code


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "target"), [("phone", PHONE), ("email", "new@example.com")])
def test_it_makes_a_driver_who_has_proved_the_address(client: Client, field: str, target: str) -> None:
    assert post(client, SEND, **{field: target}).status_code == 200
    digits = codes.digits_of(OneTimeCode.objects.get())
    answer = post(client, VERIFY, **{field: target}, code=digits)
    assert answer.status_code == 200
    user = User.objects.get()
    assert (getattr(user, field), user.role, user.has_usable_password()) == (target, "driver", False)
    assert getattr(user, f"{field}_checked_at") is not None
    body = answer.json()
    assert set(body) == {"success", "access", "refresh", "token", "user"}
    assert body["user"]["id"] == str(user.public_id)
    me = client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {body['access']}"})
    assert me.json()["user"] == body["user"]


@pytest.mark.django_db
def test_it_finds_the_driver_who_is_there(client: Client) -> None:
    user = aida(phone_checked_at=NOON)
    digits = code_for(user=user)
    assert come(digits) == user
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_it_is_good_once() -> None:
    digits = code_for()
    come(digits)
    assert refused(digits) == "invalid_code"


@pytest.mark.django_db
def test_it_is_good_for_five_minutes() -> None:
    digits = code_for()
    assert refused(digits, at=NOON + timedelta(seconds=300)) == "invalid_code"
    come(digits, at=NOON + timedelta(seconds=299))


@pytest.mark.django_db
def test_it_is_good_for_three_tries() -> None:
    digits = code_for()
    for _ in range(3):
        assert refused(other_than(digits)) == "invalid_code"
    assert refused(digits) == "invalid_code"
    assert OneTimeCode.objects.get().tries == 3


@pytest.mark.django_db
def test_a_strangers_tries_are_not_taken_from_its_owner() -> None:
    """Else anybody who knows a phone could keep its owner out, a minute at a time."""
    digits = code_for()
    for _ in range(9):
        refused(other_than(digits), address="203.0.113.9")
    for _ in range(2):
        refused(other_than(digits))
    come(digits)


@pytest.mark.django_db
def test_it_is_good_for_ten_tries_of_everybody() -> None:
    digits = code_for()
    for number in range(10):
        refused(other_than(digits), address=f"203.0.113.{number}")
    assert refused(digits) == "invalid_code"
    assert OneTimeCode.objects.get().tries == 10


@pytest.mark.django_db
def test_it_tells_how_many_tries_are_left_to_who_asks(client: Client) -> None:
    digits = code_for(at=timezone.now())
    post(Client(REMOTE_ADDR="203.0.113.9"), VERIFY, phone=PHONE, code=other_than(digits))
    for other in range(7):
        refused(other_than(digits), at=timezone.now(), address=f"203.0.114.{other}")

    def left(address: str) -> int:
        path = f"/api/v1/auth/otp/status?phone={quote(PHONE)}"
        told: int = Client(REMOTE_ADDR=address).get(path).json()["tries_left"]
        return told

    assert (left("203.0.113.9"), left("203.0.113.10")) == (2, 2)
    refused(other_than(digits), at=timezone.now(), address="203.0.113.9")
    assert (left("203.0.113.9"), left("203.0.113.10")) == (1, 1)


@pytest.mark.django_db
def test_it_takes_the_third_try() -> None:
    digits = code_for()
    for _ in range(2):
        refused(other_than(digits))
    come(digits)


@pytest.mark.django_db
def test_it_takes_the_newest_code_alone() -> None:
    first = code_for()
    second = code_for(at=NOON + timedelta(minutes=1))
    if first != second:
        assert refused(first, at=NOON + timedelta(minutes=1)) == "invalid_code"
    come(second, at=NOON + timedelta(minutes=1))


@pytest.mark.django_db
def test_it_is_good_for_its_target_and_purpose_alone() -> None:
    digits = code_for()
    assert refused(digits, target="+996555000001") == "invalid_code"
    with pytest.raises(Refusal):
        codes.use(target=PHONE, purpose=Purpose.RESET, digits=digits, address="198.51.100.1", at=NOON)
    come(digits)


@pytest.mark.django_db
def test_it_refuses_the_blocked_once_they_have_shown_the_code() -> None:
    aida(is_active=False, phone_checked_at=NOON)
    digits = code_for()
    assert refused(other_than(digits)) == "invalid_code"
    assert refused(digits) == "account_blocked"


@pytest.mark.django_db
def test_it_lets_no_staff_in() -> None:
    chinara(phone=PHONE, phone_checked_at=NOON)
    assert refused(code_for()) == "invalid_code"
    chinara_again = User.objects.get()
    assert chinara_again.phone == PHONE
    assert chinara_again.check_password(PASSWORD)


@pytest.mark.django_db
def test_it_ends_what_whoever_claimed_the_phone_could_come_in_by(client: Client) -> None:
    """Somebody signs up with the phone of somebody else, and waits for them to come and put money in."""
    claimed = aida()
    PushSubscription.objects.create(user=claimed, endpoint="https://push.example/1", made_at=NOON)
    ForeignIdentity.objects.create(user=claimed, issuer="https://identity.example", name="u-1", made_at=NOON)
    mine, company = cards.add(user=claimed, value="CARD0001"), Company.objects.create(name="Fleet")
    given = IdTag.objects.create(user=claimed, value="CARD0002")
    theirs = IdTag.objects.create(user=claimed, company=company, value="CARD0003")
    headers = bearer(claimed)
    user = come(code_for())
    assert user == claimed
    assert not ForeignIdentity.objects.exists()
    assert set(IdTag.objects.filter(user=user)) == {given, theirs}
    assert cards.add(user=user, value=mine.value) == mine  # nobody has it now
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 401
    assert post(client, "/api/v1/auth/login", login=PHONE, password=PASSWORD).status_code == 401
    assert not PushSubscription.objects.exists()
    claimed.refresh_from_db()
    assert claimed.phone_checked_at == NOON


@pytest.mark.django_db
def test_it_takes_a_claimed_phone_from_an_account_that_is_somebody_elses() -> None:
    claimed = aida(email_checked_at=NOON)
    user = come(code_for())
    assert user != claimed
    claimed.refresh_from_db()
    assert (claimed.phone, claimed.email) == (None, "aida@example.com")
    assert claimed.check_password(PASSWORD)
    assert User.objects.get(phone=PHONE) == user


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["12345", "1234567", "١٢٣٤٥٦", "12345a", " 12345", "123456\n", "", None, 123456.5])
def test_it_refuses_what_is_no_code(client: Client, code: Any) -> None:
    answer = post(client, VERIFY, phone=PHONE, code=code)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")


@pytest.mark.django_db(transaction=True)
def test_it_lets_one_of_many_in_that_bring_it_at_once() -> None:
    digits = code_for()
    said = queued_at(OneTimeCode.objects.all(), *[lambda: come(digits)] * 3)
    assert sorted(str(one) for one in said if isinstance(one, str)) == ["invalid_code"] * 2
    assert User.objects.count() == 1
    assert OneTimeCode.objects.get().used_at == NOON


@pytest.mark.django_db(transaction=True)
def test_it_counts_tries_that_come_at_once() -> None:
    digits = code_for()
    wrong = other_than(digits)
    assert queued_at(OneTimeCode.objects.all(), *[lambda: come(wrong)] * 5) == ["invalid_code"] * 5
    assert OneTimeCode.objects.get().tries == 3
    assert refused(digits) == "invalid_code"


@pytest.mark.django_db(transaction=True)
def test_it_finds_whom_somebody_else_is_just_making() -> None:
    digits, made, came = code_for(), threading.Event(), list[User]()

    def come_then() -> None:
        made.wait()
        came.append(come(digits))

    with on_another_thread(come_then), transaction.atomic():
        other = User.objects.create_user(phone=PHONE, phone_checked_at=NOON)
        made.set()
        until(someone_waits_for_a_lock)
    assert came == [other]


@pytest.mark.django_db
def test_a_thousand_guesses_from_a_thousand_addresses_never_come_in() -> None:
    """The right digits are among them, after the third: no try that is left is spent on them."""
    with time_machine.travel(NOON, tick=False):
        digits = code_for()
        guesses = [f"{(int(digits) + 1 + number) % 1_000_000:06d}" for number in range(500)]
        guesses += [digits, *guesses[:499]]
        statuses = {
            post(
                Client(REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}"), VERIFY, phone=PHONE, code=guess
            ).status_code
            for number, guess in enumerate(guesses)
        }
    assert statuses == {400}
    assert not User.objects.exists()
    assert not Login.objects.exists()
