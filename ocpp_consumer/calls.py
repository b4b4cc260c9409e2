"""Carrying out a Command: ask the station, note what it answered, tell the story that waits for it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from charging import lifecycle
from ocpp_consumer.masking import mask
from ocpp_consumer.pending import CallFailed
from ocpp_consumer.v16 import intents
from stations import commands
from stations.models import Command

if TYPE_CHECKING:
    from ocpp_consumer.gateway import Gateway

Outcome = tuple[Command.State, dict[str, Any]]


async def carry_out(command: Command, *, gateway: "Gateway") -> None:
    """Send a claimed command on the socket that it was claimed for, and record the outcome."""
    state, answer = await ask(command, gateway=gateway)
    await gateway.database.run(record, command=command, state=state, answer=mask(answer), at=timezone.now())


async def ask(command: Command, *, gateway: "Gateway") -> Outcome:
    """What became of it: an answer, a refusal, silence, or a socket that ended."""
    conversation = await gateway.find(station_id=command.station_id, epoch=command.epoch)
    if conversation is None:
        return Command.State.FAILED, {"error": "disconnected"}
    try:
        action, payload = intents.translate(command.intent, command.payload)
        if not intents.may_be_asked(action, registration=conversation.registration):
            return Command.State.FAILED, {"error": "station_not_accepted"}
        answer = await conversation.call(action, payload, until=command.expires_at)
    except CallFailed as failure:
        return Command.State.FAILED, {"error": failure.code, "description": failure.description}
    except TimeoutError:
        return Command.State.TIMED_OUT, {}
    except (KeyError, ValueError) as error:
        return Command.State.FAILED, {"error": "malformed_command", "description": str(error)}
    return intents.verdict(answer), answer


def record(*, command: Command, state: Command.State, answer: dict[str, Any], at: datetime) -> None:
    """Note the answer once; a start or stop of a session hears of it."""
    moved = commands.answer(command_id=command.pk, state=state, answer=answer, at=at)
    kind, _, key = command.subject.partition(":")
    if not moved or kind != "session":
        return
    accepted = state == Command.State.ACCEPTED
    if command.intent == "start_charging":
        code = str(answer.get("status") or answer.get("error") or state.label)
        lifecycle.note_start_answer(session_id=int(key), accepted=accepted, code=code, at=at)
    elif command.intent == "stop_charging":
        lifecycle.note_stop_answer(session_id=int(key), accepted=accepted, at=at)
