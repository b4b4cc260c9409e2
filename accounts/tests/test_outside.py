"""Tokens of an outside identity provider, over real HTTP: whom they let in, and as whom."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from accounts import outside
from accounts.models import ForeignIdentity, Login, User
from accounts.tests.at_once import at_once
from accounts.tests.identity_house import ISSUER, IdentityHouse, ask
from accounts.tests.world import PASSWORD, Phone, aida, chinara, post, tokens_of

ME = "/api/v1/auth/me"


def me(token: str) -> dict[str, Any]:
    answer = ask(token)
    assert answer.status_code == 200, answer.content
    said: dict[str, Any] = answer.json()["user"]
    return said


@pytest.mark.django_db
def test_it_makes_a_driver_of_a_stranger_once(house: IdentityHouse) -> None:
    token = house.sign(email="New@Example.com", email_verified=True, name="Nurlan", locale="ru-RU")
    person = me(token)
    assert (person["email"], person["name"], person["role"]) == ("new@example.com", "Nurlan", "driver")
    user = User.objects.get()
    assert (user.email_checked_at is not None, user.language, user.has_usable_password()) == (True, "ru", False)
    assert me(house.sign(email="other@example.com", email_verified=True))["id"] == person["id"]
    identity = ForeignIdentity.objects.get()
    assert (identity.issuer, identity.name, identity.user) == (ISSUER, "u-1", user)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [
        {},
        {"email": "aida@example.com"},
        {"email": "aida@example.com", "email_verified": False},
        {"email": "aida@example.com", "email_verified": "true"},
        {"email": ["aida@example.com"], "email_verified": True},
        {"email": "nobody", "email_verified": True},
        {"phone_number": "+996555123456"},
        {"phone_number": "call me", "phone_number_verified": True},
    ],
)
def test_what_is_not_proved_there_finds_nobody(house: IdentityHouse, said: dict[str, Any]) -> None:
    user = aida(email_checked_at=timezone.now(), phone_checked_at=timezone.now())
    person = me(house.sign(**said))
    assert person["id"] != str(user.public_id)
    assert person["email"].endswith("@outside.invalid")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said",
    [
        {"email": "Aida@example.com", "email_verified": True},
        {"phone_number": "0555 123 456", "phone_number_verified": True},
    ],
    ids=["e-mail", "phone"],
)
def test_it_finds_a_driver_by_an_address_that_both_have_proved(house: IdentityHouse, said: dict[str, Any]) -> None:
    user = aida(email_checked_at=timezone.now(), phone_checked_at=timezone.now())
    assert me(house.sign(**said))["id"] == str(user.public_id)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
def test_who_took_an_address_without_proof_loses_it_to_its_owner(house: IdentityHouse) -> None:
    squatter = aida(phone_checked_at=timezone.now())
    phone = Phone(squatter)
    owner = me(house.sign(email="aida@example.com", email_verified=True))
    assert owner["id"] != str(squatter.public_id)
    assert owner["email"] == "aida@example.com"
    assert phone.get(ME)[1]["user"]["email"] is None


@pytest.mark.django_db
def test_who_proved_nothing_at_all_is_out(house: IdentityHouse) -> None:
    phone = Phone(squatter := aida())
    assert me(house.sign(email="aida@example.com", email_verified=True))["id"] == str(squatter.public_id)
    assert phone.get(ME)[0] == 401
    assert post(Client(), "/api/v1/auth/login", login="aida@example.com", password=PASSWORD).status_code == 401


@pytest.mark.django_db
def test_it_lets_no_staff_in_unless_they_are_linked_by_hand(house: IdentityHouse) -> None:
    boss = chinara(email_checked_at=timezone.now())
    token = house.sign(email="chinara@example.com", email_verified=True)
    assert ask(token).status_code == 401
    assert not ForeignIdentity.objects.exists()
    ForeignIdentity.objects.create(issuer=ISSUER, name="u-1", user=boss, made_at=timezone.now())
    assert me(token)["role"] == "staff"


@pytest.mark.django_db
def test_it_lets_no_staff_in_past_their_second_factor(house: IdentityHouse, settings: Any) -> None:
    boss, token = chinara(), house.sign()
    ForeignIdentity.objects.create(issuer=ISSUER, name="u-1", user=boss, made_at=timezone.now())
    assert ask(token).status_code == 200
    settings.STAFF_OTP = "required"
    assert ask(token).status_code == 401
    settings.STAFF_OTP = "optional"
    TOTPDevice.objects.create(user=boss, name="app", confirmed=False)
    assert ask(token).status_code == 200
    TOTPDevice.objects.update(confirmed=True)
    assert ask(token).status_code == 401


@pytest.mark.django_db
def test_a_blocked_person_stays_out(house: IdentityHouse) -> None:
    token = house.sign()
    me(token)
    User.objects.update(is_active=False)
    assert ask(token).status_code == 401


@pytest.mark.django_db
def test_it_takes_one_query_for_who_is_known(house: IdentityHouse, django_assert_num_queries: Any) -> None:
    token = house.sign()
    me(token)
    with django_assert_num_queries(1):
        me(token)


@pytest.mark.django_db
def test_it_has_no_login_here(house: IdentityHouse) -> None:
    user = aida()
    tokens_of(user)
    login = Login.objects.get()
    token = house.sign(sid=str(login.public_id), user_id=str(user.public_id), role="staff")
    assert me(token)["id"] != str(user.public_id)
    headers = {"Authorization": f"Bearer {token}"}
    passwords = {"current_password": PASSWORD, "new_password": "another-garden-52"}
    for door, body, status in [("logout", {}, 401), ("password", passwords, 401), ("logout-all", {}, 200)]:
        answer = Client().post(f"/api/v1/auth/{door}", body, "application/json", headers=headers)
        assert answer.status_code == status
    login.refresh_from_db()
    assert login.ended_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["OIDC_ISSUER", "OIDC_AUDIENCE", "OIDC_JWKS_URL"])
def test_it_is_off_until_all_of_it_is_set(house: IdentityHouse, settings: Settings, missing: str) -> None:
    setattr(settings, missing, "")
    assert ask(house.sign()).status_code == 401
    assert house.asked == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("said", [{}, {"email": "new@example.com", "email_verified": True}], ids=["a name", "e-mail"])
def test_of_many_first_requests_at_once_one_makes_the_driver(said: dict[str, Any]) -> None:
    claims = outside.Claims(iss=ISSUER, sub="u-1", **said)
    found = at_once(*[lambda: outside.person_of(claims, at=timezone.now()).pk] * 6)
    assert found == [User.objects.get().pk] * 6
