"""What of a month will be booked in the open one: no obstacle, yet worth knowing; higher rooms tell of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from billing.closing.spans import Span, of_month


@dataclass(frozen=True)
class Remainder:
    """Something that is left of a month: a sentence, and the name and query of the list where it is."""

    text: Any
    page: str
    query: str = ""


Teller = Callable[[Span], Iterable[Remainder]]
_tellers: list[Teller] = []


def tell_by(teller: Teller) -> None:
    """Let that say what is left of a month."""
    _tellers.append(teller)


def remainders_of(month: date) -> list[Remainder]:
    """All that is left of it."""
    return [one for teller in _tellers for one in teller(of_month(month))]
