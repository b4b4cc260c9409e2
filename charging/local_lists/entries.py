"""Lists and what is sent to change them, as plain data: {tag: {status, expires_at?, parent?}}, tags without case."""

from collections.abc import Mapping
from typing import Any, NamedTuple

Entry = Mapping[str, Any]
Entries = dict[str, Any]
# A list has no version 0 (empty) and none below it (OCPP 1.6, 5.10); int32 ends here.
FIRST_VERSION, LAST_VERSION = 1, 2**31 - 1


class Portion(NamedTuple):
    """One message: a full one begins the list anew, another changes it; a tag with None is taken out."""

    version: int
    is_full: bool
    entries: Entries


def difference(old: Entries, new: Entries) -> Entries:
    """What turns the old list into the new one; who goes comes first, so that a full list has room."""
    kept = {tag.casefold() for tag in new}
    had = {tag.casefold(): (tag, entry) for tag, entry in old.items()}
    gone: Entries = {tag: None for tag in old if tag.casefold() not in kept}
    return gone | {tag: entry for tag, entry in new.items() if had.get(tag.casefold()) != (tag, entry)}


def applied(old: Entries, portion: Portion) -> Entries:
    """The list after a station has accepted a portion."""
    changed = {tag.casefold() for tag in portion.entries}
    kept = {} if portion.is_full else {tag: entry for tag, entry in old.items() if tag.casefold() not in changed}
    return kept | {tag: entry for tag, entry in portion.entries.items() if entry is not None}


def next_portion(
    *, old: Entries, new: Entries, version: int, is_full_needed: bool, most_at_once: int
) -> Portion | None:
    """The next message on the way from the old list to the new one; None if there is nothing to say.

    Where the changes take more messages than the new list, it is sent anew; what does not fit into one follows.
    """
    changes = difference(old, new)
    is_full = is_full_needed or version >= LAST_VERSION or messages(changes, most_at_once) > messages(new, most_at_once)
    if not is_full and not changes:
        return None
    said = new if is_full else changes
    return Portion(next_version(version), is_full, dict(list(said.items())[:most_at_once]))


def messages(entries: Entries, most_at_once: int) -> int:
    """How many it takes to say this; an empty list is said too."""
    return max(1, -(-len(entries) // most_at_once))


def next_version(version: int) -> int:
    """One more; after the last the first again."""
    return version + 1 if FIRST_VERSION <= version < LAST_VERSION else FIRST_VERSION
