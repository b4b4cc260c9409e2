"""Station keys: random 20 bytes, kept as HMAC; a password hasher would let a reconnect storm stop the server."""

import hashlib
import hmac
import secrets

from django.conf import settings


def new_key() -> str:
    """A new key: 20 random bytes as 40 hex digits (OCPP security whitepaper, AuthorizationKey)."""
    return secrets.token_hex(20)


def hash_key(key: bytes) -> str:
    """HMAC-SHA256 of a key as the station presents it, in hex; compare with `hmac.compare_digest`."""
    return hmac.new(settings.OCPP_KEY_PEPPER.encode(), key, hashlib.sha256).hexdigest()
