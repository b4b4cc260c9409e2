"""Sign-up is turned off: nobody new makes an account by any door, and who has one logs in."""

import pytest
from django.test import Client

from accounts import proofs
from accounts.models import User
from accounts.tests.test_come_by_code import NOON, PHONE, code_for, come
from accounts.tests.world import PASSWORD, post
from drivepower.core import switches
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db
FORM = {"email": "new@example.com", "password": PASSWORD, "name": "New"}


@pytest.fixture(autouse=True)
def off() -> None:
    """It is off."""
    switches.turn(name=switches.SIGNUP, is_on=False, by="staff:x", at=NOON)


def test_nobody_signs_up(client: Client) -> None:
    answer = post(client, "/api/v1/auth/signup", **FORM)
    assert (answer.status_code, answer.json()["error"]) == (403, "access_denied")
    assert not User.objects.exists()
    switches.turn(name=switches.SIGNUP, is_on=True, by="staff:x", at=NOON)
    assert post(client, "/api/v1/auth/signup", **FORM).status_code == 201


def test_nobody_new_comes_in_by_a_code() -> None:
    with pytest.raises(Refusal) as refused:
        come(code_for())
    assert refused.value.code == "access_denied"
    assert not User.objects.exists()


def test_who_has_an_account_comes_in(client: Client) -> None:
    known = User.objects.create_user(phone=PHONE)
    assert come(code_for()) == known
    other = User.objects.create_user(email="other@example.com", password=PASSWORD)
    assert post(client, "/api/v1/auth/login", login=other.email, password=PASSWORD).status_code == 200
    assert proofs.owner_by_proof(PHONE, language="en", at=NOON) == known
