"""Commands in sentences: who asked for what, what the station answered, and whether it did it."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.wording import clean
from drivepower.portal import wording
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.sentences import words
from drivepower.portal.explain.sentences.clauses import span
from drivepower.portal.explain.shapes import BAD, BUSY, COMMAND, GOOD, Moment
from stations.models import Command

State, Effect = Command.State, Command.Effect
# The connection ended: before it was sent, or before it was answered.
LOST = "disconnected"
# Those that decide how a charge goes; others are of interest only to who wants to see all.
KEY = ("start_charging", "stop_charging", "Reset", "ChangeAvailability", "UnlockConnector", "RemoteStopTransaction")
SEEN = {
    "start_charging": gettext_lazy("The start came."),
    "RemoteStartTransaction": gettext_lazy("The start came."),
    "stop_charging": gettext_lazy("The station stopped."),
    "RemoteStopTransaction": gettext_lazy("The station stopped."),
    "Reset": gettext_lazy("The station restarted, as asked."),
}
NOT_SEEN = {
    "start_charging": gettext_lazy("Nothing came of it: the station never began."),
    "stop_charging": gettext_lazy("Nothing came of it: the station did not stop in time."),
}


def moments(commands: Sequence[Command], reader: Reader, links: Mapping[int, str]) -> Iterator[Moment]:
    """Each as far as it came: asked, answered or not, and its effect."""
    for command in commands:
        link, is_key = links.get(command.pk, ""), command.intent in KEY
        yield Moment(at=command.asked_at, kind=COMMAND, text=asked(command, reader), link=link, is_key=is_key, tone="")
        if over := answered(command):
            at = command.answered_at or command.expires_at
            tone = GOOD if command.state == State.ACCEPTED else BAD
            if at <= reader.at:
                yield Moment(at=at, kind=COMMAND, text=over, link=link, tone=tone, is_key=is_key)
        if effect := seen(command):
            at = command.effect_at or command.expires_at
            tone = GOOD if command.effect == Effect.SEEN else BUSY
            yield Moment(at=min(at, reader.at), kind=COMMAND, text=effect, link=link, tone=tone)


def asked(command: Command, reader: Reader) -> str:
    """Who wanted what of the station."""
    facts = {
        "who": reader.name_of(command.asked_by, getattr(command, "by", None)),
        "what": clean(wording.intent(command.intent)),
        "after": "",
    }
    if command.sent_at and (command.sent_at - command.asked_at).total_seconds() >= 2:
        facts["after"] = _(" It was sent %(span)s later.") % {"span": span(command.sent_at - command.asked_at)}
    if went_out(command):
        return _("We sent «%(what)s» to the station, asked by %(who)s.%(after)s") % facts
    if command.state in (State.QUEUED, State.SENT):
        return _("«%(what)s» was asked for by %(who)s, and waits to be sent.") % facts
    return _("«%(what)s» was asked for by %(who)s.") % facts


def went_out(command: Command) -> bool:
    """Whether the station can have heard of it: it was sent, and nothing of ours held it back at the last moment."""
    return command.sent_at is not None and not held_back(command)


def held_back(command: Command) -> str:
    """Our own reason not to send it; what stations answer is written otherwise."""
    error = str(command.answer.get("error") or "")
    return error if command.state == State.FAILED and error != LOST and error.islower() else ""


def answered(command: Command) -> str:
    """What the station said; empty while it may still say it."""
    facts = {"what": clean(wording.intent(command.intent)), "why": said(command)}
    match command.state:
        case State.ACCEPTED:
            return _("The station answered «%(what)s»: %(why)s.") % facts
        case State.REJECTED:
            return _("The station answered «%(what)s»: %(why)s.") % facts
        case State.TIMED_OUT if command.sent_at is None:
            return _("«%(what)s» was never sent: the station was not connected.") % facts
        case State.TIMED_OUT:
            return _("The station did not answer «%(what)s».") % facts
        case State.FAILED if command.answer.get("withdrawn"):
            return _("«%(what)s» was taken back before it was sent.") % facts
        case State.FAILED if held_back(command):
            return _("«%(what)s» was not sent: %(why)s.") % facts
        case State.FAILED:
            return _("«%(what)s» failed: %(why)s.") % facts
    return ""


def said(command: Command) -> str:
    """The station's answer in words."""
    word = str(command.answer.get("status") or command.answer.get("error") or "")
    if not word:
        return _("it accepted") if command.state == State.ACCEPTED else _("nobody knows why")
    if command.state == State.FAILED and word not in words.ANSWERS and not held_back(command):
        return _("it answered with the error %(code)s") % {"code": words.said({}, word)}
    return words.said(words.ANSWERS, word)


def seen(command: Command) -> str:
    """Whether it did what it was asked."""
    if command.effect == Effect.SEEN and command.effect_at:
        return str(SEEN.get(command.intent, _("It did what it was asked.")))
    if command.effect == Effect.NOT_SEEN:
        return str(NOT_SEEN.get(command.intent, _("It did not do what it was asked.")))
    return ""
