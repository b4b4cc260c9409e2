"""Texts of ours that rows keep in English alone, said again in the reader's language."""

import re
from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext

VALUE = re.compile(r"%\((\w+)\)s")


def retell(text: str, known: Iterable[str], *, between: str = "") -> str:
    """A text made of one of the known sentences, or of several with that between them; any other as it is."""
    parts = text.split(between) if between else [text]
    return between.join(_part(part, known) for part in parts)


def _part(text: str, known: Iterable[str]) -> str:
    for sentence in known:
        if found := _shape(sentence).fullmatch(text):
            return gettext(sentence) % found.groupdict()
    return text


@cache
def _shape(sentence: str) -> re.Pattern[str]:
    """What a sentence looks like, whatever its values are."""
    names = iter(VALUE.findall(sentence))
    pieces = (re.escape(piece) for piece in VALUE.sub("\0", sentence).split("\0"))
    shape = next(pieces)
    return re.compile(shape + "".join(f"(?P<{next(names)}>.*){piece}" for piece in pieces), re.DOTALL)
