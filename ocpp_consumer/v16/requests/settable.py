"""What the configuration keys of the specification hold (S 9); a vendor's own may hold anything."""

from collections.abc import Iterator
from typing import Any

from drivepower.core.sentences import sentence
from stations import standard_keys

WHOLE, BOOLEAN, READ_ONLY = (
    frozenset(name.casefold() for name in names)
    for names in (standard_keys.WHOLE, standard_keys.BOOLEAN, standard_keys.READ_ONLY)
)


def problems(key: str, value: str) -> Iterator[str]:
    """How a value breaks what the specification says of its key."""
    name = key.strip().casefold()
    if not name:
        yield sentence("The key is empty.")
    if name in READ_ONLY:
        yield sentence("%(key)s is read-only by the specification.", key=key)
    if name in WHOLE and whole(value) is None:
        yield sentence("%(key)s is a whole number, 0 or more.", key=key)
    if name in BOOLEAN and value.casefold() not in {"true", "false"}:
        yield sentence("%(key)s is true or false.", key=key)


def whole(value: Any) -> int | None:
    """A whole number, 0 or more; None for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None
