from typing import Any

import pytest

from stations import commands
from stations.models import Command
from stations.tests.world import NOON, connect, gateway, seconds, station

pytestmark = pytest.mark.django_db
State = Command.State


def sent(**fields: Any) -> Command:
    ours = gateway(at=NOON)
    made = connect(station(), ours)
    expires_at = NOON + seconds(60)
    commands.send(station=made, intent="Reset", payload={}, asked_by="system", expires_at=expires_at, at=NOON, **fields)
    return commands.claim(gateway_id=ours.pk, at=NOON)[0]


@pytest.mark.parametrize("state", [State.ACCEPTED, State.REJECTED, State.FAILED, State.TIMED_OUT])
def test_it_notes_what_became_of_a_command(state: Command.State) -> None:
    command = sent()
    assert commands.answer(command_id=command.pk, state=state, answer={"status": "x"}, at=NOON + seconds(2))
    command.refresh_from_db()
    assert (command.state, command.answer, command.answered_at) == (state, {"status": "x"}, NOON + seconds(2))


def test_it_keeps_the_first_answer() -> None:
    command = sent()
    assert commands.answer(command_id=command.pk, state=State.TIMED_OUT, answer={}, at=NOON)
    assert not commands.answer(command_id=command.pk, state=State.ACCEPTED, answer={"late": True}, at=NOON)
    command.refresh_from_db()
    assert (command.state, command.answer) == ("timed_out", {})


def test_it_answers_nothing_that_was_not_sent() -> None:
    command = sent()
    Command.objects.update(state=State.QUEUED, sent_at=None)
    assert not commands.answer(command_id=command.pk, state=State.ACCEPTED, answer={}, at=NOON)


def test_it_keeps_what_jsonb_cannot() -> None:
    command = sent()
    commands.answer(command_id=command.pk, state=State.ACCEPTED, answer={"data": "\x00 \ud83d"}, at=NOON)
    command.refresh_from_db()
    assert command.answer == {"data": " ?"}


def test_it_sees_an_expected_effect() -> None:
    command = sent(subject="session:41", effect_expected=True)
    commands.see_effect(subject="session:41", intent="Reset", at=NOON + seconds(9))
    command.refresh_from_db()
    assert (command.effect, command.effect_at) == ("seen", NOON + seconds(9))


def test_it_sees_an_effect_once() -> None:
    command = sent(subject="session:41", effect_expected=True)
    commands.see_effect(subject="session:41", intent="Reset", at=NOON + seconds(9))
    commands.see_effect(subject="session:41", intent="Reset", at=NOON + seconds(20))
    command.refresh_from_db()
    assert command.effect_at == NOON + seconds(9)


@pytest.mark.parametrize("other", [{"subject": "session:42"}, {"intent": "Unlock"}])
def test_it_sees_no_effect_of_something_else(other: dict[str, str]) -> None:
    command = sent(subject="session:41", effect_expected=True)
    commands.see_effect(**{"subject": "session:41", "intent": "Reset", **other}, at=NOON)
    command.refresh_from_db()
    assert command.effect == "expected"


def test_it_sees_no_effect_where_none_is_expected() -> None:
    command = sent(subject="session:41")
    commands.see_effect(subject="session:41", intent="Reset", at=NOON)
    command.refresh_from_db()
    assert command.effect == "none"
