"""The operator's side of a case: asks at the door, and looks at what became of it in the ledger of commands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from drivepower.core.refusals import Refusal
from ocpp_consumer.tests.conformance.charger import Call, Charger
from ocpp_consumer.tests.server import wait_until
from ocpp_consumer.v16 import door
from stations import commands
from stations.models import Command

OPERATOR = "staff:conformance"
State = Command.State
UNDER_WAY = (State.QUEUED, State.SENT)


def ask(cp: Charger, action: str, payload: dict[str, Any], *, force: bool = False) -> Command:
    """Ask the station through the operator's door; raises Refusal."""
    return door.ask(
        station=cp.site.station,
        action=action,
        payload=payload,
        asked_by=OPERATOR,
        at=datetime.now(UTC),
        force=force,
    )


def wish(cp: Charger, intent: str, payload: dict[str, Any] | None = None) -> Command:
    """Ask the station as a verb of ours does, in our own words."""
    at = datetime.now(UTC)
    return commands.send(
        station=cp.site.station,
        intent=intent,
        payload=payload or {},
        asked_by=OPERATOR,
        expires_at=at + timedelta(minutes=1),
        at=at,
    )


def outcome(command: Command) -> Command:
    """The command once it is answered, has failed or timed out."""
    over = Command.objects.filter(pk=command.pk).exclude(state__in=UNDER_WAY)
    found = wait_until(over.first, f"{command.intent} is over")
    assert isinstance(found, Command)
    return found


def answered(cp: Charger, call: Call, command: Command, **answer: Any) -> Command:
    """Answer a request; its command, once the answer is recorded."""
    cp.reply(call, **answer)
    return outcome(command)


def exchange(cp: Charger, action: str, payload: dict[str, Any], *, force: bool = False, **answer: Any) -> Command:
    """Ask for something that goes out exactly as it was asked for, and answer it; the command as it ended."""
    command = ask(cp, action, payload, force=force)
    call = cp.expect(action)
    assert call.payload == payload
    done = answered(cp, call, command, **answer)
    assert (done.asked_by, done.is_forced) == (OPERATOR, force)
    return done


def accepted(cp: Charger, action: str, payload: dict[str, Any], **answer: Any) -> Command:
    """The same for an answer that says yes."""
    done = exchange(cp, action, payload, **answer or {"status": "Accepted"})
    assert done.state == State.ACCEPTED
    return done


def effect_seen(command: Command) -> None:
    """What the command was to bring about has been seen."""
    seen = Command.objects.filter(pk=command.pk, effect=Command.Effect.SEEN)
    wait_until(seen.exists, f"the effect of {command.intent}, which shows by {command.awaits!r}")


def refusal(cp: Charger, action: str, payload: dict[str, Any]) -> Refusal:
    """Why the door does not even send it."""
    with pytest.raises(Refusal) as refused:
        ask(cp, action, payload)
    return refused.value
