"""What a file is called: names come from strangers, and are only ever shown, never places on our disk."""

import re
import unicodedata

CREDENTIALS = re.compile(r"(://)[^/\s@]{1,200}@")
LONGEST = 100
NAMELESS = "file"


def plain(name: str) -> str:
    """The last part of a name or path, without control characters and leading dots; never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    letters = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    return letters.strip().lstrip(".")[:LONGEST].strip() or NAMELESS


def without_credentials(address: str) -> str:
    """An address as it may be shown: who may log in there, and how, is blanked."""
    return CREDENTIALS.sub(r"\1***@", address)
