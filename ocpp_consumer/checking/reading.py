"""How a check stands: its commands, what they brought about, and the station's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from drivepower.core.clocks import told_apart
from ocpp_consumer import clocks, steps
from ocpp_consumer.checking.asking import PATIENCE, subject_of
from ocpp_consumer.checking.verdicts import CLOCK_OFF, Verdict, judge
from stations.models import Command, Station

Effect = Command.Effect
# What was triggered comes at once; later it is some other message.
SHOWS_WITHIN = timedelta(seconds=20)


@dataclass(frozen=True)
class Check:
    """A check with its steps and, once nothing more comes, its verdict; `offset` is how far the clock is ahead."""

    asked_at: datetime
    commands: tuple[Command, ...]
    offset: timedelta | None
    verdict: Verdict | None

    def as_json(self, *, zone: ZoneInfo) -> dict[str, Any]:
        """Texts for the page."""
        local = self.asked_at.astimezone(zone)
        return {
            "at": f"{date_format(local, 'j M H:i:s')}{told_apart(local)}",
            "steps": [*(step_of(one, zone) for one in self.commands), *clock_step(self.offset)],
            "over": self.verdict is not None,
            "verdict": self.verdict._asdict() if self.verdict else None,
        }


def read(*, station: Station, first: int, at: datetime) -> Check | None:
    """The check that began with that command; None where there is no such one of this station."""
    known = Command.objects.filter(subject=subject_of(station), station=station)
    asked_at = known.filter(pk=first).values_list("asked_at", flat=True).first()
    if asked_at is None:
        return None
    found = tuple(known.filter(asked_at=asked_at).order_by("pk"))
    offset = offset_of(station, found, asked_at=asked_at)
    is_over = all(is_done(one, at=at) for one in found)
    verdict = judge(station=station, commands=found, offset=offset, at=at) if is_over else None
    return Check(asked_at, found, offset, verdict)


def is_done(command: Command, *, at: datetime) -> bool:
    """Whether no more is waited for: what was to show has shown, or has had its time."""
    if command.expires_at + timedelta(seconds=5) < at or at > command.asked_at + PATIENCE + SHOWS_WITHIN:
        return True
    if command.state == Command.State.ACCEPTED and command.effect == Effect.EXPECTED:
        return command.answered_at is not None and command.answered_at + SHOWS_WITHIN < at
    return steps.is_over(command)


def offset_of(station: Station, commands: Sequence[Command], *, asked_at: datetime) -> timedelta | None:
    """How far the station's clock is ahead; None where it cannot be told.

    A status says since when it holds, which may be long ago: only readings made now can show a clock that is behind.
    """
    behind = clocks.behind(station=station, since=asked_at)
    if behind is None:
        return None
    read_now = any(
        one.payload.get("requestedMessage") == "MeterValues" and one.effect == Effect.SEEN for one in commands
    )
    return -behind if read_now or behind < timedelta() else None


def step_of(command: Command, zone: ZoneInfo) -> dict[str, str]:
    """One question and what came of it."""
    payload, number = command.payload, command.payload.get("connectorId")
    if command.intent == "GetConfiguration":
        name = _("Read the keys that matter")
    elif payload.get("requestedMessage") == "Heartbeat":
        name = _("Ping")
    elif payload.get("requestedMessage") == "MeterValues":
        name = _("Readings and clock")
    else:
        name = _("Status of connector %(number)s") % {"number": number} if number else _("Status of its connectors")
    told = [step for step in steps.steps_of(command, zone=zone) if step.tone in ("done", "bad", "wait")]
    worst = next((step for step in told if step.tone == "bad"), told[-1])
    return {"name": name, "tone": worst.tone, "at": worst.at, "note": worst.note or worst.name}


def clock_step(offset: timedelta | None) -> list[dict[str, str]]:
    """What its clock shows, where it said."""
    if offset is None:
        return []
    seconds = round(offset.total_seconds())
    tone = "bad" if abs(offset) > CLOCK_OFF else "done"
    return [{"name": _("Clock"), "tone": tone, "at": "", "note": _("%(seconds)+d s") % {"seconds": seconds}}]
