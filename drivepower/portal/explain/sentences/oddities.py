"""What was odd about a station's message, in plain words; what the log says of it is for engineers."""

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from billing.wording import clean

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# An exception of ours, by its class; what it says further is nobody's business here.
OURS = re.compile(r"^[A-Za-z.]*(Error|Exception|Refusal|DoesNotExist|MultipleObjectsReturned|Unavailable)\b")
# What we answered with, before what was wrong.
REFUSED = re.compile(r"^(\w+Violation|SecurityError|GenericError|ProtocolError|NotSupported|NotImplemented): ?")
PROBLEM = re.compile(r"^(?P<path>[\w.]+): (?P<kind>\w+)$")
UNREADABLE = ("not JSON", "not an array", "no message id", "unknown message type", "a binary frame of")
WORDS: "dict[str, _StrPromise]" = {
    "a value is no number": __("a value is no number, or is signed; it is kept as it is and not counted"),
    "later than the end of its transaction": __("readings came for a charge that was over; they change nothing of it"),
    "no such transaction": __("it names a transaction that this station does not have"),
    "transaction of another station": __("it names a transaction of another station"),
    "no such connector": __("it names a connector that cannot be"),
    "nobody waits for this answer": __("it answers what nobody has asked"),
    "the station is not accepted yet": __("the station may not say that yet: it is not accepted"),
    "a CALL with this id is in process": __("it came again while we were still at work on it"),
    "the payload cannot be validated": __("it is not built as OCPP has it"),
}
KINDS: "dict[str, _StrPromise]" = {
    "type": __("%(field)s is of the wrong kind: a text for a number, say"),
    "enum": __("%(field)s is a word that OCPP does not know"),
    "maxLength": __("%(field)s is longer than OCPP allows"),
    "required": __("%(field)s is missing"),
    "format": __("%(field)s is not written as OCPP has it"),
}


def is_ours(error: str) -> bool:
    """Whether it broke inside us, and was no fault of the station."""
    return OURS.match(error) is not None and REFUSED.match(error) is None


def is_unreadable(error: str) -> bool:
    """Whether it was no message at all."""
    return error.startswith(UNREADABLE)


def said(error: str) -> str:
    """All that was odd about one message."""
    return "; ".join(one_said(part.strip()) for part in error.split("; ") if part.strip())


def one_said(error: str) -> str:
    """One oddity in words; one that has none as the log has it."""
    if is_unreadable(error):
        return _("it cannot be read")
    if error.startswith(("NotSupported", "NotImplemented")):
        return _("we do not know such a message")
    error = REFUSED.sub("", error)
    if error in WORDS:
        return str(WORDS[error])
    found = PROBLEM.match(error)
    kind: Any = KINDS.get(found["kind"]) if found else None
    if found is None or kind is None:
        return clean(error)[:120]
    return str(kind) % {"field": f"«{clean(found['path'].rpartition('.')[2])[:40]}»"}
