"""What was asked and not sent yet can be taken back."""

import pytest

from stations import commands
from stations.models import Command
from stations.tests.world import NOON, connect, gateway, seconds, station

pytestmark = pytest.mark.django_db
State = Command.State


def ask(subject: str, intent: str = "start_charging") -> Command:
    made = connect(station(f"BSK-{Command.objects.count()}"), gateway(at=NOON))
    return commands.send(
        station=made,
        intent=intent,
        payload={},
        subject=subject,
        asked_by="system",
        expires_at=NOON + seconds(60),
        at=NOON,
        effect_expected=True,
    )


def test_it_takes_back_what_waits_for_that_subject_and_intent_alone() -> None:
    ours, other, stop = ask("session:1"), ask("session:2"), ask("session:1", "stop_charging")
    assert commands.withdraw(subject="session:1", intent="start_charging", at=NOON) == 1
    assert set(Command.objects.queued(at=NOON)) == {other, stop}
    ours.refresh_from_db()
    assert (ours.state, ours.answer, ours.answered_at) == (State.FAILED, {"withdrawn": True}, NOON)
    assert ours.effect == Command.Effect.NONE


def test_it_leaves_what_was_sent() -> None:
    command = ask("session:1")
    assert command.station.gateway_id is not None
    commands.claim(gateway_id=command.station.gateway_id, at=NOON)
    assert commands.withdraw(subject="session:1", intent="start_charging", at=NOON) == 0
    assert Command.objects.get().state == State.SENT


def test_it_is_not_claimed_any_more() -> None:
    command = ask("session:1")
    assert command.station.gateway_id is not None
    commands.withdraw(subject="session:1", intent="start_charging", at=NOON)
    assert commands.claim(gateway_id=command.station.gateway_id, at=NOON) == []
