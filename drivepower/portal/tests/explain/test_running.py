"""Of a charge that has not ended the page tells how it stands; that it goes on, only where nothing tells otherwise."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billing.pricing import Rule, Terms
from charging.stays import Stay
from drivepower.core.models import Event
from drivepower.portal.explain import causes
from drivepower.portal.explain.facts import Story, Turn
from drivepower.portal.explain.shapes import CONNECTION, Cause
from drivepower.portal.tests.explain.making import minutes, session, socket, span, story

FULL = [Turn(minutes(1), "first", 7000.0), Turn(minutes(20), "stopped", 0.0)]
AGAIN = [*FULL, Turn(minutes(40), "drawing", 7000.0)]
RESUMED = Event(kind="session.resumed", at=minutes(30), payload={})
FEE = Rule("Idle", "parking_fee", Decimal(5), frozenset(), None, None, None, None, 0, 1)
TERMS = Terms("KGS", "Asia/Bishkek", (FEE,), "", Decimal(0), True, 600, None)


def running(*, statuses: Any = (), sockets: Any = (), **more: Any) -> Story:
    """A charge that has not ended, after an hour and a half."""
    around = {"statuses": statuses, "sockets": sockets}
    return story(session(state="active", stopped_at=None), around=around, **{"read_at": minutes(85), **more})


def first(told: Story) -> Cause:
    """The likely cause."""
    return causes.of_session(told)[0]


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (running(), "running"),
        (running(statuses=[span("Charging", 0)], sockets=[socket(1, -60)]), "running"),
        (running(sockets=[socket(1, -60, 50)]), "running_unheard"),
        (running(read_at=minutes(70)), "running_unread"),
        (running(read_at=None), "running_unread"),
        (story(session(state="active", stopped_at=None, start_received_at=minutes(80))), "running"),
        (running(sockets=[socket(1, -60, 50), socket(2, 51)]), "running"),
        (running(events=[RESUMED]), "running_on"),
        (running(turns=FULL), "running_idle"),
        (running(turns=AGAIN), "running"),
        (running(turns=FULL, statuses=[span("Charging", 0, 30), span("Charging", 40)]), "running"),
        (running(turns=FULL, statuses=[span("Charging", 0)]), "running_idle"),
        (running(statuses=[span("Charging", 0, 20), span("SuspendedEV", 20)]), "running_idle"),
        (running(statuses=[span("SuspendedEV", 20, 30), span("Charging", 30)]), "running"),
        (running(turns=FULL, statuses=[span("SuspendedEVSE", 20)]), "running_paused"),
    ],
)
def test_it_tells_how_a_charge_stands(told: Story, name: str) -> None:
    assert first(told).name == name


def test_it_does_not_say_that_it_is_away_where_one_may_not_know() -> None:
    told = running()
    assert first(replace(told, around=replace(told.around, hidden=frozenset({CONNECTION})))).name == "running"


@pytest.mark.parametrize(
    ("since", "grace", "is_running"), [(20, 600, True), (85, 600, False), (85, 0, True)], ids=["yes", "not yet", "once"]
)
def test_it_tells_of_an_idle_fee_that_runs_now(since: float, grace: int, is_running: bool) -> None:
    stay, terms = Stay(minutes(since), minutes(90)), replace(TERMS, idle_grace_seconds=grace)
    cause = first(running(turns=FULL, stay=stay, terms=terms))
    assert ("The idle fee is running." in cause.text) is is_running


def test_what_the_station_held_back_is_not_blamed_on_the_car() -> None:
    held = [span("Charging", 0, 20), span("SuspendedEVSE", 20, 30)]
    ended = story(session(stop_reason="Local"), turns=FULL, around={"statuses": held})
    assert [one.name for one in causes.of_session(ended)] == ["supply", "stop_Local"]
    short = [span("Charging", 0, 29), span("SuspendedEVSE", 29, 30)]
    assert "supply" not in [one.name for one in causes.of_session(replace(ended, around=story_around(short)))]


def test_a_car_that_never_took_power_did_not_stop_taking_it() -> None:
    waits = {"statuses": [span("SuspendedEV", 0, 30)]}
    nothing = session(stop_reason="Local", meter_stop_wh=10_000, billed_energy_wh=0)
    assert [one.name for one in causes.of_session(story(nothing, around=waits))] == ["car_none", "stop_Local"]
    assert causes.of_session(story(session(stop_reason="Local"), around=waits))[0].name == "car"


def story_around(statuses: Any) -> Any:
    """What is around a story with these statuses."""
    return story(session(), around={"statuses": statuses}).around
