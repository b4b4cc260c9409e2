"""What happened, written once in English and kept with what it is made of, so that any language can say it again."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext

from drivepower.core import clocks
from drivepower.core.texts import storable


class Way(NamedTuple):
    """How texts of ours, numbers and moments are said."""

    text: Callable[[str], str]
    number: Callable[[str], str]
    moment: Callable[[str], str]


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
        return _said(words, READERS) if words else otherwise
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return otherwise


def _made(words: dict[str, Any]) -> Sentence:
    made = Sentence(_said(words, ENGLISH))
    made.words = words
    return made


def _kept(value: Any) -> Any:
    """A value as JSON keeps it, of a kind that is said in the reader's way."""
    if isinstance(value, Sentence):
        return value.words
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return value if isinstance(value, int) else str(value)


def _written(number: str) -> str:
    """A number with the marks of the language in force."""
    return str(number_format(Decimal(number), use_l10n=True))


def _clocked(moment: str) -> str:
    """A moment by the clock in force."""
    return clocks.minute(datetime.fromisoformat(moment))


def _in_utc(moment: str) -> str:
    """A moment as programs and every reader can tell it."""
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


ENGLISH, READERS = Way(str, str, _in_utc), Way(gettext, _written, _clocked)


def _said(value: Any, way: Way) -> str:
    """A value, said that way."""
    if not isinstance(value, Mapping):
        return str(value)
    if "number" in value:
        return way.number(value["number"])
    if "moment" in value:
        return way.moment(value["moment"])
    if "parts" in value:
        return str(value["between"]).join(_said(part, way) for part in value["parts"])
    return way.text(value["text"]) % {name: _said(one, way) for name, one in value["with"].items()}
