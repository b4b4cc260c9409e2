"""How the published schema describes the ways to prove who asks."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class OwnTokens(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it registers itself
    """Tokens of a login, or of the outside identity provider where one is set."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Bearer tokens."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class Signatures(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it registers itself
    """Requests that another server signs."""

    target_class = "accounts.signed.SignedAuthentication"
    name = ["client", "timestamp", "signature"]

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[Any]]:
        """All three headers together."""
        return {name: [] for name in self.name}

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        """The headers, and what is signed."""
        told = {
            "X-Client-Id": "Which server asks.",
            "X-Client-Timestamp": "When, in milliseconds since 1970; within five minutes of our clock.",
            "X-Client-Signature": "hex HMAC-SHA256 of `{id}.{timestamp}.{METHOD}.{path with its query}.{hex SHA-256 "
            "of the body}` by the shared secret, good once; for GET the older `{id}.{timestamp}` too.",
        }
        return [{"type": "apiKey", "in": "header", "name": name, "description": text} for name, text in told.items()]
