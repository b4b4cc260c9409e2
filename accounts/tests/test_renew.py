"""Renewing a login: each refresh token is good once, and an old one that comes back ends the login."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rest_framework_simplejwt.exceptions import InvalidToken

from accounts import logins
from accounts.models import Login, User
from accounts.tests.at_once import at_once
from accounts.tests.test_tokens import ask, claims_of, sign
from accounts.tests.world import aida, post, tokens_of

PATH = "/api/v1/auth/refresh"
GRACE = logins.GRACE.total_seconds()


def renew(refresh: str) -> Any:
    return post(Client(), PATH, refresh=refresh)


def claims(token: str) -> dict[str, Any]:
    said: dict[str, Any] = jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"], audience="drivepower")
    return said


@pytest.mark.django_db
def test_it_answers_a_new_pair() -> None:
    first = tokens_of(aida())
    response = renew(first.refresh)
    assert response.status_code == 200
    body = response.json()
    assert body.keys() == {"success", "access", "refresh", "token"}
    assert body["refresh"] != first.refresh
    assert ask(body["access"]) == 200
    assert ask(first.access) == 200
    said = claims(body["token"])
    assert (said["typ"], said["role"], said["sid"]) == ("access", "driver", claims(first.access)["sid"])
    assert said["exp"] - said["iat"] == settings.AUTH_JWT_EXPIRES_MINUTES * 60


@pytest.mark.django_db
def test_it_goes_on_from_pair_to_pair() -> None:
    refresh, at = tokens_of(aida()).refresh, timezone.now()
    for day in range(1, 100, 20):
        with time_machine.travel(at + timedelta(days=day), tick=False):
            response = renew(refresh)
            assert response.status_code == 200
            refresh = response.json()["refresh"]
    assert Login.objects.get().ended_at is None


@pytest.mark.django_db
def test_it_renews_with_the_role_of_today() -> None:
    refresh = tokens_of(aida()).refresh
    User.objects.update(role="staff")
    assert claims(renew(refresh).json()["access"])["role"] == "staff"


@pytest.mark.django_db
def test_it_answers_a_lost_answer_again_with_the_same_successor() -> None:
    first, at = tokens_of(aida()), timezone.now() + timedelta(hours=1)
    with time_machine.travel(at, tick=False):
        lost = renew(first.refresh).json()
    with time_machine.travel(at + timedelta(seconds=GRACE - 1), tick=False):
        again = renew(first.refresh)
        assert again.status_code == 200
        assert claims(again.json()["refresh"])["jti"] == claims(lost["refresh"])["jti"]
        assert renew(lost["refresh"]).status_code == 200
    assert Login.objects.get().ended_at is None


@pytest.mark.django_db
def test_a_token_that_comes_back_later_ends_the_login() -> None:
    first, at = tokens_of(aida()), timezone.now() + timedelta(hours=1)
    with time_machine.travel(at, tick=False):
        fresh = renew(first.refresh).json()
    with time_machine.travel(at + timedelta(seconds=GRACE + 1), tick=False):
        response = renew(first.refresh)
        assert (response.status_code, response.json()["error"]) == (401, "unauthorized")
        assert ask(fresh["access"]) == 401
        assert renew(fresh["refresh"]).status_code == 401
    assert Login.objects.get().why_ended == "reused"


@pytest.mark.django_db
def test_one_of_long_before_ends_it_at_once() -> None:
    first = tokens_of(aida())
    second = renew(first.refresh).json()
    assert renew(second["refresh"]).status_code == 200
    assert renew(first.refresh).status_code == 401
    assert Login.objects.get().why_ended == "reused"


@pytest.mark.django_db
def test_it_ends_no_other_login() -> None:
    user = aida()
    here, there = tokens_of(user), tokens_of(user)
    second = renew(here.refresh).json()
    renew(second["refresh"])
    assert renew(here.refresh).status_code == 401
    assert renew(there.refresh).status_code == 200


@pytest.mark.django_db
def test_it_renews_nothing_for_what_is_no_refresh_token() -> None:
    user = aida()
    pair = tokens_of(user)
    bad = [
        pair.access,
        "rubbish",
        f"{pair.refresh}x",
        sign(claims_of(user, typ="refresh", iat=None)),
        sign(claims_of(user, typ="refresh", sid=None)),
        sign(claims_of(user, typ="refresh"), key="x" * 50),
    ]
    for token in bad:
        response = renew(token)
        assert (response.status_code, response.json()["error"]) == (401, "unauthorized")
    assert not Login.objects.exclude(ended_at=None).exists()


@pytest.mark.django_db
def test_it_renews_nothing_for_a_blocked_person() -> None:
    refresh = tokens_of(aida()).refresh
    User.objects.update(is_active=False)
    assert renew(refresh).status_code == 401


@pytest.mark.django_db
def test_it_renews_nothing_after_a_month() -> None:
    refresh = tokens_of(aida()).refresh
    with time_machine.travel(timezone.now() + timedelta(days=30, seconds=1), tick=False):
        assert renew(refresh).status_code == 401


def renewed(refresh: str, at: datetime) -> str:
    """The id of the refresh token that comes out, or "refused"."""
    try:
        return str(claims(logins.renew(refresh=refresh, at=at).refresh)["jti"])
    except InvalidToken:
        return "refused"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_one_successor() -> None:
    user = aida()
    for _ in range(5):
        first, at = tokens_of(user), timezone.now()
        out = at_once(*[partial(renewed, first.refresh, at)] * 8)
        login = Login.objects.latest("pk")
        assert (set(out), login.ended_at) == ({login.token_id}, None)


@pytest.mark.django_db(transaction=True)
def test_of_an_old_and_a_new_one_at_once_the_login_is_ended_whoever_is_first() -> None:
    user = aida()
    for _ in range(5):
        first, at = tokens_of(user), timezone.now()
        second = logins.renew(refresh=first.refresh, at=at)
        third = logins.renew(refresh=second.refresh, at=at)
        assert "refused" in at_once(partial(renewed, first.refresh, at), partial(renewed, third.refresh, at))
        assert Login.objects.latest("pk").why_ended == "reused"
