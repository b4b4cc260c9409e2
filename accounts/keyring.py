"""The public keys of the outside identity provider, fetched when they are needed and kept while they are fresh."""

import threading
import time
from typing import Any

import httpx
import jwt
import structlog

# Keys are read again after so long, so that one that was withdrawn stops counting.
FRESH_SECONDS = 3600
# Without an answer from the provider they count no longer than this.
KEPT_SECONDS = 86_400
# A key that we do not know is asked for at most so often, whatever strangers write into their tokens.
PAUSE_SECONDS = 30
TIMEOUT_SECONDS = 5
MOST_BYTES = 256 * 1024
LEAST_KEY_BITS = 2048

log = structlog.stdlib.get_logger(__name__)


class Keyring:
    """Keys by their name, of one address at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.address = ""
        self.keys: dict[str, Any] = {}
        self.fetched_at = self.asked_at = float("-inf")

    def find(self, *, address: str, kid: Any) -> Any | None:
        """The RSA key of that name; None where the provider has none, or cannot be asked and we have none."""
        if not isinstance(kid, str):
            return None
        with self.lock:
            now = time.monotonic()
            if address != self.address:
                self.address, self.keys = address, {}
                self.fetched_at = self.asked_at = float("-inf")
            stale = now - self.fetched_at > FRESH_SECONDS
            if (stale or kid not in self.keys) and now - self.asked_at > PAUSE_SECONDS:
                self._fetch(now)
            return self.keys.get(kid) if now - self.fetched_at < KEPT_SECONDS else None

    def _fetch(self, now: float) -> None:
        """Read the keys; what cannot be read leaves the ones we have."""
        self.asked_at = now
        try:
            self.keys = _rsa_keys(_read(self.address))
        except (httpx.HTTPError, ValueError) as error:
            log.warning("keys of the identity provider cannot be read", error=repr(error))
            return
        self.fetched_at = now


def _read(address: str) -> Any:
    """A small JSON document, not looked for elsewhere than where it should be."""
    with httpx.stream("GET", address, timeout=TIMEOUT_SECONDS, follow_redirects=False) as answer:
        if answer.status_code != httpx.codes.OK:
            raise ValueError(f"answered {answer.status_code}")
        body = b""
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                raise ValueError("answered too much")
    return httpx.Response(httpx.codes.OK, content=body).json()


def _rsa_keys(document: Any) -> dict[str, Any]:
    """The keys that sign by RS256, by name; ValueError for what is no set of keys."""
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("is no set of keys")
    keys: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("kty") != "RSA" or not isinstance(entry.get("kid"), str):
            continue
        if entry.get("use", "sig") != "sig" or entry.get("alg", "RS256") != "RS256" or "d" in entry:
            continue
        try:
            key = jwt.PyJWK(entry, algorithm="RS256").key
        except jwt.PyJWTError:
            continue
        if key.key_size >= LEAST_KEY_BITS:
            keys[entry["kid"]] = key
    return keys


keyring = Keyring()
