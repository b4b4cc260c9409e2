"""Whose request it is: our own JWT (HS256 only), made at login and renewed by a refresh token."""

from typing import Any, cast

from django.core.exceptions import ValidationError
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts.models import User

# What decoding raises over a claim of the wrong type, beside the library's own errors.
ODD_CLAIM = (TypeError, ValueError, OverflowError)


class TokenAuthentication(JWTAuthentication):
    """Bearer tokens; the person comes fresh from the table, so a role or a block in the token counts for nothing."""

    def get_validated_token(self, raw_token: bytes) -> Token:
        """The token, if it is one of ours for access: typ, aud, iss, exp, iat and jti are required."""
        try:
            return require_iat(super().get_validated_token(raw_token))
        except ODD_CLAIM as error:
            raise InvalidToken("The token is malformed.") from error

    def get_user(self, validated_token: Token) -> Any:
        """The person of a valid token; 401 for one who is blocked, deleted or never was."""
        try:
            return super().get_user(validated_token)
        except ValidationError as error:
            raise InvalidToken("The token names nobody.") from error


def require_iat(token: Token) -> Token:
    """The same token; a token that does not say when it was made could not be revoked by time."""
    if "iat" not in token:
        raise InvalidToken("The token does not say when it was made.")
    return token


def tokens_of(user: User) -> tuple[AccessToken, RefreshToken]:
    """A fresh pair of tokens with the claims user_id (public), role, typ, iat, exp, jti, iss and aud."""
    refresh = RefreshToken.for_user(user)
    refresh["role"] = user.role
    return refresh.access_token, refresh


def renew(refresh: str) -> AccessToken:
    """An access token for a refresh token; 401 as for any bad token."""
    try:
        token = cast(RefreshToken, require_iat(RefreshToken(cast(Token, refresh))))
    except (TokenError, *ODD_CLAIM) as error:
        raise InvalidToken("The refresh token is not valid.") from error
    user: User = TokenAuthentication().get_user(token)
    access = token.access_token
    access["role"] = user.role
    return access
