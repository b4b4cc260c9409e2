"""The effect of a command is seen by a sign, once, and only after it was sent."""

import pytest

from stations import commands, effects
from stations.models import Command, Station
from stations.tests.world import NOON, seconds, station

pytestmark = pytest.mark.django_db


def asked(made: Station, awaits: str, *, is_sent: bool = True) -> Command:
    """A command that awaits a sign."""
    command = commands.send(
        station=made,
        intent="Reset",
        payload={},
        asked_by="staff:1",
        awaits=awaits,
        expires_at=NOON + seconds(60),
        at=NOON,
    )
    if is_sent:
        Command.objects.filter(pk=command.pk).update(state="sent", sent_at=NOON)
    return command


def test_it_sees_the_sign_of_every_command_that_awaits_it() -> None:
    made, other = station("BSK-01"), station("BSK-02")
    first, second = asked(made, "boot"), asked(made, "boot")
    asked(made, "Heartbeat")
    asked(other, "boot")
    assert effects.see(station_id=made.pk, sign="boot", at=NOON + seconds(5)) == 2
    assert effects.see(station_id=made.pk, sign="boot", at=NOON + seconds(9)) == 0
    seen = Command.objects.filter(effect="seen", effect_at=NOON + seconds(5))
    assert set(seen) == {first, second}


def test_it_takes_nothing_from_before_the_command_for_its_effect() -> None:
    made = station()
    asked(made, "boot")
    assert effects.see(station_id=made.pk, sign="boot", at=NOON - seconds(1)) == 0


def test_it_sees_no_effect_of_what_was_never_sent() -> None:
    made = station()
    asked(made, "boot", is_sent=False)
    assert effects.see(station_id=made.pk, sign="boot", at=NOON + seconds(5)) == 0


def test_it_names_what_a_station_still_owes() -> None:
    made = station()
    asked(made, "boot")
    asked(made, "Heartbeat", is_sent=False)
    asked(made, "")
    asked(station("BSK-02"), "status:1")
    assert effects.awaited(station_id=made.pk) == {"boot"}
    effects.see(station_id=made.pk, sign="boot", at=NOON)
    assert effects.awaited(station_id=made.pk) == set()


def test_it_expects_nothing_once_the_station_said_no() -> None:
    command = asked(station(), "boot")
    commands.expect_nothing(command_id=command.pk)
    assert effects.see(station_id=command.station_id, sign="boot", at=NOON + seconds(5)) == 0
    command.refresh_from_db()
    assert command.effect == "none"


def test_it_expects_nothing_of_what_was_seen_before_the_station_said_no() -> None:
    command = asked(station(), "Heartbeat")
    assert effects.see(station_id=command.station_id, sign="Heartbeat", at=NOON + seconds(5)) == 1
    commands.expect_nothing(command_id=command.pk)
    command.refresh_from_db()
    assert (command.effect, command.effect_at) == ("none", None)


def test_it_puts_back_what_was_claimed_and_never_went_out() -> None:
    command = asked(station(), "boot")
    Command.objects.update(epoch=7)
    command.refresh_from_db()
    assert not commands.put_back(command=command, at=NOON + seconds(60))
    assert commands.put_back(command=command, at=NOON + seconds(59))
    assert commands.put_back(command=command, at=NOON + seconds(59))  # nobody heard of the first time
    command.refresh_from_db()
    assert (command.state, command.sent_at, command.epoch) == ("queued", None, None)
