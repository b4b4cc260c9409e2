"""What happened, written once in English and kept with what it is made of, so that any language can say it again."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from drivepower.core.texts import storable


class Sentence(str):
    """English, which knows what it is made of: `words`, as JSON keeps it."""

    words: dict[str, Any]


def sentence(text: str, **values: Any) -> Sentence:
    """A sentence of ours with its values: names, numbers, moments, or other sentences (also many)."""
    return _made({"text": text, "with": {name: _kept(value) for name, value in values.items()}})


def joined(parts: Iterable[str], *, between: str = " ") -> Sentence:
    """Several one after the other."""
    return _made({"parts": [_kept(part) for part in parts], "between": between})


def words_of(text: str) -> dict[str, Any]:
    """What a text is made of; nothing where it is only a text."""
    return storable(text.words) if isinstance(text, Sentence) else {}


def say(words: Mapping[str, Any], otherwise: str) -> str:
    """Those words in the language in force; what nobody has kept the words of, or has kept oddly, as it was written."""
    try:
        return _said(words, gettext, _written) if words else otherwise
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return otherwise


def _made(words: dict[str, Any]) -> Sentence:
    made = Sentence(_said(words, str, str))
    made.words = words
    return made


def _kept(value: Any) -> Any:
    """A value as JSON keeps it, of a kind that is said in the reader's way."""
    if isinstance(value, Sentence):
        return value.words
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return value if isinstance(value, int) else str(value)


def _written(number: str) -> str:
    """A number with the marks of the language in force."""
    return str(number_format(Decimal(number), use_l10n=True))


def _said(value: Any, translate: Callable[[str], str], write: Callable[[str], str]) -> str:
    """A value, by what says a text of ours and what writes a number."""
    if not isinstance(value, Mapping):
        return str(value)
    if "number" in value:
        return write(value["number"])
    if "parts" in value:
        return str(value["between"]).join(_said(part, translate, write) for part in value["parts"])
    return translate(value["text"]) % {name: _said(one, translate, write) for name, one in value["with"].items()}
