"""Whose request it is: a bearer token, ours or of the outside identity provider."""

from typing import Any

from django.utils import timezone, translation
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.tokens import AccessToken

from accounts import outside, tokens


class TokenAuthentication(JWTAuthentication):
    """Bearer tokens; the person comes fresh from the table, so a role or a block in the token counts for nothing."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Who asks; a request that names no language is answered in the person's own."""
        found: tuple[Any, Any] | None = super().authenticate(request)
        if found is not None and "HTTP_ACCEPT_LANGUAGE" not in request.META:
            translation.activate(found[0].language)
        return found

    def get_validated_token(self, raw_token: bytes) -> Any:
        """A token of ours, or the claims of an outside one; 401 for any other."""
        if outside.is_theirs(raw_token):
            return outside.read(raw_token)
        return tokens.read(AccessToken, raw_token)

    def get_user(self, validated_token: Any) -> Any:
        """The person of a valid token, in one query; 401 for the blocked, the deleted, and logins that have ended."""
        at = timezone.now()
        if isinstance(validated_token, outside.Claims):
            return outside.person_of(validated_token, at=at)
        return tokens.login_of(validated_token, at=at).user
