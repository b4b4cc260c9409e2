"""Secrets are blanked before a frame is stored: keys, passwords, and credentials inside addresses."""

import json
import re
from typing import Any

BLANK = "***"
# Whether a frame may hold a secret at all, at a price that every frame can pay; an escaped letter may hide one.
SUSPICIOUS = ("authorizationkey", "passw", "secret", "token", "://", "\\u00")
SECRET_NAMES = ("authorizationkey", "password", "passwd", "secret", "token")
CREDENTIALS = re.compile(r"(://)[^/\s@\"]{1,200}@")
# What is left to do with a text that is no JSON: blank every string after a telling one.
TELLING = re.compile(r"((?:authorizationkey|passw\w{0,10}|secret|token)[^{}]{0,200}?:\s*\")[^\"]*", re.IGNORECASE)


def mask_text(text: str) -> str:
    """A frame's text with its secrets blanked; a text without any comes back as it was received."""
    folded = text.lower()
    if not any(sign in folded for sign in SUSPICIOUS):
        return text
    try:
        said = json.loads(text)
        masked = mask(said)
    except (ValueError, RecursionError):
        return CREDENTIALS.sub(rf"\1{BLANK}@", TELLING.sub(rf"\1{BLANK}", text))
    return text if masked == said else json.dumps(masked, separators=(",", ":"))


def mask(value: Any) -> Any:
    """The same value (text, list, dict) with its secrets blanked, however they are nested."""
    if isinstance(value, str):
        return CREDENTIALS.sub(rf"\1{BLANK}@", value)
    if isinstance(value, list):
        return [mask(item) for item in value]
    if not isinstance(value, dict):
        return value
    # A configuration key and its value are two fields of one object: {"key": "AuthorizationKey", "value": "…"}.
    named = value.get("key")
    hidden = isinstance(named, str) and is_secret(named)
    return {
        name: BLANK if (hidden and name == "value") or is_secret(name) else mask(item) for name, item in value.items()
    }


def is_secret(name: str) -> bool:
    """Whether a field or configuration key of that name holds a secret."""
    folded = name.casefold()
    return any(secret in folded for secret in SECRET_NAMES)
