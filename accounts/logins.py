"""Logins: the one way in, their renewal by a refresh token that is good once, and their end."""

import uuid
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from django.db.models import F, QuerySet
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.tokens import RefreshToken

from accounts import tokens
from accounts.models import Login, User
from drivepower.core.addresses import client_of
from drivepower.core.texts import storable

# An answer may be lost on its way: for so long the token that it replaced is answered once more.
GRACE = timedelta(seconds=30)
LIFETIME = cast(timedelta, RefreshToken.lifetime)


class Pair(NamedTuple):
    """What an app keeps: an access token for requests, a refresh token for the next pair."""

    access: str
    refresh: str


def facts_of(request: Any) -> dict[str, str]:
    """Where a request comes from, as `come_in` keeps it: the address our proxies vouch for, the device it names."""
    meta = request.META
    address = client_of(forwarded_for=meta.get("HTTP_X_FORWARDED_FOR", ""), peer=meta.get("REMOTE_ADDR", ""))
    return {"address": address, "device": meta.get("HTTP_USER_AGENT", "")}


def come_in(*, user: User, address: str, device: str, at: datetime) -> Pair:
    """Let a person in on one device; the caller has made sure who it is and that they may."""
    login = Login.objects.create(
        user=user,
        token_id=uuid.uuid4().hex,
        renewed_at=at,
        made_at=at,
        expires_at=at + LIFETIME,
        address=address[:64],
        device=storable(device)[:200],
    )
    return Pair(*tokens.pair_of(login, at=at))


def renew(*, refresh: str, at: datetime) -> Pair:
    """A new pair for a refresh token; InvalidToken (401) for any that is not good.

    An old one ends its login, since two hold it then; only the last one, for a moment, is answered again with the
    same successor.
    """
    token = tokens.read(RefreshToken, refresh)
    login = tokens.login_of(token, at=at)
    used, new = token["jti"], uuid.uuid4().hex
    current = _open(login).filter(token_id=used)
    changed = {"token_id": new, "previous_token_id": F("token_id"), "renewed_at": at, "expires_at": at + LIFETIME}
    if current.update(**changed):
        login.token_id, login.expires_at = new, at + LIFETIME
        return Pair(*tokens.pair_of(login, at=at))
    lost = _open(login).filter(previous_token_id=used, renewed_at__gt=at - GRACE).select_related("user").first()
    if lost is not None:
        return Pair(*tokens.pair_of(lost, at=at))
    end(logins=_open(login), why=Login.End.REUSED, at=at)
    raise InvalidToken("The refresh token has been used before.")


def end(*, logins: "QuerySet[Login]", why: Login.End, at: datetime) -> int:
    """End those of the logins that are open, and their tokens with them; answers how many."""
    return logins.filter(ended_at=None).update(ended_at=at, why_ended=why)


def end_all(*, user: User, why: Login.End, at: datetime, but: Login | None = None) -> int:
    """End every login of a person, except perhaps one; answers how many."""
    theirs = Login.objects.filter(user=user)
    return end(logins=theirs if but is None else theirs.exclude(pk=but.pk), why=why, at=at)


def _open(login: Login) -> "QuerySet[Login]":
    return Login.objects.filter(pk=login.pk, ended_at=None)
