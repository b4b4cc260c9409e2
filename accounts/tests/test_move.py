"""Whoever changes a phone or e-mail address shows that the account is theirs: an access token alone takes none over."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts import codes
from accounts.models import Login, Message, OneTimeCode, User
from accounts.tests.world import PASSWORD, Phone, aida, bakyt, post

pytestmark = pytest.mark.django_db
PATH, PROOF = "/api/v1/profile", "/api/v1/profile/proof"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
PHONE, NEW = "+996555123456", "+996700112233"


def code_driver() -> User:
    """Somebody who comes in by codes to their phone alone."""
    return User.objects.create_user(phone=PHONE, phone_checked_at=timezone.now())


def code_at(phone: Phone, **asked: Any) -> str:
    """The digits that were sent to whom that names."""
    status, _ = phone.post(PROOF, **asked)
    assert status == 200
    return codes.digits_of(OneTimeCode.objects.latest("id"))


def other_than(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06d}"


def refusal(phone: Phone, /, **changes: Any) -> tuple[int, str, list[str]]:
    status, told = phone.patch(PATH, **changes)
    return status, told["error"], list(told["details"])


@pytest.mark.parametrize(
    "changes",
    [{"email": "thief@example.com", "phone": None}, {"email": "thief@example.com"}, {"phone": NEW}, {"email": None}],
    ids=["all", "e-mail", "phone", "none"],
)
@pytest.mark.parametrize("is_proved", [True, False], ids=["proved", "not proved"])
def test_a_token_alone_moves_no_address(changes: dict[str, Any], is_proved: bool) -> None:
    at = timezone.now() if is_proved else None
    phone = Phone(aida(email_checked_at=at, phone_checked_at=at))
    before = User.objects.values().get()
    assert refusal(phone, **changes) == (400, "invalid_parameters", ["current_password"])
    assert refusal(phone, **changes, current_password="wrong")[:2] == (401, "invalid_credentials")
    assert User.objects.values().get() == before


def test_a_token_alone_adds_no_address_to_set_a_password_by() -> None:
    phone = Phone(code_driver())
    assert refusal(phone, email="thief@example.com") == (400, "invalid_parameters", ["current_code"])
    new_code = code_at(phone, address="email", new="thief@example.com")
    assert refusal(phone, email="thief@example.com", new_code=new_code)[2] == ["current_code"]
    assert refusal(phone, email="thief@example.com", new_code=new_code, current_code=new_code)[1] == "invalid_code"
    assert User.objects.get().email is None


def test_who_has_no_password_moves_by_a_code_from_each_address() -> None:
    phone = Phone(user := code_driver())
    current_code, new_code = code_at(phone, address="phone"), code_at(phone, address="phone", new="0700 11 22 33")
    assert refusal(phone, phone=NEW, current_code=current_code) == (400, "invalid_parameters", ["new_code"])
    status, told = phone.patch(PATH, phone=NEW, current_code=current_code, new_code=new_code)
    assert (status, told["profile"]["phone"], told["profile"]["phone_proved"]) == (200, NEW, True)
    user.refresh_from_db()
    assert user.phone == NEW


def test_no_address_takes_the_place_of_a_proved_one_before_it_is_proved() -> None:
    phone = Phone(code_driver())
    current_code, new_code = code_at(phone, address="phone"), code_at(phone, address="phone", new=NEW)
    said = {"current_code": current_code, "new_code": other_than(new_code)}
    assert refusal(phone, phone=NEW, **said)[1] == "invalid_code"
    assert User.objects.get().phone == PHONE


def test_a_code_of_somebody_else_proves_nothing() -> None:
    other = Phone(bakyt())
    phone = Phone(code_driver())
    current_code, theirs = code_at(phone, address="phone"), code_at(other, address="phone", new=NEW)
    assert refusal(phone, phone=NEW, current_code=current_code, new_code=theirs)[1] == "invalid_code"


def test_nothing_is_sent_to_the_phone_of_somebody_else() -> None:
    code_driver()
    code_at(Phone(bakyt()), address="phone", new=PHONE)
    assert not Message.objects.exists()


def test_it_takes_one_address_at_a_time_without_a_password() -> None:
    phone = Phone(code_driver())
    said = {"current_code": "123456", "new_code": "123456"}
    assert refusal(phone, phone=NEW, email="new@example.com", **said)[1] == "invalid_parameters"


def test_the_address_that_is_left_hears_of_it_and_other_logins_end() -> None:
    phone = Phone(user := aida(email_checked_at=timezone.now(), phone_checked_at=timezone.now()))
    other = Phone(user)
    assert phone.patch(PATH, phone=NEW, current_password=PASSWORD)[0] == 200
    sent = Message.objects.filter(notification__kind="address_changed")
    assert set(sent.values_list("channel", "target")) == {("sms", PHONE), ("email", "aida@example.com")}
    assert (phone.get(PATH)[0], other.get(PATH)[0]) == (200, 401)
    assert Login.objects.exclude(ended_at=None).get().why_ended == "address"


def test_nobody_hears_of_an_address_that_nobody_had_proved() -> None:
    phone = Phone(user := aida())
    other = Phone(user)
    assert phone.patch(PATH, phone=NEW, current_password=PASSWORD)[0] == 200
    assert other.get(PATH)[0] == 200
    assert not Message.objects.exists()


@time_machine.travel(NOON, tick=False)  # all in one window
def test_addresses_are_tried_out_as_slowly_as_at_the_door() -> None:
    bakyt()
    phone = Phone(aida())
    said = [phone.patch(PATH, phone="+996700654321", current_password=PASSWORD)[0] for _ in range(11)]
    assert said == [400] * 10 + [429]
    assert phone.patch(PATH, name="Aida K.")[0] == 200
    assert post(Client(), "/api/v1/auth/login", login="nobody@example.com", password="x").status_code == 429
