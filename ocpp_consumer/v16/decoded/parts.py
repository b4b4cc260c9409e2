"""Of what decoded lines are made: words, numbers, times and names out of payloads that anybody may have written."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from charging import clock
from drivepower.core.clocks import told_apart
from ocpp_consumer.v16.words import whole, word

Payload = Mapping[str, Any]
Said = Callable[[dict[str, Any], ZoneInfo], list[str]]

LONGEST, LONGEST_WORD = 300, 80
# So many fields are named of what nobody here knows.
MOST_NAMED = 6
# What would move, hide or turn round the letters beside it.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def clean(text: str, longest: int = LONGEST) -> str:
    """A text that stands in a line: cut, and without letters that are not seen."""
    cut = text[: longest + 1]
    seen = "".join(" " if unicodedata.category(letter) in UNSEEN else letter for letter in cut)
    return " ".join(seen[:longest].split()) + ("…" if len(cut) > longest else "")


def joined(name: str, rest: str) -> str:
    """What it is, and what is said of it."""
    return f"{name}: {rest}" if rest else name


def text(payload: Payload, name: str, longest: int = LONGEST_WORD) -> str:
    """A text field, to be read; nothing where there is none."""
    return clean(word(dict(payload), name), longest)


def texts(payload: Payload, *names: str) -> list[str]:
    """Several of them, those that are there."""
    return [found for name in names if (found := text(payload, name))]


def entry(payload: Payload, name: str) -> dict[str, Any]:
    """An object inside; an empty one where there is none."""
    value = payload.get(name)
    return value if isinstance(value, dict) else {}


def entries(payload: Payload, name: str) -> list[dict[str, Any]]:
    """The objects of a list inside."""
    value = payload.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def connector(payload: Payload) -> str:
    """Which connector; 0 is the whole station."""
    number = whole(dict(payload), "connectorId")
    if number is None:
        return ""
    return _("connector %(number)s") % {"number": number} if number else _("the whole station")


def transaction(payload: Payload) -> str:
    """Which transaction."""
    number = text(payload, "transactionId")
    return _("transaction %(number)s") % {"number": number} if number else ""


def tag(payload: Payload) -> str:
    """Whose card or app."""
    found = text(payload, "idTag")
    return _("tag %(tag)s") % {"tag": found} if found else ""


def energy(watt_hours: Decimal | int | None) -> str:
    """Energy in kWh."""
    return "" if watt_hours is None else f"{figure(Decimal(watt_hours) / 1000, 2)} kWh"


def figure(value: Decimal, places: int) -> str:
    """A number without empty places."""
    rounded = round(value, places)
    return str(number_format(f"{rounded:f}".rstrip("0").rstrip(".") if places else f"{rounded:f}"))


def seconds(payload: Payload, name: str) -> str:
    """A span."""
    found = whole(dict(payload), name)
    return "" if found is None else _("%(count)s s") % {"count": found}


def moment(payload: Payload, name: str, zone: ZoneInfo) -> str:
    """A time by the clock of the place; as it was written where it is none."""
    at = clock.read(payload.get(name))
    return text(payload, name) if at is None else clocked(at, zone)


def clocked(at: datetime, zone: ZoneInfo) -> str:
    """Day and time to the second; beyond the calendar's ends as it is."""
    try:
        local = at.astimezone(zone)
        return f"{date_format(local, 'j M Y H:i:s')}{told_apart(local)}"
    except (OverflowError, ValueError):
        return at.isoformat()


def labelled(payload: Payload, **names: str) -> list[str]:
    """Fields with a word before each: `labelled(said, retries=_("tries"))`."""
    return [f"{label} {found}" for name, label in names.items() if (found := text(payload, name))]


def named(payload: Payload, zone: ZoneInfo) -> list[str]:
    """The first fields of any payload as they are."""
    return [*fields(payload)][:MOST_NAMED]


def fields(payload: Payload) -> Iterator[str]:
    """Each field with its value, or how much is inside it."""
    for name, value in payload.items():
        said = text(payload, name) or (f"[{len(value)}]" if isinstance(value, (list, dict)) else str(value)[:20])
        yield f"{clean(str(name), LONGEST_WORD)} {said}".strip()


def status(payload: Payload, zone: ZoneInfo) -> list[str]:
    """What most answers are: a verdict."""
    return texts(payload, "status")


def nothing(payload: Payload, zone: ZoneInfo) -> list[str]:
    """Where the name says it all."""
    return []
