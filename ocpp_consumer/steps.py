"""How far a command came, step by step in words: queued, sent, answered, effect."""

import json
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drivepower.core.clocks import told_apart
from ocpp_consumer.masking import mask
from stations.models import Command

State, Effect = Command.State, Command.Effect
ABSENT = gettext_lazy("The station has no such feature.")
REASONS = {
    "NotSupported": ABSENT,
    "NotImplemented": ABSENT,
    "disconnected": gettext_lazy("The connection ended before it answered."),
    "rotation_unsettled": gettext_lazy("Which key it took last will show when it connects."),
    "station_contested": gettext_lazy("Withheld: two sockets fight for its identity."),
    "station_not_accepted": gettext_lazy("It is not accepted."),
}
LONGEST_SHOWN = 20_000
OVER = (State.ACCEPTED, State.REJECTED, State.FAILED, State.TIMED_OUT)


class Step(NamedTuple):
    """A step: its word, how it stands (done, wait, bad or none), when, and what is to be said of it."""

    name: str
    tone: str
    at: str
    note: str


def steps_of(command: Command, *, zone: ZoneInfo) -> list[Step]:
    """The four steps, times by the clock of the place."""
    return [
        Step(_("Queued"), "done", clock(command.asked_at, zone), ""),
        sent(command, zone),
        answered(command, zone),
        seen(command, zone),
    ]


def sent(command: Command, zone: ZoneInfo) -> Step:
    """Whether it went out."""
    if command.sent_at is not None:
        return Step(_("Sent"), "done", clock(command.sent_at, zone), "")
    if command.state == State.QUEUED:
        return Step(_("Sent"), "wait", "", _("waits for the station"))
    return Step(_("Sent"), "bad", "", _("It was never sent."))


def answered(command: Command, zone: ZoneInfo) -> Step:
    """What the station said."""
    at = clock(command.answered_at, zone) if command.answered_at else ""
    if command.state == State.QUEUED:
        return Step(_("Answered"), "none", "", "")
    if command.state == State.SENT:
        return Step(_("Answered"), "wait", "", _("waits for an answer"))
    if command.state == State.ACCEPTED:
        return Step(_("Answered"), "done", at, reason_of(command) or str(State.ACCEPTED.label))
    return Step(_("Answered"), "bad", at, reason_of(command) or str(command.get_state_display()))


def seen(command: Command, zone: ZoneInfo) -> Step:
    """Whether what it was meant to bring about has come."""
    if command.effect == Effect.SEEN and command.effect_at:
        return Step(_("Effect"), "done", clock(command.effect_at, zone), _("seen"))
    if command.effect == Effect.EXPECTED and not is_over(command):
        note = _("expected: %(sign)s") % {"sign": command.awaits} if command.awaits else _("expected")
        is_going = command.state in (State.ACCEPTED, State.SENT)
        return Step(_("Effect"), "wait" if is_going else "none", "", note)
    if command.effect == Effect.NOT_SEEN:
        return Step(_("Effect"), "bad", "", _("It was not seen."))
    return Step(_("Effect"), "none", "", _("none is to be seen"))


def is_over(command: Command) -> bool:
    """Whether nothing more will become of it."""
    failed = command.state in (State.FAILED, State.TIMED_OUT, State.REJECTED)
    return failed or (command.state == State.ACCEPTED and command.effect != Effect.EXPECTED)


def reason_of(command: Command) -> str:
    """The answer in a word or two."""
    word = str(command.answer.get("status") or command.answer.get("error") or "")
    return str(REASONS.get(word, word))


def as_json(command: Command, *, zone: ZoneInfo) -> dict[str, Any]:
    """What the page polls: texts only, for `textContent`."""
    answer = "" if set(command.answer) <= {"status"} else readable(command.answer)
    return {
        "steps": [step._asdict() for step in steps_of(command, zone=zone)],
        "over": is_over(command),
        "answer": answer,
    }


def readable(value: dict[str, Any]) -> str:
    """A payload to be read, without its secrets, and no longer than a person would read."""
    text = json.dumps(mask(value), indent=2, ensure_ascii=False)
    cut = _("… cut: %(length)d characters in all") % {"length": len(text)} if len(text) > LONGEST_SHOWN else ""
    return f"{text[:LONGEST_SHOWN]}{cut}"


def clock(value: datetime, zone: ZoneInfo) -> str:
    """A time of the day, to the second."""
    local = value.astimezone(zone)
    return f"{date_format(local, 'H:i:s')}{told_apart(local)}"
