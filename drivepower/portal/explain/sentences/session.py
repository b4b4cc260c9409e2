"""A session's own life in sentences: asked for, started, near its limit, stopped, ended, refused."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from billing.wording import clean, money
from charging import review
from charging.models import Session
from charging.stop_words import cause_of, end_of
from drivepower.portal.explain.clocks import TICK
from drivepower.portal.explain.facts import REMOTE, Story
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.sentences import words
from drivepower.portal.explain.sentences.clauses import energy, span
from drivepower.portal.explain.shapes import ACT, BAD, BUSY, COMMAND, FRAME, GOOD, Moment

# What comes later than this after it happened was kept by the station.
LATE = timedelta(seconds=60)


def moments(story: Story, reader: Reader) -> Iterator[Moment]:
    """All of them, from the columns of the session alone: frames may be gone by now."""
    session = story.session
    if session.requested_at:
        yield Moment(at=session.requested_at, kind=ACT, text=asked(story, reader), is_key=True)
    if session.started_at:
        yield started(story, reader)
    if session.warned_at:
        yield Moment(at=session.warned_at, kind=ACT, text=_("Four fifths of its limit were used up."))
    if session.stop_asked_at and session.stop_cause:
        cause = "no_hold" if story.has_no_hold and session.stop_cause == "reserve" else session.stop_cause
        text = _("We asked the station to stop, because %(why)s.") % {"why": cause_of(cause)}
        yield Moment(at=session.stop_asked_at, kind=COMMAND, text=text, is_key=True)
    if session.stopped_at:
        yield ended(story, reader)
        came = session.stop_received_at
        if came and came - session.stopped_at > LATE:
            text = _("Only now the station told of the end.")
            yield Moment(at=came, kind=FRAME, text=text, tone=BUSY, is_key=story.was_amended)
    if session.failure:
        at = story.failed_at or session.created_at
        text = failed(session)
        yield Moment(at=at, kind=ACT, text=text, tone=BAD, is_key=True, place=at + TICK)  # after the answer it is for


def asked(story: Story, reader: Reader) -> str:
    """Who asked for a charge, where, and up to which limit."""
    session = story.session
    command = story.command("start_charging")
    by = command.asked_by if command else f"driver:{session.driver.public_id if session.driver else ''}"
    name = getattr(command, "by", None) if command else str(session.driver) if session.driver else None
    if command is None and session.asked_by == Session.AskedBy.OPERATOR:
        by, name = "staff:", None
    facts = {"who": reader.name_of(by, name), "number": session.connector.number, "limit": limit(story)}
    if session.asked_by == Session.AskedBy.OPERATOR or by.startswith("staff:"):
        return _("From the office, %(who)s asked for a charge at connector %(number)s%(limit)s.") % facts
    return _("In the app, %(who)s asked for a charge at connector %(number)s%(limit)s.") % facts


def limit(story: Story) -> str:
    """The limit that was asked for, as the end of a sentence; a fleet card may set it too."""
    session, currency = story.session, story.terms.currency if story.terms else settings.DEFAULT_CURRENCY
    match session.limit_kind:
        case Session.Limit.ENERGY if session.limit_energy_wh is not None:
            return _(", up to %(limit)s") % {"limit": energy(session.limit_energy_wh)}
        case Session.Limit.AMOUNT if session.limit_amount is not None:
            return _(", up to %(limit)s") % {"limit": money(session.limit_amount, currency).strip()}
        case Session.Limit.SOC:
            return _(", up to %(limit)s") % {"limit": f"{session.limit_soc} %"}
        case Session.Limit.TIME if session.limit_seconds is not None:
            return _(", for %(limit)s") % {"limit": span(timedelta(seconds=session.limit_seconds))}
    return ""


def started(story: Story, reader: Reader) -> Moment:
    """The station's Start, what we answered, and how late it came."""
    session = story.session
    assert session.started_at is not None  # noqa: S101  # the caller has looked
    tag = clean(session.tag) if reader.knows and session.tag and session.requested_at is None else ""
    facts = {
        "number": session.connector.number,
        "tag": _(" with card %(tag)s") % {"tag": tag} if tag else "",
        "meter": energy(session.meter_start_wh),
    }
    text = _("The charge began at connector %(number)s%(tag)s; the meter stood at %(meter)s.")
    if review.ONLY_STOP in session.findings:
        text = _("By what came with its end, it began at connector %(number)s%(tag)s; the meter stood at %(meter)s.")
    text %= facts
    if story.given_up:
        text += " " + _("It had been given up before.")
    status = session.start_status or "Accepted"
    if status != "Accepted" and story.given_up:
        text += " " + _("We refused it.")
    elif status == "Blocked" and story.has_no_hold:
        text += " " + _("We refused it: the wallet lacked the money that has to be held.")
    elif status != "Accepted":
        text += " " + _("We answered %(status)s: %(why)s.") % {"status": status, "why": words.said(words.TAGS, status)}
    came = session.start_received_at
    detail = ""
    if came and came - session.started_at > LATE:
        late = {"at": reader.clock(came, beside=session.started_at), "span": span(came - session.started_at)}
        detail = _("The station told it %(span)s later, at %(at)s.") % late
    tone = GOOD if status == "Accepted" else BAD
    place = story.start_place
    return Moment(at=session.started_at, kind=FRAME, text=text, detail=detail, tone=tone, is_key=True, place=place)


