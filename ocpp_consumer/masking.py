"""Secrets are blanked before a frame is stored: keys, passwords, and credentials inside addresses and other texts."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

BLANK = "***"
SECRET_NAMES = (
    "authorizationkey",
    "apikey",
    "privatekey",
    "password",
    "passwd",
    "secret",
    "token",
    "psk",
    "pwd",
    "accesscode",
    "passcode",
    "pincode",
    "passphrase",
    "wifipass",
    "apnpass",
    "userpass",
    "apnpin",
    "simpin",
)
# Short ones tell only as a word of their own: WifiPass and apn_pin, not Bypass, passed or Pinned.
SECRET_WORDS = frozenset({"pass", "pin", "puk"})
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
FILLERS = str.maketrans("", "", "_- .")
# JSON inside a string is looked into this deep and this long; beyond, it is a text like any other.
DEEPEST, LONGEST_INSIDE = 3, 65_536
# All of these read a text in small letters, and each of its letters a few times at most, whatever the text is: nothing
# that is repeated can be told apart in two ways, so none of it is given back (`+` after a count).
CREDENTIALS = re.compile(r"://(?P<secret>[^/\s@\"]{1,200}+)@")
# A link to or for a file is a key of its own (stations.files.links).
LINK = re.compile(r"(?P<secret>lnk[0-9a-f]{20,}+)")
# What is left to do with a text: blank what is assigned to a telling name and, if it looks like JSON that cannot be
# read, every string after one.
NAME = (
    r"(?:authorization[_ -]?key|api[_ -]?key|private[_ -]?key|passw|secret|token|psk|pwd"
    r"|access[_ -]?code|pass(?:phrase|code)|(?:(?<![a-z])|wifi|apn|user|sim)(?:pass|pin(?:[_ -]?code)?|puk)(?![a-z]))"
)
ASSIGNED = re.compile(rf"{NAME}\w{{0,20}}+[\s\\\"']{{0,8}}+[:=][\s\\\"']{{0,8}}+(?P<secret>[^\s\\\"',;&{{}}\[\]]++)")
TELLING = re.compile(rf"{NAME}|[{{}}]++|:\s*+\"")
# So far behind its name a string may begin.
FAR = 200


def mask_text(text: str) -> str:
    """A frame's text with its secrets blanked; a text without any comes back as it was received."""
    return mask_json(text) if is_suspicious(text.lower()) else text


def is_suspicious(folded: str) -> bool:
    """Whether a text in small letters may hold a secret at all; every frame pays for this, hence no loop."""
    return (
        # One letter is found, or not, many times faster than a word.
        ("k" in folded and ("key" in folded or "psk" in folded or "lnk" in folded or "token" in folded))
        or "pwd" in folded
        or "pass" in folded
        or "pin" in folded
        or "puk" in folded
        or "access" in folded
        or "secret" in folded
        or ("/" in folded and "://" in folded)
        or ("\\" in folded and "\\u00" in folded)  # an escaped letter may hide one
    )


def mask_json(text: str, *, depth: int = 0) -> str:
    """JSON with its secrets blanked, written anew only if there were any; what is no JSON is a text like any other."""
    try:
        said = json.loads(text)
        masked = mask(said, depth=depth)
    except (ValueError, RecursionError):
        return mask_words(blank(text, told(fold(text))))
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
    if not is_suspicious(fold(text)):
        return text
    for pattern in (ASSIGNED, CREDENTIALS, LINK):
        text = blank(text, (found.span("secret") for found in pattern.finditer(fold(text))))
    return text


def told(folded: str) -> Iterator[tuple[int, int]]:
    """Where the strings are that come after a telling name and a colon, in what is no JSON; found in one go."""
    at, reach = 0, -1
    while found := TELLING.search(folded, at):
        at, last = found.end(), found[0][-1]
        if last in "{}":
            reach = -1
        elif last != '"':
            reach = at + FAR
        elif found.start() <= reach:
            end = folded.find('"', at)
            yield at, end if end >= 0 else len(folded)
            at, reach = end if end >= 0 else len(folded), -1


def blank(text: str, secrets: Iterable[tuple[int, int]]) -> str:
    """The text with these parts of it blanked."""
    kept, at = [], 0
    for start, end in secrets:
        kept += [text[at:start], BLANK]
        at = end
    return "".join([*kept, text[at:]])


def fold(text: str) -> str:
    """The same text in small letters, each where it was: only the dotted capital I would become two."""
    return text.replace("\u0130", "i").lower()


def is_secret(name: str) -> bool:
    """Whether a field or configuration key of that name holds a secret."""
    folded = name.casefold().translate(FILLERS)
    if any(secret in folded for secret in SECRET_NAMES):
        return True
    return any(word.lower() in SECRET_WORDS for word in WORD.findall(name))


def holds_secrets(payload: Any) -> bool:
    """Whether anything in it would be blanked."""
    return bool(mask(payload) != payload)
