"""Faults as causes: only what was a fault, and only when it may have had to do with it."""

from typing import Any

import pytest

from drivepower.portal.explain import causes
from drivepower.portal.explain.facts import Around, Story, Watch
from drivepower.portal.tests.explain.making import STATION, command, failed, minutes, session, span, story

WEAK = span("Charging", 1, 30, error="WeakSignal")
BY_DRIVER = session(stop_cause="driver", asked_by="app")
BY_ITSELF = session(stop_reason="Other")


def names(told: Story) -> list[str]:
    """The causes, the likeliest first."""
    return [cause.name for cause in causes.of_session(told)]


def with_statuses(one: Any, *statuses: Any) -> Story:
    """That session and what its connector said."""
    return story(one, around={"statuses": statuses})


def test_an_error_beside_another_status_is_a_warning_behind_the_end() -> None:
    told = with_statuses(BY_DRIVER, WEAK)
    assert names(told) == ["stopped_driver", "warned"]
    assert causes.of_session(told)[1].text == "Connector 1 told of an error and went on: the mobile signal is weak."


@pytest.mark.parametrize(
    ("one", "fault", "is_cause"),
    [
        (BY_DRIVER, span("Faulted", 34, error="InternalError"), False),
        (BY_ITSELF, span("Faulted", 34, error="InternalError"), True),
        (BY_ITSELF, span("Faulted", 36, error="InternalError"), False),
        (BY_DRIVER, span("Faulted", 29), True),
        (failed("start_rejected", expires_at=minutes(2)), span("Faulted", 0.05), False),
        (failed("start_rejected", expires_at=minutes(2)), span("Faulted", -1), True),
        (failed("start_timeout"), span("Faulted", 1), True),
    ],
    ids=["after ours", "after its own", "long after", "within", "after a refusal", "before a refusal", "meanwhile"],
)
def test_a_fault_is_a_cause_only_where_it_can_be(one: Any, fault: Any, is_cause: bool) -> None:
    assert ("faulted" in names(with_statuses(one, fault))) is is_cause


def test_nobody_who_did_not_charge_is_told_to_pay() -> None:
    [cause] = [one for one in causes.of_session(CASE) if one.name == "faulted"]
    assert cause.tell == "The station had a fault; nothing was charged. Please take another connector."


CASE = with_statuses(failed("station_unavailable"), span("Faulted", -5))


def test_a_stations_time_tells_warnings_apart_from_faults() -> None:
    def found(*statuses: Any) -> list[str]:
        watch = Watch(station=STATION, since=minutes(0), until=minutes(60), at=minutes(90))
        return [one.name for one in causes.of_station(replaced(watch, statuses))]

    assert found(WEAK) == ["offline", "warned"]
    assert found(WEAK, span("Faulted", 40)) == ["offline", "faulted", "warned"]


def replaced(watch: Watch, statuses: Any) -> Watch:
    """The same with these statuses."""
    return Watch(
        station=watch.station, since=watch.since, until=watch.until, at=watch.at, around=Around(statuses=statuses)
    )


def test_a_stop_by_hand_is_ours_and_one_of_nobody_is_not() -> None:
    asked = command("RemoteStopTransaction", subject="", payload={"transactionId": 41})
    remote = session(stop_reason="Remote")
    assert names(story(remote, around={"commands": [asked]})) == ["stopped_operator"]
    assert names(story(remote)) == ["stop_Remote"]
    unsure = story(remote, around={"hidden": frozenset({"command"})})
    assert causes.of_session(unsure)[0].text == "The station says that it was told to stop."


def test_a_fault_after_which_it_charged_on_did_not_end_it() -> None:
    passed = [span("Charging", 0, 5), span("Faulted", 5, 10, error="HighTemperature"), span("Charging", 10, 30)]
    told = with_statuses(BY_DRIVER, *passed)
    assert names(told) == ["stopped_driver", "warned"]
    assert causes.of_session(told)[1].text == "Connector 1 told of an error and went on: it is too hot inside."
    silent = with_statuses(BY_DRIVER, passed[0], span("Faulted", 5, 10), passed[2])
    assert causes.of_session(silent)[1].text == "Connector 1 told of an error and went on: it does not say why."
    assert names(with_statuses(BY_DRIVER, *passed[:2], span("Finishing", 10, 30))) == ["faulted", "stopped_driver"]


def test_who_pressed_the_emergency_stop_is_asked_for_before_the_fault_that_it_makes() -> None:
    pressed = session(stop_reason="EmergencyStop")
    assert names(with_statuses(pressed, span("Faulted", 29, error="OtherError"))) == ["stop_EmergencyStop", "faulted"]
