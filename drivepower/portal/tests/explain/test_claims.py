"""What is said of commands, ends, cars and payments is no more than what is known of them."""

from typing import Any

import pytest

from drivepower.portal.explain import causes
from drivepower.portal.explain.facts import Turn
from drivepower.portal.explain.sentences import commands
from drivepower.portal.explain.sentences import session as life
from drivepower.portal.tests.explain.making import (
    command,
    failed,
    minutes,
    reader,
    session,
    span,
    story,
    top_up,
    transfer,
)

UNSENT: dict[str, Any] = {"state": "timed_out", "sent_at": None}
DRAWS = [Turn(minutes(1), "first", 50_000.0)]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, ["We sent «Start charging» to the station, asked by the system (limits)."]),
        (
            {"state": "queued", "sent_at": None},
            ["«Start charging» was asked for by the system (limits), and waits to be sent."],
        ),
        (UNSENT, ["«Start charging» was never sent: the station was not connected."]),
        (
            {"state": "failed", "sent_at": None, "answer": {"withdrawn": True}},
            ["«Start charging» was taken back before it was sent."],
        ),
        (
            {"state": "failed", "answer": {"error": "station_contested"}},
            ["«Start charging» was not sent: two devices fight for the station's identity."],
        ),
        (
            {"state": "failed", "answer": {"error": "of_a_new_kind"}},
            ["«Start charging» was not sent: «of_a_new_kind»."],
        ),
        (
            {"state": "failed", "answer": {"error": "InternalError"}},
            [
                "We sent «Start charging» to the station, asked by the system (limits).",
                "«Start charging» failed: it answered with the error «InternalError».",
            ],
        ),
    ],
    ids=["sent", "waits", "never", "withdrawn", "contested", "of a new kind", "an error"],
)
def test_it_does_not_say_sent_of_what_was_not(fields: dict[str, Any], said: list[str]) -> None:
    told = [one.text for one in commands.moments([command(**fields)], reader(), {})]
    assert [one for one in said if one not in told] == []
    assert any("We sent" in one for one in told) == (said[0].startswith("We sent"))


@pytest.mark.parametrize(
    ("fields", "name", "text"),
    [
        (UNSENT, "offline", "The station was not connected when the charge was asked for."),
        ({"state": "timed_out"}, "no_answer", "The station did not answer our start, though it was connected."),
        (
            {"state": "failed", "answer": {"error": "disconnected"}},
            "no_answer",
            "The connection ended before the station answered our start.",
        ),
        (
            {"state": "failed", "answer": {"error": "database_away"}},
            "unsent",
            "The start could not be sent to the station: our own database could not be reached.",
        ),
    ],
)
def test_it_tells_silence_from_what_never_went_out(fields: dict[str, Any], name: str, text: str) -> None:
    around = {"commands": [command(**fields)]}
    [cause] = causes.of_session(story(failed("start_unanswered"), around=around))
    assert (cause.name, cause.text) == (name, text)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "The meter stood at 12.000 kWh, so it took 2.000 kWh."),
        (
            {"billed_energy_wh": 1500},
            "The meter stood at 12.000 kWh, so it took 2.000 kWh. A person has set it to 1.500 kWh, which is billed.",
        ),
        ({"meter_stop_wh": 9_000, "billed_energy_wh": 0}, "The meter stood at 9.000 kWh, so it took 0.000 kWh."),
        (
            {"inferred": True, "billed_energy_wh": 1500},
            "By the last reading it took 2.000 kWh. A person has set it to 1.500 kWh, which is billed.",
        ),
        ({"meter_start_wh": None}, "The meter stood at 12.000 kWh, so it took 2.000 kWh."),
    ],
    ids=["as read", "corrected", "below its beginning", "inferred and corrected", "no beginning"],
)
def test_what_a_person_set_is_not_what_the_meter_said(fields: dict[str, Any], said: str) -> None:
    told = life.ended(story(session(**fields)), reader()).text
    assert told.endswith(said)


@pytest.mark.parametrize("reason", ["EmergencyStop", "PowerLoss", "DeAuthorized", "HardReset", "UnlockCommand"])
def test_no_car_is_blamed_where_the_station_says_why(reason: str) -> None:
    full = [*DRAWS, Turn(minutes(20), "stopped", 0.0)]
    found = [one.name for one in causes.of_session(story(session(stop_reason=reason), turns=full))]
    assert found == [f"stop_{reason}"]


@pytest.mark.parametrize(
    ("at", "status", "name"),
    [
        (29.5, "Charging", "stop_Local"),
        (27.5, "Charging", "stop_Local"),
        (26.5, "Charging", "car"),
        (29.5, "SuspendedEV", "car"),
    ],
)
def test_a_car_that_stopped_by_itself_drew_nothing_for_a_while(at: float, status: str, name: str) -> None:
    turns = [*DRAWS, Turn(minutes(at), "stopped", 0.0)]
    around = {"statuses": [span("Charging", 0, 29), span(status, 29)]}
    found = causes.of_session(story(session(stop_reason="Local"), turns=turns, around=around))
    assert found[0].name == name


@pytest.mark.parametrize(("ended_at", "late"), [(None, False), (minutes(11), True)])
def test_a_payment_that_was_never_given_up_is_not_late(ended_at: Any, late: bool) -> None:
    paid = transfer("top_up", "100", made_at=minutes(10.5))
    asked = top_up(state="approved", expires_at=minutes(10), ended_at=ended_at, transfer=paid)
    found = [one.name for one in causes.of_session(story(session(), money={"top_ups": [asked]}))]
    assert ("paid_late" in found) == late
