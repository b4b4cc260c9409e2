"""What we ask of stations: the row is the truth; rings make it sooner, polling and sweeps make it certain."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q

from drivepower.core import doorbell
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable
from stations.models import Command, Station

# A gateway gives up on an answer after OCPP_CALL_TIMEOUT_SECONDS; the sweep speaks only for gateways that died.
SWEEP_GRACE = timedelta(seconds=10)
# How long after it was asked the effect of a command may still be seen.
EFFECT_PATIENCE = timedelta(minutes=10)
# What a station said it has Scheduled waits for the end of a session (S 5.2).
SCHEDULED_PATIENCE = timedelta(days=2)
CLAIMED_AT_ONCE = 200
# Not said to the station, but done to its socket by the gateway that holds it; both in the words of commands.
DISCONNECT, GONE = "disconnect", "disconnected"
PATIENCE = timedelta(seconds=30)

log = structlog.stdlib.get_logger(__name__)


def send(
    *,
    station: Station,
    intent: str,
    payload: dict[str, Any],
    subject: str = "",
    asked_by: str,
    expires_at: datetime,
    at: datetime,
    effect_expected: bool = False,
    awaits: str = "",
    is_forced: bool = False,
    holds_secret: bool = False,
) -> Command:
    """Queue a command and, once committed, ring the gateway that holds the station's socket.

    Its effect is expected if `awaits` names the sign of it (`effects.see`), or if the caller will see it by itself.
    """
    command = Command.objects.create(
        station=station,
        intent=intent,
        payload=payload,
        is_forced=is_forced,
        holds_secret=holds_secret,
        subject=subject,
        asked_by=asked_by,
        asked_at=at,
        expires_at=expires_at,
        effect=Command.Effect.EXPECTED if effect_expected or awaits else Command.Effect.NONE,
        awaits=awaits[:80],
    )
    doorbell.ring_gateway(station.gateway_id, {"type": "command.queued"})
    doorbell.tell_portal({"type": "portal.changed", "what": ["commands"]})
    return command


def disconnect(*, station: Station, asked_by: str, at: datetime) -> Command:
    """Have the station's socket closed by the gateway that holds it; Refusal station_offline where it has none.

    It may come back at once, on a new one.
    """
    if not Station.objects.online(at=at).filter(pk=station.pk).exists():
        raise Refusal("station_offline", "The station is not connected.")
    return send(
        station=station,
        intent=DISCONNECT,
        payload={},
        asked_by=asked_by,
        expires_at=at + PATIENCE,
        at=at,
        awaits=GONE,
    )


def claim(*, gateway_id: uuid.UUID, at: datetime) -> list[Command]:
    """Take the queued, unexpired commands of this gateway's stations, oldest first; each is taken once, by one gateway.

    The claim holds for the station's epoch at this moment: a command must go out on the socket of that epoch only.
    """
    queued = (
        Command.objects.queued(at=at)
        .filter(station__gateway=gateway_id)
        .select_related("station")
        .order_by("id")[:CLAIMED_AT_ONCE]
    )
    taken: list[Command] = []
    try:
        taken.extend(command for command in queued if take(command, gateway_id=gateway_id, at=at))
    except (OperationalError, InterfaceError):
        if not taken:
            raise
        log.warning("only some commands were claimed", claimed=len(taken))  # the others are queued still
    return taken


def take(command: Command, *, gateway_id: uuid.UUID, at: datetime) -> bool:
    """Move one command from queued to sent, if it still is queued and its station still has that socket.

    The station is looked up beside the command, not joined to it: a join would move the state's condition into a
    subquery, which PostgreSQL does not look at again after waiting for another who claims.
    """
    fresh = {"state": Command.State.SENT, "epoch": command.station.epoch, "sent_at": at}
    holding = Station.objects.filter(gateway=gateway_id, epoch=command.station.epoch)
    moved = Command.objects.filter(pk=command.pk, state=Command.State.QUEUED, station__in=holding).update(**fresh)
    for name, value in fresh.items():
        setattr(command, name, value)
    return moved == 1


def put_back(*, command: Command, at: datetime) -> bool:
    """A command that was claimed and never went out waits again, for the next socket; False once it has expired.

    True as well if it has been put back before, whatever became of it since.
    """
    ours = Command.objects.filter(pk=command.pk, state=Command.State.SENT, epoch=command.epoch)
    if not ours.exists():
        return True
    claimed = ours.filter(expires_at__gt=at)
    return claimed.update(state=Command.State.QUEUED, sent_at=None, epoch=None) == 1


def answer(*, command_id: int, state: Command.State, answer: dict[str, Any], at: datetime) -> bool:
    """Note what became of a sent command; False if it had been answered or timed out before."""
    moved = Command.objects.filter(pk=command_id, state=Command.State.SENT).update(
        state=state, answer=storable(answer), answered_at=at
    )
    return moved == 1


def expect_nothing(*, command_id: int) -> None:
    """The station said no, or was never asked: what the command was to bring about does not come of it.

    What was taken for its effect before the answer came was something else.
    """
    mistaken = Command.objects.filter(pk=command_id, effect__in=[Command.Effect.EXPECTED, Command.Effect.SEEN])
    mistaken.update(effect=Command.Effect.NONE, effect_at=None)


def withdraw(*, subject: str, intent: str, at: datetime) -> int:
    """Take back what was asked for the subject and has not been sent yet; how many. What was sent stays as it is."""
    return Command.objects.filter(subject=subject, intent=intent, state=Command.State.QUEUED).update(
        state=Command.State.FAILED, answer={"withdrawn": True}, answered_at=at, effect=Command.Effect.NONE
    )


def see_effect(*, subject: str, intent: str, at: datetime) -> None:
    """What the command was meant to bring about has been seen."""
    Command.objects.filter(subject=subject, intent=intent, effect=Command.Effect.EXPECTED).update(
        effect=Command.Effect.SEEN, effect_at=at
    )


def sweep_commands(*, at: datetime) -> int:
    """Time out what was never sent or never answered, and what was to have an effect and had none; how many moved."""
    unanswered_since = at - timedelta(seconds=settings.OCPP_CALL_TIMEOUT_SECONDS) - SWEEP_GRACE
    moved = Command.objects.filter(
        Q(state=Command.State.QUEUED) | Q(state=Command.State.SENT, sent_at__lte=unanswered_since),
        expires_at__lte=at,
    ).update(state=Command.State.TIMED_OUT)
    unseen = Command.objects.filter(effect=Command.Effect.EXPECTED, asked_at__lte=at - EFFECT_PATIENCE)
    scheduled = Q(answer__contains={"status": "Scheduled"}, asked_at__gt=at - SCHEDULED_PATIENCE)
    unseen.exclude(scheduled).update(effect=Command.Effect.NOT_SEEN)
    return moved
