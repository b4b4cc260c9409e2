"""A new password by a code, and proving an address of one's own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import codes, proofs
from accounts.models import ForeignIdentity, Login, Message, OneTimeCode, User
from accounts.tests.world import PASSWORD, aida, bakyt, bearer, chinara, post

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
NEW = "another-garden-52"
RESET, CONFIRM = "/api/v1/auth/password/reset", "/api/v1/auth/password/reset/confirm"
PROOF, PROVE = "/api/v1/profile/proof", "/api/v1/profile/proof/confirm"


def digits() -> str:
    return codes.digits_of(OneTimeCode.objects.latest("id"))


def confirm(client: Client, name: str, **changed: Any) -> Any:
    return post(client, CONFIRM, **{"login": name, "code": digits(), "password": NEW, **changed})


@pytest.mark.parametrize("name", ["Aida@Example.com", "0555 123 456"])
def test_it_changes_the_password_and_ends_every_login(client: Client, name: str) -> None:
    user = aida()
    headers = bearer(user)
    post(client, RESET, login=name)
    assert confirm(client, name).json() == {"success": True}
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 401
    assert Login.objects.get().why_ended == "password"
    assert post(client, "/api/v1/auth/login", login=name, password=PASSWORD).status_code == 401
    assert post(client, "/api/v1/auth/login", login=name, password=NEW).status_code == 200
    user.refresh_from_db()
    field = "email_checked_at" if "@" in name else "phone_checked_at"
    assert getattr(user, field) is not None


def test_it_sends_where_it_was_asked_to(client: Client) -> None:
    aida()
    post(client, RESET, login="aida@example.com")
    assert Message.objects.get().target == "aida@example.com"


def test_it_frees_a_name_that_was_guessed_at(client: Client) -> None:
    aida()
    for _ in range(6):
        post(client, "/api/v1/auth/login", login="aida@example.com", password="guess")
    assert post(client, "/api/v1/auth/login", login="aida@example.com", password=PASSWORD).status_code == 429
    post(client, RESET, login="aida@example.com")
    assert confirm(client, "aida@example.com").status_code == 200
    assert post(client, "/api/v1/auth/login", login="aida@example.com", password=NEW).status_code == 200


def test_its_code_is_good_once_and_for_its_name(client: Client) -> None:
    aida()
    bakyt()
    post(client, RESET, login="aida@example.com")
    other = confirm(client, "+996700654321")
    assert (other.status_code, other.json()["error"]) == (400, "invalid_code")
    assert confirm(client, "aida@example.com").status_code == 200
    assert confirm(client, "aida@example.com").json()["error"] == "invalid_code"


def test_it_does_nothing_for_a_name_that_nobody_has_even_with_the_digits(client: Client) -> None:
    post(client, RESET, login="nobody@example.com")
    assert confirm(client, "nobody@example.com").json()["error"] == "invalid_code"
    assert not User.objects.exists()


def test_it_leaves_staff_alone(client: Client) -> None:
    user = chinara()
    post(client, RESET, login="chinara@example.com")
    assert not Message.objects.exists()
    assert confirm(client, "chinara@example.com").json()["error"] == "invalid_code"
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("password", ["short", "12345678", "password", "aida@example.com", "x" * 129, ""])
def test_it_refuses_a_weak_password_and_spends_no_try(client: Client, password: str) -> None:
    user = aida()
    post(client, RESET, login="aida@example.com")
    answer = confirm(client, "aida@example.com", password=password)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")
    assert OneTimeCode.objects.get().tries == 0
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_it_proves_an_address_of_ones_own(client: Client) -> None:
    user = aida()
    headers = bearer(user)
    post(Client(headers=headers), PROOF, address="phone")
    right = digits()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    answer = post(Client(headers=headers), PROVE, address="phone", code=wrong)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_code")
    assert post(Client(headers=headers), PROVE, address="phone", code=right).json() == {"success": True}
    user.refresh_from_db()
    assert user.phone_checked_at is not None
    assert user.email_checked_at is None
    assert user.check_password(PASSWORD)
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 200


def test_it_proves_nothing_with_a_code_of_somebody_else() -> None:
    """The phone was Aida's when she asked; now Bakyt has it."""
    user, other = aida(), bakyt()
    at = timezone.now()
    code = codes.send(
        target="+996555123456",
        purpose=OneTimeCode.Purpose.PROVE,
        user=user,
        is_sent=True,
        language="en",
        address="::1",
        at=at - timedelta(seconds=61),
    )
    User.objects.filter(pk=user.pk).update(phone=None)
    User.objects.filter(pk=other.pk).update(phone="+996555123456")
    answer = post(Client(headers=bearer(other)), PROVE, address="phone", code=codes.digits_of(code))
    assert answer.json()["error"] == "invalid_code"
    other.refresh_from_db()
    assert other.phone_checked_at is None


def test_it_proves_no_phone_that_was_changed_meanwhile() -> None:
    user = aida()
    headers = bearer(user)
    post(Client(headers=headers), PROOF, address="phone")
    User.objects.filter(pk=user.pk).update(phone="+996555999999")
    answer = post(Client(headers=headers), PROVE, address="phone", code=digits())
    assert answer.json()["error"] == "invalid_code"


def test_it_gives_nobody_an_account_by_the_address_that_they_left_in_it(client: Client) -> None:
    """Somebody signs up with the mailbox of Aida and a phone of their own; then she comes in by her mailbox."""
    user = aida()
    ForeignIdentity.objects.create(issuer="https://identity.example", name="them", user=user, made_at=NOON)
    post(client, RESET, login="+996555123456")
    before = digits()
    come_by_mail()

    assert post(client, CONFIRM, login="+996555123456", code=before, password=NEW).json()["error"] == "invalid_code"
    OneTimeCode.objects.all().delete()
    Message.objects.all().delete()
    answers = [post(client, RESET, login=name) for name in ("+996555123456", "+996555999999")]

    assert answers[0].status_code == 200
    assert answers[0].json() == answers[1].json()
    assert not Message.objects.exists()
    assert confirm(client, "+996555123456").json()["error"] == "invalid_code"
    assert post(client, "/api/v1/auth/login", login="aida@example.com", password=NEW).status_code == 401
    assert not ForeignIdentity.objects.exists()


def come_by_mail() -> None:
    """Aida reads a code in her mailbox and comes in by it."""
    said: dict[str, Any] = {"target": "aida@example.com", "at": timezone.now()}
    code = codes.send(**said, purpose=OneTimeCode.Purpose.LOGIN, user=None, is_sent=True, language="en", address="::2")
    proofs.come_by_code(**said, digits=codes.digits_of(code), language="en", address="::2")


def test_it_serves_whoever_has_proved_both(client: Client) -> None:
    aida(email_checked_at=NOON, phone_checked_at=NOON)
    post(client, RESET, login="+996555123456")
    assert confirm(client, "+996555123456").status_code == 200
