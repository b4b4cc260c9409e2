"""Our own tokens (JWT, HS256 alone): read whole or refused, and traced to the login that they came from."""

import uuid
from datetime import datetime
from typing import Any, TypeVar, cast

from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts.models import Login
from accounts.twofactor.asked import must_register

Kind = TypeVar("Kind", AccessToken, RefreshToken)
# What decoding raises over a claim of the wrong type, beside the library's own errors.
ODD_CLAIM = (TypeError, ValueError, OverflowError)


def read(kind: type[Kind], raw: Any) -> Kind:
    """A token of ours of that kind and in date; typ, aud, iss, exp, iat and jti are required. InvalidToken (401)."""
    try:
        token = kind(raw)
    except (TokenError, *ODD_CLAIM) as error:
        raise InvalidToken("The token is not valid.") from error
    if "iat" not in token:  # it could not be revoked by time
        raise InvalidToken("The token does not say when it was made.")
    return token


def login_of(token: Any, *, at: datetime) -> Login:
    """The login that a token of ours came from, with its person, in one query; InvalidToken where it has ended."""
    if not isinstance(token, Token):
        raise InvalidToken("The token is of another house.")
    try:
        sid, person = (uuid.UUID(token[claim]) for claim in ("sid", "user_id"))
    except (KeyError, AttributeError, *ODD_CLAIM) as error:
        raise InvalidToken("The token names no login.") from error
    open_ones = Login.objects.filter(ended_at=None, expires_at__gt=at, user__is_active=True)
    login = open_ones.select_related("user").filter(public_id=sid, user__public_id=person).first()
    if login is None:
        raise InvalidToken("The login has ended.")
    if must_register(login.user):
        raise InvalidToken("Register your second factor in the portal first.")
    return login


def pair_of(login: Login, *, at: datetime) -> tuple[str, str]:
    """Access and refresh token of a login: user_id (public), role, sid, typ, iat, exp, jti, iss and aud."""
    access, refresh = AccessToken(), RefreshToken()
    access.set_exp(from_time=at)
    refresh["exp"], refresh["jti"] = int(login.expires_at.timestamp()), login.token_id
    for token in cast(tuple[Token, Token], (access, refresh)):
        token.set_iat(at_time=at)
        token["user_id"] = str(login.user.public_id)
        token["role"] = login.user.role
        token["sid"] = str(login.public_id)
    return str(access), str(refresh)
