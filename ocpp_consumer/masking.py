"""Secrets are blanked before a frame is stored: keys, passwords, and credentials inside addresses and other texts."""

import json
import re
from typing import Any

BLANK = "***"
SECRET_NAMES = ("authorizationkey", "apikey", "privatekey", "password", "passwd", "secret", "token", "psk", "pwd")
FILLERS = str.maketrans("", "", "_- .")
# JSON inside a string is looked into this deep and this long; beyond, it is a text like any other.
DEEPEST, LONGEST_INSIDE = 3, 65_536
CREDENTIALS = re.compile(r"(://)[^/\s@\"]{1,200}@")
# A link to or for a file is a key of its own (stations.files.links).
LINK = re.compile(r"lnk[0-9a-f]{20,}", re.IGNORECASE)
# What is left to do with a text: blank what is assigned to a telling name and, if it looks like JSON that cannot be
# read, every string after one.
NAME = r"(?:authorization[_ -]?key|api[_ -]?key|private[_ -]?key|passw|secret|token|psk|pwd)"
TELLING = re.compile(rf"({NAME}[^{{}}]{{0,200}}?:\s*\")[^\"]*", re.IGNORECASE)
ASSIGNED = re.compile(rf"({NAME}\w{{0,20}}[\s\\\"']{{0,8}}[:=][\s\\\"']{{0,8}})[^\s\\\"',;&{{}}\[\]]+", re.IGNORECASE)


def mask_text(text: str) -> str:
    """A frame's text with its secrets blanked; a text without any comes back as it was received."""
    return mask_json(text) if is_suspicious(text.lower()) else text


def is_suspicious(folded: str) -> bool:
    """Whether a text in small letters may hold a secret at all; every frame pays for this, hence no loop."""
    return (
        "key" in folded
        or "psk" in folded
        or "pwd" in folded
        or "lnk" in folded
        or "passw" in folded
        or "token" in folded
        or "secret" in folded
        or "://" in folded
        or "\\u00" in folded  # an escaped letter may hide one
    )


def mask_json(text: str, *, depth: int = 0) -> str:
    """JSON with its secrets blanked, written anew only if there were any; what is no JSON is a text like any other."""
    try:
        said = json.loads(text)
        masked = mask(said, depth=depth)
    except (ValueError, RecursionError):
        return mask_words(TELLING.sub(rf"\1{BLANK}", text))
    return text if masked == said else json.dumps(masked, separators=(",", ":"))


def mask(value: Any, *, depth: int = 0) -> Any:
    """The same value (text, list, dict) with its secrets blanked, however they are nested."""
    if isinstance(value, str):
        holds_json = value.lstrip()[:1] in {"{", "["} and len(value) <= LONGEST_INSIDE and depth < DEEPEST
        return mask_json(value, depth=depth + 1) if holds_json else mask_words(value)
    if isinstance(value, list):
        return [mask(item, depth=depth) for item in value]
    if not isinstance(value, dict):
        return value
    # A configuration key and its value are two fields of one object: {"key": "AuthorizationKey", "value": "…"}.
    named = value.get("key")
    hidden = isinstance(named, str) and is_secret(named)
    return {
        name: BLANK if (hidden and name == "value") or is_secret(name) else mask(item, depth=depth)
        for name, item in value.items()
    }


def mask_words(text: str) -> str:
    """A text with what is assigned to a telling name blanked, and credentials inside addresses."""
    return LINK.sub(BLANK, CREDENTIALS.sub(rf"\1{BLANK}@", ASSIGNED.sub(rf"\1{BLANK}", text)))


def is_secret(name: str) -> bool:
    """Whether a field or configuration key of that name holds a secret."""
    folded = name.casefold().translate(FILLERS)
    return any(secret in folded for secret in SECRET_NAMES)
