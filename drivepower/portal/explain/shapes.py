"""What an explanation is made of: moments on one axis, a likely cause, and what one may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FRAME, COMMAND, STATUS, METER, PRICE, HOLD = "frame", "command", "status", "meter", "price", "hold"
TRANSFER, NOTIFICATION, ACT, ALERT, CONNECTION = "transfer", "notification", "act", "alert", "connection"
# In the order in which the page offers them.
KINDS: "dict[str, _StrPromise]" = {
    FRAME: _("Station's messages"),
    COMMAND: _("Commands"),
    STATUS: _("Statuses"),
    METER: _("Meter"),
    CONNECTION: _("Connection"),
    PRICE: _("Prices"),
    HOLD: _("Holds"),
    TRANSFER: _("Payments"),
    NOTIFICATION: _("Notifications"),
    ACT: _("What people did"),
    ALERT: _("Alerts and reports"),
}
MONEY = (PRICE, HOLD, TRANSFER)
CHARGE = "charge"
# What there may be too much of to show.
BOUNDED: "dict[str, _StrPromise]" = KINDS | {CHARGE: _("Charges")}
# How good a thing is; a mark and a word tell it beside the colour.
GOOD, BUSY, BAD, OFF, PLAIN = "good", "doubtful", "bad", "off", ""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One thing that happened, as a plain sentence; `is_key` is what a person in a hurry has to know.

    It stands on the axis at `place`, where that is not `at`: what a station's clock says, where we heard of it.
    """

    at: datetime
    kind: str
    text: str
    detail: str = ""
    link: str = ""
    tone: str = PLAIN
    is_key: bool = False
    place: datetime | None = None


@dataclass(frozen=True)
class Step:
    """What to do; `to` names a page or dialog (see `ways`), which the page links where the reader may open it."""

    text: str
    to: str = ""
    link: str = ""
    opens: str = ""


@dataclass(frozen=True)
class Cause:
    """A likely cause by its rule's name: what happened, what support can tell the driver, and what to do."""

    name: str
    text: str
    tell: str = ""
    steps: tuple[Step, ...] = ()
    tone: str = PLAIN


class Fact(NamedTuple):
    """One thing on the stripe: its name, what it is, how good that is, and more."""

    name: Any
    value: Any
    tone: str = ""
    note: Any = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Bill:
    """Why it cost that: lines in words, where the price came from, and how receipts and transfers add up to it."""

    total: str
    source: Sequence[str]
    lines: Sequence[str]
    moves: Sequence[tuple[str, str]]
    is_final: bool


class Chart(NamedTuple):
    """Where the readings of a charge are, and of which, where there are several; of one that is over they are final."""

    address: str
    is_over: bool
    name: str = ""


class Charge(NamedTuple):
    """A charge in a station's time, in words: what it is called, its page, and what came of it."""

    name: str
    link: str
    connector: str
    began: str
    ended: str
    energy: str
    cost: str
    state: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Everything of one page; `left_off` is what was too much to show, `charges` are those of a station's time.

    `clock_changes` tells how the place's clock was changed in that time, if it was.
    """

    title: str
    clock: ZoneInfo
    zone: str
    clock_changes: Sequence[str] = ()
    head: Sequence[Fact]
    moments: Sequence[Moment]
    cause: Cause | None
    also: Sequence[Cause] = ()
    steps: Sequence[Step] = ()
    charts: Sequence[Chart] = ()
    charges: Sequence[Charge] = ()
    bill: Bill | None = None
    left_off: Sequence[str] = field(default_factory=tuple)
