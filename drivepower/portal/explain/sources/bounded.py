"""Rows up to a number, and a word where there were more; rows by what they belong to."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

Row = TypeVar("Row")


def bounded(rows: Iterable[Row], *, most: int, name: str, left: set[str]) -> list[Row]:
    """The first `most` of sliced rows (which were asked for one more); where there is one more, `left` says so."""
    found = list(islice(rows, most + 1))
    if len(found) > most:
        left.add(name)
    return found[:most]


def grouped(rows: Iterable[Row], key: Callable[[Row], int]) -> dict[int, list[Row]]:
    """The rows of each key, in their order."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for one in rows:
        found[key(one)].append(one)
    return dict(found)
