"""Carrying out a Command: ask the station, note what it answered, tell the story that waits for it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from charging import lifecycle
from drivepower.core import doorbell
from drivepower.core.refusals import Refusal
from ocpp_consumer import forgetting, onboarding
from ocpp_consumer.conversation import Conversation
from ocpp_consumer.journal import Unavailable
from ocpp_consumer.masking import holds_secrets, mask
from ocpp_consumer.pending import CallFailed
from ocpp_consumer.v16 import intents
from ocpp_consumer.v16.requests import REQUESTS
from ocpp_consumer.v16.requests.kinds import Request, Withheld
from stations import commands, contest, effects
from stations.models import Command, Station

if TYPE_CHECKING:
    from ocpp_consumer.gateway import Gateway

# What a verb asks in words of its own, beside the table.
UNKNOWN = Request()
DISCONNECTED = "disconnected"
# Told as a restart of ours: the station comes back, and whoever fought for its identity still fights.
COME_BACK = 1012
PARTING_PAUSE_SECONDS = 0.05

log = structlog.stdlib.get_logger(__name__)


@dataclass(slots=True)
class Outcome:
    """What became of a command, and whether the station may have heard of it at all."""

    state: Command.State
    answer: dict[str, Any]
    went_out: bool = True

    @property
    def is_lost(self) -> bool:
        """Whether it went out, and nobody knows what the station made of it."""
        silent = self.state == Command.State.TIMED_OUT or self.answer.get("error") == DISCONNECTED
        return self.went_out and silent

    @property
    def may_show_effect(self) -> bool:
        """A station that said no does nothing; one whose answer was lost may be doing it."""
        return self.state == Command.State.ACCEPTED or self.is_lost

    @property
    def may_wait(self) -> bool:
        """Whether it was only too late for this socket."""
        return not self.went_out and self.answer.get("error") == DISCONNECTED


async def carry_out(command: Command, *, gateway: "Gateway") -> None:
    """Send a claimed command on the socket that it was claimed for, and record the outcome.

    One that had not gone out when the socket ended goes out on the next.
    """
    outcome = await ask(command, gateway=gateway)
    if outcome.may_wait and await gateway.database.insist(commands.put_back, command=command, at=timezone.now()):
        return
    await gateway.database.insist(record, command=command, outcome=outcome, at=timezone.now())


async def ask(command: Command, *, gateway: "Gateway") -> Outcome:
    """What became of it: an answer, a refusal, silence, or a socket that ended."""
    outcome = Outcome(Command.State.FAILED, {"error": DISCONNECTED}, went_out=False)
    conversation = await gateway.find(station_id=command.station_id, epoch=command.epoch)
    if conversation is None:
        return outcome
    if command.intent == commands.DISCONNECT:
        return await part(conversation, gateway=gateway)
    try:
        action, payload = intents.translate(command.intent, command.payload)
        if not intents.may_be_asked(action, registration=conversation.registration):
            raise Withheld("station_not_accepted")

        async def make() -> dict[str, Any]:
            made = await _make(command, action, payload, gateway=gateway)
            _expect(command, action, made, conversation)
            outcome.went_out = True
            return made

        answer = await conversation.call(action, make, until=command.expires_at)
        outcome.state, outcome.answer = intents.verdict(answer), answer
    except CallFailed as failure:
        outcome.answer = {"error": failure.code, "description": failure.description}
    except TimeoutError:
        outcome.state, outcome.answer = Command.State.TIMED_OUT, {}
    except (Withheld, Refusal) as refusal:
        outcome.answer = {"error": refusal.code}
    except Unavailable:
        outcome.answer = {"error": "database_away"}
    except OSError:
        pass  # the socket ended while we were speaking
    except (KeyError, TypeError, ValueError) as error:
        outcome.answer = {"error": "malformed_command", "description": str(error)}
    return outcome


async def part(conversation: Conversation, *, gateway: "Gateway") -> Outcome:
    """Close the station's socket, as an operator wants it; it is done when nothing of it is left here."""
    await conversation.close(COME_BACK, "disconnected by an operator")
    try:
        async with asyncio.timeout(settings.OCPP_CALL_TIMEOUT_SECONDS):
            while gateway.holds(conversation):
                await asyncio.sleep(PARTING_PAUSE_SECONDS)
    except TimeoutError:
        return Outcome(Command.State.TIMED_OUT, {})
    return Outcome(Command.State.ACCEPTED, {"status": "Accepted"})