def under_way(session: Session, reader: Reader, at: datetime) -> str:
    """That it had begun before the time that is told."""
    began = reader.clock(session.started_at, beside=at) if session.started_at else "?"
    facts = {"number": session.connector.number, "time": began}
    return _("It had been charging at connector %(number)s since %(time)s.") % facts


def ended(story: Story, reader: Reader) -> Moment:
    """The station's Stop, or that it never came."""
    session = story.session
    assert session.stopped_at is not None  # noqa: S101  # the caller has looked
    place = story.end_place
    facts = {
        "why": why_ended(story),
        "meter": energy(session.meter_stop_wh),
        "energy": energy(session.billed_energy_wh if (read := read_wh(session)) is None else read),
    }
    if session.inferred and review.GUESSED in session.findings:
        text = _(
            "An end came that names no charge of ours: %(why)s. "
            "The meter stood at %(meter)s; if it is this one's, it took %(energy)s."
        )
        text = text % facts + set_by_hand(session)
        return Moment(at=session.stopped_at, kind=FRAME, text=text, tone=BUSY, is_key=True, place=place)
    if session.inferred:
        text = _("The charge ended, as far as can be seen: %(why)s. By the last reading it took %(energy)s.") % facts
        text += set_by_hand(session)
        return Moment(at=session.stopped_at, kind=FRAME, text=text, tone=BUSY, is_key=True, place=place)
    text = _("The charge ended: %(why)s. The meter stood at %(meter)s, so it took %(energy)s.") % facts
    text += set_by_hand(session)
    came, detail = session.stop_received_at, ""
    if came and came - session.stopped_at > LATE:
        late = {"at": reader.clock(came, beside=session.stopped_at), "span": span(came - session.stopped_at)}
        detail = _("The station told it %(span)s later, at %(at)s.") % late
    return Moment(at=session.stopped_at, kind=FRAME, text=text, detail=detail, is_key=True, place=place)


def read_wh(session: Session) -> int | None:
    """The energy by the meter in Wh; None where one of its two ends is not known."""
    if session.meter_start_wh is None or session.meter_stop_wh is None:
        return None
    return max(0, session.meter_stop_wh - session.meter_start_wh)


def set_by_hand(session: Session) -> str:
    """That another energy than the meter's is billed, which only a person can have set."""
    read, billed = read_wh(session), session.billed_energy_wh
    if read is None or billed is None or read == billed:
        return ""
    return " " + _("A person has set it to %(energy)s, which is billed.") % {"energy": energy(billed)}


def why_ended(story: Story) -> str:
    """The station's reason; "told to stop" is as far as it says where nobody of ours is known to have asked."""
    is_ours = story.session.stop_reason == REMOTE and story.was_told_to_stop
    return words.reason(REMOTE) if is_ours else end_of(story.session)


def failed(session: Session) -> str:
    """Why no charge came of it, in short; the likely cause says more."""
    text = _(session.failure_text) if session.failure_text else clean(session.failure)
    return gave_up(session.failure) or _("The start was refused: %(why)s") % {"why": clean(text)}


def gave_up(code: str) -> str:
    """How a start came to nothing that we had not refused; empty for any other code."""
    short = {
        "start_timeout": _("Nothing began in time: the start was given up."),
        "start_rejected": _("The start failed, because the station refused it."),
        "start_unanswered": _("The start failed, because the station did not answer."),
        "connector_taken": _("The start failed, because somebody else began to charge there."),
        "start_cancelled": _("The start was cancelled before it began."),
    }
    return short.get(code, "")
