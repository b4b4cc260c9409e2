from typing import Any

import pytest
from django.conf import settings

from stations import commands
from stations.commands import EFFECT_PATIENCE, SWEEP_GRACE
from stations.models import Command
from stations.tasks import sweep_commands
from stations.tests.world import NOON, connect, gateway, seconds, station

pytestmark = pytest.mark.django_db
PATIENCE = seconds(settings.OCPP_CALL_TIMEOUT_SECONDS) + SWEEP_GRACE


def queue(**fields: Any) -> Command:
    made = connect(station(), gateway(at=NOON))
    expires_at = NOON + seconds(60)
    return commands.send(
        station=made, intent="Reset", payload={}, asked_by="system", expires_at=expires_at, at=NOON, **fields
    )


def state_of(command: Command) -> str:
    command.refresh_from_db()
    return command.state


def test_it_times_out_what_nobody_sent() -> None:
    command = queue()
    assert commands.sweep_commands(at=NOON + seconds(59)) == 0
    assert commands.sweep_commands(at=NOON + seconds(60)) == 1
    assert state_of(command) == "timed_out"


def test_it_leaves_a_late_command_the_time_to_be_answered() -> None:
    command = queue()
    Command.objects.update(state="sent", sent_at=NOON + seconds(59))
    assert commands.sweep_commands(at=NOON + seconds(60)) == 0
    assert commands.sweep_commands(at=NOON + seconds(59) + PATIENCE) == 1
    assert state_of(command) == "timed_out"


def test_it_leaves_what_was_answered() -> None:
    command = queue()
    Command.objects.update(state="accepted", sent_at=NOON, answered_at=NOON)
    assert commands.sweep_commands(at=NOON + seconds(3600)) == 0
    assert state_of(command) == "accepted"


def test_it_gives_up_on_an_effect() -> None:
    command = queue(effect_expected=True)
    commands.sweep_commands(at=NOON + EFFECT_PATIENCE - seconds(1))
    command.refresh_from_db()
    assert command.effect == "expected"
    commands.sweep_commands(at=NOON + EFFECT_PATIENCE)
    command.refresh_from_db()
    assert (command.effect, command.effect_at) == ("not_seen", None)


def test_it_runs_as_a_task() -> None:
    command = queue()
    assert sweep_commands() == 1
    assert state_of(command) == "timed_out"