async def _make(command: Command, action: str, payload: dict[str, Any], *, gateway: "Gateway") -> dict[str, Any]:
    """The payload as it goes out; only what holds secrets or links asks the database for it."""
    request = REQUESTS.get(action, UNKNOWN)
    if request.fill is None and not request.needs_secrecy and not holds_secrets(payload):
        return payload
    return await gateway.database.run(_fill, request, command, payload, at=timezone.now())


def _fill(request: Request, command: Command, payload: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    newest = Station.objects.values_list("epoch", flat=True).get(pk=command.station_id)
    if newest != command.epoch:
        raise Withheld(DISCONNECTED)  # a newer socket has come: it is put in for that one
    if (request.needs_secrecy or holds_secrets(payload)) and contest.is_contested(command.station_id):
        raise Withheld("station_contested")
    return request.fill(command, at=at) if request.fill else payload


def _expect(command: Command, action: str, payload: Mapping[str, Any], conversation: Conversation) -> None:
    """Tell the conversation what to look out for."""
    if command.awaits:
        conversation.awaited.add(command.awaits)
    if action in {"TriggerMessage", "ExtendedTriggerMessage"}:
        conversation.triggered.add(str(payload.get("requestedMessage")))


def record(*, command: Command, outcome: Outcome, at: datetime) -> None:
    """Note the answer once, and what it changes; a session that waits for it and an onboarding hear of it."""
    said = mask(outcome.answer)
    with transaction.atomic():
        if not commands.answer(command_id=command.pk, state=outcome.state, answer=said, at=at):
            return
        if not outcome.may_show_effect:
            commands.expect_nothing(command_id=command.pk)
        _hear(command, outcome, at=at)
        if command.intent == commands.DISCONNECT and outcome.state == Command.State.ACCEPTED:
            effects.see(station_id=command.station_id, sign=commands.GONE, at=at)
        if command.holds_secret:
            forgetting.forget(command)
        doorbell.tell_portal({"type": "portal.changed", "what": ["commands"]})
    if command.subject.startswith("session:"):
        _tell_session(command, outcome, at=at)
    if command.asked_by == onboarding.ASKED_BY:
        onboarding.go_on(station_id=command.station_id, at=at)


def _tell_session(command: Command, outcome: Outcome, *, at: datetime) -> None:
    session_id = int(command.subject.partition(":")[2])
    if command.intent == "start_charging":
        _tell_start(session_id, outcome, at=at)
    elif command.intent == "stop_charging":
        lifecycle.note_stop_answer(session_id=session_id, accepted=outcome.state == Command.State.ACCEPTED, at=at)


def _tell_start(session_id: int, outcome: Outcome, *, at: datetime) -> None:
    if outcome.is_lost or not outcome.went_out:
        lifecycle.note_no_start_answer(session_id=session_id, was_asked=outcome.went_out, at=at)
        return
    accepted = outcome.state == Command.State.ACCEPTED
    code = str(outcome.answer.get("status") or outcome.answer.get("error"))
    lifecycle.note_start_answer(session_id=session_id, accepted=accepted, code=code, at=at)


def _hear(command: Command, outcome: Outcome, *, at: datetime) -> None:
    """Let the action hear of its answer; whatever goes wrong there, the answer is recorded.

    What a person has forced past its rules need not make sense to us either: that is no fault of ours.
    """
    hear = REQUESTS.get(intents.action_of(command.intent), UNKNOWN).hear
    if hear is None:
        return
    try:
        with transaction.atomic():
            hear(command, state=outcome.state, answer=outcome.answer, at=at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        said = {"command": command.pk, "intent": command.intent}
        if command.is_forced:
            log.warning("the answer to a forced command was not understood", **said, error=type(error).__name__)
        else:
            log.exception("an answer was recorded but not understood", **said)
