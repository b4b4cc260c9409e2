"""Statuses and connections in sentences: what connectors said of themselves, and when the station was away."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.wording import clean
from charging import clock
from drivepower.portal.explain.clocks import place_of
from drivepower.portal.explain.facts import Said
from drivepower.portal.explain.sentences import words
from drivepower.portal.explain.sentences.clauses import span
from drivepower.portal.explain.shapes import BAD, BUSY, CONNECTION, GOOD, OFF, STATUS, Moment
from ocpp_consumer.v16.words import connector_number
from stations.makers_codes import Makers
from stations.models import ConnectionSpan, StatusSpan

# A StatusNotification is of a span that began so near to it.
NEAR = timedelta(minutes=2)
# So much of a maker's words is read.
LONGEST = 120
TONES = {"Available": GOOD, "Charging": "charging", "Faulted": BAD, "Unavailable": OFF}
ENDS: dict[str, object] = {
    ConnectionSpan.Reason.CLOSED: gettext_lazy("it was closed"),
    ConnectionSpan.Reason.REPLACED: gettext_lazy("a newer one took its place"),
    ConnectionSpan.Reason.GATEWAY_DIED: gettext_lazy("our own server process ended"),
}
Window = tuple[datetime, datetime]
NOBODY_KNOWS = Makers()


def moments(
    spans: Sequence[StatusSpan], frames: Sequence[Said], window: Window, makers: Makers = NOBODY_KNOWS
) -> Iterator[Moment]:
    """What connectors said of themselves in that time; what held before it is not told again."""
    came = receipts(frames)
    for one in spans:
        if not window[0] <= one.since <= window[1]:
            continue
        detail = maker_of(one, frames, makers)
        is_key = one.status in words.WORTHY or bool(error_of(one))
        yield Moment(
            at=one.since,
            kind=STATUS,
            text=said(one),
            detail=detail,
            tone=TONES.get(one.status, BUSY),
            is_key=is_key,
            place=place_of(one.since, came=came.get((one.number, one.status, one.since))),
        )


def receipts(frames: Sequence[Said]) -> dict[tuple[int | None, str, datetime], datetime]:
    """When each status was told first, by connector, status and the time that the station gave it."""
    found: dict[tuple[int | None, str, datetime], datetime] = {}
    for frame in frames:
        said = frame.payload
        if frame.action == "StatusNotification" and (at := clock.read(said.get("timestamp"))):
            found.setdefault((connector_number(said), str(said.get("status")), at), frame.at)
    return found


def said(one: StatusSpan) -> str:
    """One status, with its error in words."""
    facts = {"number": one.number, "status": words.said(words.STATUSES, one.status), "error": error_of(one)}
    if facts["error"]:
        if not one.number:
            return _("The station %(status)s: %(error)s.") % facts
        return _("Connector %(number)s %(status)s: %(error)s.") % facts
    if not one.number:
        return _("The station %(status)s.") % facts
    return _("Connector %(number)s %(status)s.") % facts


def error_of(one: StatusSpan) -> str:
    """What it says is wrong, in words."""
    return words.said(words.ERRORS, one.error_code) if one.error_code not in ("", words.NO_ERROR) else ""


def maker_of(one: StatusSpan, frames: Sequence[Said], makers: Makers) -> str:
    """The maker's own code and words, from the frame that told it, and what they mean if anybody knows."""
    told = heard_with(one, frames)
    facts = {"words": ", ".join(filter(None, told))}
    if meaning := makers.meaning(*told):
        text = _("The maker's own words: %(words)s. That means: %(meaning)s.")
        return text % {**facts, "meaning": meaning.text}
    return _("The maker's own words: %(words)s.") % facts if any(told) else ""


def heard_with(one: StatusSpan, frames: Sequence[Said]) -> tuple[str, str]:
    """The maker's code and words, from the frame that told it; empty where there are none."""
    for frame in frames:
        said = frame.payload
        if frame.action != "StatusNotification" or str(said.get("status")) != one.status:
            continue
        times = [frame.at, *filter(None, [clock.read(said.get("timestamp"))])]
        if connector_number(said) != one.number or min(abs(at - one.since) for at in times) > NEAR:
            continue
        if any(told := words_in(frame)):
            return told
    return "", ""


def words_in(frame: Said) -> tuple[str, str]:
    """The maker's code and words of a status, on one line each."""
    code, info = (clean(str(frame.payload.get(name) or ""))[:LONGEST] for name in ("vendorErrorCode", "info"))
    return code, info


def connections(spans: Sequence[ConnectionSpan], window: Window) -> Iterator[Moment]:
    """When the station went away, and when it came back."""
    known = sorted(spans, key=lambda one: one.epoch)
    following: Mapping[int, ConnectionSpan] = {one.pk: after for one, after in itertools.pairwise(known)}
    for one in known:
        after = following.get(one.pk)
        if one.until and window[0] <= one.until <= window[1] and not (after and after.since <= one.until):
            yield Moment(at=one.until, kind=CONNECTION, text=lost(one), tone=BAD, is_key=True)
        if window[0] <= one.since <= window[1]:
            before = next((two for two in known if following.get(two.pk) is one), None)
            yield Moment(at=one.since, kind=CONNECTION, text=back(one, before), tone=GOOD, is_key=bool(before))


def lost(one: ConnectionSpan) -> str:
    """How a connection ended."""
    facts = {"why": str(ENDS.get(one.reason, _("nobody knows why"))), "code": ""}
    if one.close_code:
        facts["code"] = f" ({one.close_code})"
    return _("The connection to the station ended: %(why)s%(code)s.") % facts


def back(one: ConnectionSpan, before: ConnectionSpan | None) -> str:
    """How a connection began, and how long there was none."""
    if before is None or before.until is None:
        return _("The station connected.")
    if before.until >= one.since:
        return _("The station opened a new connection while the old one still stood; the new one counts.")
    return _("The station came back after %(span)s.") % {"span": span(one.since - before.until)}
