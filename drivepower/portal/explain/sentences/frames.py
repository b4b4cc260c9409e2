"""What the station said, in sentences: cards it asked about, boots, repetitions, errors."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence

from django.utils.translation import gettext as _

from billing.wording import clean
from drivepower.portal.explain.facts import Said
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.sentences import oddities, reported, words
from drivepower.portal.explain.shapes import BAD, BUSY, FRAME, GOOD, Moment

# What stations send in place of an id that they have lost.
NAMELESS = ("-1", "0", "", "None")


def moments(
    frames: Sequence[Said], reader: Reader, session_key: int = 0, wished: Collection[str] = ()
) -> Iterator[Moment]:
    """All that is worth a sentence; Start and Stop of sessions are told by the sessions themselves, once.

    `wished` are the tags that we made for charges that were asked for: nobody has shown such a card.
    """
    seen: dict[tuple[str, str], int] = {}
    heard = [one for one in frames if not one.is_ours]
    times = Counter((one.action, oddities.said(one.error)) for one in heard if one.error)
    for frame in heard:
        if frame.action in ("StartTransaction", "StopTransaction"):
            yield from transaction(frame, reader, seen, session_key, wished)
        elif frame.action == "Authorize" and tag_in(frame) in wished:
            yield from wish(frame)
        elif tell := SENTENCES.get(frame.action):
            yield from tell(frame, reader)
        if frame.error and (count := times.pop((frame.action, oddities.said(frame.error)), 0)):
            yield odd(frame, count)


def odd(frame: Said, count: int) -> Moment:
    """What was not right about a message, told once for all that were alike."""
    facts = {"action": clean(frame.action)[:60], "error": oddities.said(frame.error), "count": count}
    detail = _("So it was %(count)s times.") % facts if count > 1 else ""
    if oddities.is_ours(frame.error):
        text = _("Something broke inside us as we took up a message of the station («%(action)s»); it was kept.")
    elif frame.action:
        text = _("A message of the station («%(action)s») was not quite right: %(error)s.")
    else:
        text = _("Something that the station sent was not quite right: %(error)s.")
    return Moment(at=frame.at, kind=FRAME, text=text % facts, detail=detail, tone=BUSY)


def transaction(
    frame: Said, reader: Reader, seen: dict[tuple[str, str], int], session_key: int, wished: Collection[str]
) -> Iterator[Moment]:
    """A Start or Stop that came again, that fits no session of ours, or with a card that may not end it."""
    named = frame.payload.get("transactionId") if frame.action == "StopTransaction" else None
    named = named if named is not None else (frame.answer or {}).get("transactionId")
    # Without an answer nothing but its words tells whether it is the same once more.
    key = (frame.action, str(named) if named is not None else json.dumps(frame.payload, sort_keys=True))
    seen[key] = seen.get(key, 0) + 1
    if session_key and str(named) != str(session_key):
        return
    if frame.action == "StopTransaction" and frame.payload and str(named) in NAMELESS:
        if seen[key] == 1:
            text = _("The station sent an end that names no charge.")
            yield Moment(at=frame.at, kind=FRAME, text=text, tone=BUSY, is_key=True)
        return
    if seen[key] > 1:
        starts = _("The station sent the start again, as it does when our answer was lost; it counts once.")
        stops = _("The station sent the end again; the first one counts.")
        is_start = frame.action == "StartTransaction"
        yield Moment(at=frame.at, kind=FRAME, text=starts if is_start else stops, is_key=True)
    elif frame.action == "StopTransaction" and tag_in(frame) not in wished:
        yield from ended_by(frame, reader)


def tag_in(frame: Said) -> str:
    """The tag that it names, as tags are compared."""
    return str(frame.payload.get("idTag") or "").casefold()


def wish(frame: Said) -> Iterator[Moment]:
    """A station that asks about a charge that was asked for, before it begins."""
    status = status_in(frame)
    facts = {"answer": words.said(words.TAGS, status) if status else "?"}
    text = _("The station asked whether the charge that was asked for may begin: %(answer)s.") % facts
    good = status == "Accepted"
    yield Moment(at=frame.at, kind=FRAME, text=text, tone=GOOD if good else BAD, is_key=not good)


def status_in(frame: Said) -> str:
    """What we answered about its tag."""
    return str(((frame.answer or {}).get("idTagInfo") or {}).get("status") or "")


def ended_by(frame: Said, reader: Reader) -> Iterator[Moment]:
    """A card that ended a charge though it may not begin one."""
    status = status_in(frame) or "Accepted"
    if status == "Accepted":
        return
    tag = reader.tag_of(str(frame.payload.get("idTag") or ""))
    text = _("Card %(tag)s ended it: %(answer)s. The end counts all the same.")
    facts = {"tag": tag, "answer": words.said(words.TAGS, status)}
    yield Moment(at=frame.at, kind=FRAME, text=text % facts, tone=BUSY, is_key=True)


def authorize(frame: Said, reader: Reader) -> Iterator[Moment]:
    """A card that was shown."""
    status = status_in(frame)
    tag = reader.tag_of(str(frame.payload.get("idTag") or ""))
    facts = {"tag": tag, "answer": words.said(words.TAGS, status) if status else "?"}
    text = _("Card %(tag)s was shown at the station: %(answer)s.") % facts
    yield Moment(at=frame.at, kind=FRAME, text=text, tone=GOOD if status == "Accepted" else BAD, is_key=True)


def boot(frame: Said, reader: Reader) -> Iterator[Moment]:
    """The station has just started."""
    named = (frame.payload.get(name) for name in ("chargePointVendor", "chargePointModel", "firmwareVersion"))
    what = " ".join(clean(str(one))[:50] for one in named if one)
    status = str((frame.answer or {}).get("status") or "")
    text = _("The station booted (%(what)s).") % {"what": what or "?"}
    if status and status != "Accepted":
        text += " " + _("We answered %(status)s: it may not charge yet.") % {"status": clean(status)}
    yield Moment(at=frame.at, kind=FRAME, text=text, tone=BUSY, is_key=True)


def job(frame: Said, reader: Reader) -> Iterator[Moment]:
    """How an update or upload goes."""
    firmware = _("The station says of its firmware update: %(status)s.")
    upload = _("The station says of its diagnostics: %(status)s.")
    is_firmware = "Firmware" in frame.action
    status = words.said(reported.FIRMWARE if is_firmware else reported.UPLOADS, str(frame.payload.get("status") or "?"))
    yield Moment(at=frame.at, kind=FRAME, text=(firmware if is_firmware else upload) % {"status": status})


def security(frame: Said, reader: Reader) -> Iterator[Moment]:
    """Something that the station takes for a danger."""
    text = _("The station reported a security event: %(type)s.")
    facts = {"type": words.said(reported.SECURITY, str(frame.payload.get("type") or "?"))}
    yield Moment(at=frame.at, kind=FRAME, text=text % facts, tone=BAD, is_key=True)


def transfer(frame: Said, reader: Reader) -> Iterator[Moment]:
    """Data in the maker's own way."""
    facts = {"vendor": clean(str(frame.payload.get("vendorId") or "?"))[:60]}
    yield Moment(at=frame.at, kind=FRAME, text=_("The station sent data of its maker's own (%(vendor)s).") % facts)


SENTENCES: dict[str, Callable[[Said, Reader], Iterator[Moment]]] = {
    "Authorize": authorize,
    "BootNotification": boot,
    "DataTransfer": transfer,
    "DiagnosticsStatusNotification": job,
    "FirmwareStatusNotification": job,
    "LogStatusNotification": job,
    "SecurityEventNotification": security,
    "SignedFirmwareStatusNotification": job,
}
