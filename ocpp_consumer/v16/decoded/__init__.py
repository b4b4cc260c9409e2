"""What frames say, in a line of words: one small function per action; no text makes any of them raise."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from ocpp_consumer import rpc
from ocpp_consumer.v16.decoded import commands, profiles, reports, security, transactions
from ocpp_consumer.v16.decoded.parts import Said, joined, named
from ocpp_consumer.v16.decoded.parts import clean as clean

CALLS: Mapping[str, Said] = {
    **transactions.CALLS,
    **reports.CALLS,
    **commands.CALLS,
    **profiles.CALLS,
    **security.CALLS,
}
ANSWERS: Mapping[str, Said] = {
    **transactions.ANSWERS,
    **reports.ANSWERS,
    **commands.ANSWERS,
    **profiles.ANSWERS,
    **security.ANSWERS,
}


def line(text: str, *, action: str, zone: ZoneInfo) -> str:
    """A frame in a line, its times by the clock of that zone; `action` is what an answer answers."""
    return in_words(rpc.parse(text), action=action, zone=zone)


def in_words(frame: rpc.Frame, *, action: str, zone: ZoneInfo) -> str:
    """The same of a frame that is read already."""
    match frame:
        case rpc.Call():
            return joined(clean(frame.action), told(CALLS.get(frame.action, named), frame.payload, zone))
        case rpc.Result():
            return told(ANSWERS.get(action, named), frame.payload, zone) or _("received")
        case rpc.Error():
            return joined(_("refused: %(code)s") % {"code": clean(frame.code)}, clean(frame.description))
    return _("cannot be understood: %(reason)s") % {"reason": clean(frame.reason)}


def told(say: Said, payload: dict[str, Any], zone: ZoneInfo) -> str:
    """What a function finds in a payload; where it is not made as it should be, what its fields say."""
    try:
        parts = say(payload, zone)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        parts = named(payload, zone)
    return clean(", ".join(filter(None, parts)))
