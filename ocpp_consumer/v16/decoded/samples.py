"""What a frame has measured, each sample by its own time: a station that was away tells later what it measured then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from charging import clock, metering
from ocpp_consumer import rpc
from ocpp_consumer.v16.decoded import transactions
from ocpp_consumer.v16.decoded.parts import clean, clocked, entries, text

# Where readings stand in a CALL.
LISTS: Mapping[str, str] = {"MeterValues": "meterValue", "StopTransaction": "transactionData"}
# So far a sample's time may be from the time at which it came, and be as good as the same.
NEAR = timedelta(minutes=1)
MOST = 50


@dataclass(frozen=True, slots=True)
class Sampled:
    """One sample in words: when it was taken, what that is from when it came where it is far, and what it says."""

    at: str
    gap: str
    said: str


def of(words: str, *, received_at: datetime, zone: ZoneInfo) -> list[Sampled]:
    """The samples of a CALL, in their order, of very many the first ones; none of what cannot be read. Never raises."""
    frame = rpc.parse(words)
    if not isinstance(frame, rpc.Call) or frame.action not in LISTS:
        return []
    told = entries(frame.payload, LISTS[frame.action])
    found = [sampled(one, received_at=received_at, zone=zone) for one in told[:MOST]]
    more = len(told) - MOST
    return [*found, Sampled("", "", _("%(count)s more samples") % {"count": more})] if more > 0 else found


def sampled(said: Mapping[str, Any], *, received_at: datetime, zone: ZoneInfo) -> Sampled:
    """One of them; where it is not made as it should be, what of it can be read."""
    at = clock.read(said.get("timestamp"))
    values = entries(said, "sampledValue")[: transactions.MOST_VALUES]
    try:
        told = transactions.in_words(metering.parse([{**said, "sampledValue": values}], received_at=received_at))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        told = []
    words = clean(", ".join(filter(None, told)))
    if at is None:
        return Sampled(text(said, "timestamp"), _("no time that can be read"), words)
    return Sampled(clocked(at, zone), gap(at, received_at), words)


def gap(at: datetime, received_at: datetime) -> str:
    """How long before or after its receipt a sample says it was taken; nothing where that is near."""
    if abs(received_at - at) <= NEAR:
        return ""
    early, late = sorted((at, received_at))
    try:
        span = clean(timesince(early, late))
    except (OverflowError, ValueError):  # the calendar's ends
        span = str((late - early).days)
    return (_("%(span)s before it came") if at < received_at else _("%(span)s after it came")) % {"span": span}
