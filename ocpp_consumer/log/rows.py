"""Rows of the log as a page shows them: plain words, so that nothing that stations write is ever more than text."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from drivepower.core.clocks import offset
from ocpp_consumer.log.explained import Ways
from ocpp_consumer.log.halves import PATIENCE
from ocpp_consumer.log.pairs import Exchange
from ocpp_consumer.masking import mask_text
from ocpp_consumer.models import Frame
from ocpp_consumer.v16 import decoded
from ocpp_consumer.v16.decoded import samples
from ocpp_consumer.v16.decoded.samples import Sampled

# More of a frame's text than anybody reads is left to its own page.
LONGEST_SHOWN = 20_000
KINDS = {2: "CALL", 3: "CALLRESULT", 4: "CALLERROR"}
WAYS = {"in": "→", "out": "←"}


@dataclass(frozen=True, slots=True)
class Raw:
    """One frame's own words, to be opened."""

    title: str
    text: str
    key: int


@dataclass(frozen=True, slots=True)
class Row:
    """One exchange, or one frame; `tone` is bad, wait or empty, and stands in words in `answer` too."""

    key: str
    day: str
    at: str
    zone: str
    offset: str
    station: str
    station_key: int
    way: str
    way_title: str
    action: str
    said: str
    answer: str
    latency: str
    error: str
    tone: str
    measured: str = ""
    gap: str = ""
    explain: str = ""
    explain_title: str = ""
    samples: list[Sampled] = field(default_factory=list)
    raw: list[Raw] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the live log."""
        return asdict(self)


def of_exchanges(exchanges: Sequence[Exchange], *, now: Any, ways: Ways) -> list[Row]:
    """A conversation, with the ways that its reader may go."""
    with_places([one.first for one in exchanges])
    return [of_exchange(one, now=now, ways=ways) for one in exchanges]


def of_exchange(exchange: Exchange, *, now: Any, ways: Ways) -> Row:
    """An exchange; a CALL that nobody answered says so."""
    first, answer = exchange.first, exchange.answer
    zone = zone_of(first)
    refused = answer is not None and answer.message_type == 4
    waits = exchange.call is not None and answer is None and first.message_type == 2
    is_late = waits and now - first.received_at > PATIENCE
    told = ""
    if exchange.call is None:
        told = _("answers nothing that we know of")
    elif answer is not None:
        told = decoded.line(answer.text, action=first.action, zone=zone)
    elif waits:
        told = _("never answered") if is_late else _("not answered yet")
    errors = [one.error for one in (exchange.call, answer) if one is not None and one.error]
    frames = [one for one in (exchange.call, answer) if one is not None]
    return Row(
        **base_of(first, zone),
        **measured_in(first, zone),
        **explained(frames, ways),
        answer=told,
        latency=in_words(exchange.latency_ms),
        error=decoded.clean(" · ".join(errors)),
        tone="bad" if refused or errors else "wait" if waits else "",
        raw=[Raw(title_of(one, zone), pretty(one.text), one.pk) for one in frames],
    )


def of_frames(frames: Sequence[Frame], *, ways: Ways) -> list[Row]:
    """Frame by frame, with the ways that their reader may go."""
    with_places(frames)
    return [
        Row(
            **base_of(frame, zone_of(frame)),
            **measured_in(frame, zone_of(frame)),
            **explained([frame], ways),
            answer="",
            latency=in_words(frame.latency_ms),
            error=decoded.clean(frame.error),
            tone="bad" if frame.error or frame.message_type == 4 else "",
            raw=[Raw(title_of(frame, zone_of(frame)), pretty(frame.text), frame.pk)],
        )
        for frame in frames
    ]


def base_of(frame: Frame, zone: ZoneInfo) -> dict[str, Any]:
    """What both kinds of rows say."""
    at = frame.received_at.astimezone(zone)
    return {
        "key": str(frame.pk),
        "day": str(date_format(at, "j M Y")),
        "at": f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}",
        "zone": zone.key,
        "offset": offset(at),
        "station": frame.station.code,
        "station_key": frame.station_id,
        "way": WAYS.get(frame.direction, ""),
        "way_title": str(frame.get_direction_display()),
        "action": decoded.clean(frame.action, 60),
        "said": decoded.line(frame.text, action=frame.action, zone=zone),
    }


def measured_in(frame: Frame, zone: ZoneInfo) -> dict[str, Any]:
    """When its samples were taken: from the first to the last one, and how far that is from when they came."""
    found = samples.of(frame.text, received_at=frame.received_at, zone=zone) if frame.action in samples.LISTS else []
    dated = [one.at for one in found if one.at]
    span = " – ".join(dict.fromkeys([dated[0], dated[-1]])) if dated else ""
    gap = next((one.gap for one in found if one.gap), "")
    return {"samples": found, "measured": _("measured %(time)s") % {"time": span} if span else "", "gap": gap}


def explained(frames: list[Frame], ways: Ways) -> dict[str, Any]:
    """Where it is explained."""
    address, title = ways.way(frames)
    return {"explain": address, "explain_title": title}


def with_places(frames: Sequence[Frame]) -> None:
    """Fetch the stations and their places of all of these at once."""
    prefetch_related_objects(list(frames), "station__location")


def zone_of(frame: Frame) -> ZoneInfo:
    """The clock of the place, ours where it has none."""
    place = frame.station.location
    return ZoneInfo(place.time_zone if place else settings.DEFAULT_LOCATION_TIME_ZONE)


def title_of(frame: Frame, zone: ZoneInfo) -> str:
    """What kind of frame it is, and when it came or went, by the clock of its place like the row."""
    kind = KINDS.get(frame.message_type or 0) or _("no OCPP message")
    return f"{kind} · {frame.get_direction_display()} · {frame.received_at.astimezone(zone):%H:%M:%S.%f}"[:-3]


def pretty(text: str) -> str:
    """The raw words with every part on a line of its own, where they are JSON; secrets blanked once more."""
    masked = mask_text(text)
    try:
        spread = json.dumps(orjson.loads(masked), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        spread = masked
    if len(spread) <= LONGEST_SHOWN:
        return spread
    return spread[:LONGEST_SHOWN] + _("… cut: %(length)d characters in all") % {"length": len(spread)}


def in_words(latency_ms: float | None) -> str:
    """A latency in milliseconds, or seconds where it is long."""
    if latency_ms is None:
        return ""
    if latency_ms >= 10_000:
        return _("%(count)s s") % {"count": number_format(latency_ms / 1000, 1)}
    return _("%(count)s ms") % {"count": number_format(latency_ms, 0 if latency_ms >= 100 else 1)}
