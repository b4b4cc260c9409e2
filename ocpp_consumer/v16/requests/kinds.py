"""What the table of requests is made of."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from stations.models import Command, Station


class Prepared(NamedTuple):
    """A request as its Command keeps it: the payload, what it is for, and the sign of its effect."""

    payload: dict[str, Any]
    subject: str = ""
    awaits: str = ""


class Withheld(Exception):
    """What the request would carry must not go out now; the Command fails with this code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Prepare(Protocol):
    """Writes what mirrors the request, and may amend its payload; called when the payload fits its schema."""

    def __call__(self, *, station: Station, payload: dict[str, Any], asked_by: str, at: datetime) -> Prepared: ...


class Fill(Protocol):
    """The payload as it goes out, made when it is sent: secrets and links never lie in a Command; raises Withheld."""

    def __call__(self, command: Command, *, at: datetime) -> dict[str, Any]: ...


class Hear(Protocol):
    """What an answer changes, in the transaction that records it; an odd answer changes nothing."""

    def __call__(self, command: Command, *, state: Command.State, answer: dict[str, Any], at: datetime) -> None: ...


def nothing(station: Station, payload: Mapping[str, Any]) -> Iterable[str]:
    """No rule beyond the schema."""
    return ()


class Request(NamedTuple):
    """An action that a station may be asked for.

    `check` names the rules that a payload breaks and that a person may break on purpose, `forbid` those that nobody
    may break. Fields in `filled` may be missing at the door, because `fill` puts them in; those in `own` are words of
    ours, which no station is sent. With `needs_secrecy` nothing is sent to a station whose identity is contested.
    """

    check: Callable[[Station, Mapping[str, Any]], Iterable[str]] = nothing
    prepare: Prepare | None = None
    fill: Fill | None = None
    hear: Hear | None = None
    needs_secrecy: bool = False
    forbid: Callable[[Station, Mapping[str, Any]], Iterable[str]] = nothing
    filled: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
