"""The ladder: which command when, what stands against it, and that two sweeps at once climb it once."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction

from drivepower.core import alerts
from drivepower.core.models import Alert, AlertAct, AlertRule
from drivepower.core.tests.waiting import PATIENCE_SECONDS, on_another_thread
from stations import commands
from stations.models import Command, Gateway, Maintenance, Station, StatusSpan
from stations.recovery import climb, watch_connectors
from stations.tests.recovery.conftest import after, nobody, rule_with_ladder, somebody
from stations.tests.world import NOON, connect, say, station

WALK = (0, 10, 20, 30, 40, 50, 60, 70, 100, 130, 180, 200, 250)


def walk(machine: Station, *, busy: object = nobody, until: int = 250, answer: bool = True) -> list[tuple[int, str]]:
    """Go through the seconds of a fault; what was sent when."""
    watch_connectors(at=NOON)
    for second in (one for one in WALK if one <= until):
        climb(busy=busy, at=after(second))  # type: ignore[arg-type]  # one of ours
        if answer:
            sent = Command.objects.filter(state="queued")
            sent.update(state="rejected", sent_at=after(second), answered_at=after(second), answer={"status": "No"})
    found = Command.objects.order_by("id").values_list("asked_at", "intent")
    return [(int((at - NOON).total_seconds()), intent) for at, intent in found]


def test_it_climbs_step_by_step_and_calls_people_at_the_end(rule: AlertRule, machine: Station) -> None:
    say(machine, 1, "Faulted")
    assert walk(machine) == [(20, "TriggerMessage"), (40, "ChangeAvailability"), (60, "UnlockConnector")]
    assert list(Command.objects.order_by("id").values_list("payload", flat=True)) == [
        {"requestedMessage": "StatusNotification", "connectorId": 1},
        {"connectorId": 1, "type": "Operative"},
        {"connectorId": 1},
    ]
    alert = Alert.objects.get()
    assert set(Command.objects.values_list("asked_by", "subject")) == {("rule:faulted", f"alert:{alert.pk}")}
    assert list(alert.acts.order_by("id").values_list("what", "step", "outcome")) == [
        ("opened", None, ""), ("step", 1, "rejected"), ("step", 2, "rejected"), ("step", 3, "rejected"),
        ("escalated", None, ""),
    ]  # fmt: skip
    assert (alert.ladder_at, alert.notice_at) == (None, after(130))


def test_it_stops_when_the_cause_is_seen_gone(rule: AlertRule, machine: Station) -> None:
    say(machine, 1, "Faulted")
    assert walk(machine, until=30) == [(20, "TriggerMessage")]
    say(machine, 1, "Available", at=after(35))
    watch_connectors(at=after(36))
    assert [climb(busy=nobody, at=after(second)) for second in WALK] == [0] * len(WALK)
    assert Alert.objects.get().notice_at is None


def test_after_a_charge_it_leaves_the_connector_alone_and_unlocks_late(rule: AlertRule, machine: Station) -> None:
    for status, since, until in (("Charging", -900, -60), ("Finishing", -60, 0), ("Faulted", 0, None)):
        StatusSpan.objects.create(
            station=machine, number=1, status=status, since=after(since), until=None if until is None else after(until)
        )
    say(machine, 1, "Faulted")
    assert walk(machine) == [(20, "TriggerMessage"), (180, "UnlockConnector")]
    assert AlertAct.objects.get(step=2).outcome == "left_out"


def test_a_charge_of_long_before_changes_nothing(rule: AlertRule, machine: Station) -> None:
    StatusSpan.objects.create(station=machine, number=1, status="Charging", since=after(-900), until=after(-301))
    StatusSpan.objects.create(station=machine, number=1, status="Faulted", since=NOON)
    say(machine, 1, "Faulted")
    assert (40, "ChangeAvailability") in walk(machine)


def test_it_sends_nothing_dangerous_where_somebody_charges(rule: AlertRule, machine: Station) -> None:
    say(machine, 1, "Faulted")
    assert walk(machine, busy=somebody) == [(20, "TriggerMessage")]
    climb(busy=somebody, at=after(40 + 900))
    assert AlertAct.objects.get(what="escalated").text == "Somebody charges there."


def test_it_resets_no_station_on_which_anything_charges(machine: Station) -> None:
    rule_with_ladder("faulted", "connector_faulted", ("Reset", 20, None), parameters={"minutes": 0})
    say(machine, 1, "Faulted")
    say(machine, 2, "Charging")
    assert walk(machine) == []
    say(machine, 2, "Available", at=after(260))
    climb(busy=nobody, at=after(300))
    assert Command.objects.get().payload == {"type": "Soft"}


def test_it_waits_for_a_station_that_is_away(rule: AlertRule, machine: Station) -> None:
    say(machine, 1, "Faulted")
    watch_connectors(at=NOON)
    Station.objects.update(gateway=None)
    assert climb(busy=nobody, at=after(20)) + climb(busy=nobody, at=after(60)) == 0
    climb(busy=nobody, at=after(20 + 900))
    assert AlertAct.objects.get(what="escalated").text == "The station is not connected."


def test_a_connector_that_comes_and_goes_gets_few_ladders_a_day(rule: AlertRule, machine: Station) -> None:
    for hour in range(6):
        say(machine, 1, "Faulted", at=NOON + timedelta(hours=hour))
        watch_connectors(at=NOON + timedelta(hours=hour))
        climb(busy=nobody, at=NOON + timedelta(hours=hour, seconds=20))
        say(machine, 1, "Available", at=NOON + timedelta(hours=hour, minutes=1))
        watch_connectors(at=NOON + timedelta(hours=hour, minutes=1))
    assert Command.objects.count() == rule.most_ladders_per_day == 4
    assert AlertAct.objects.filter(what="escalated").count() == 2


def test_it_ends_where_somebody_looks_after_it(rule: AlertRule, machine: Station) -> None:
    say(machine, 1, "Faulted")
    watch_connectors(at=NOON)
    alerts.acknowledge(Alert.objects.all(), by="staff:1", at=NOON)
    assert climb(busy=nobody, at=after(60)) == 0
    assert Alert.objects.get().ladder_at is None


def test_it_leaves_a_station_under_maintenance_alone(rule: AlertRule, machine: Station) -> None:
    say(machine, 1, "Faulted")
    watch_connectors(at=NOON)
    work = Maintenance.objects.create(
        station=machine, what="Cable", made_by="staff:1", made_at=NOON, state="under_way", mutes_alerts=True
    )
    assert climb(busy=nobody, at=after(20)) == 0
    work.delete()
    assert climb(busy=nobody, at=after(60)) == 1


def test_it_waits_for_the_answer_before_it_goes_on(rule: AlertRule, machine: Station) -> None:
    say(machine, 1, "Faulted")
    assert walk(machine, answer=False, until=60) == [(20, "TriggerMessage")]
    commands.sweep_commands(at=after(61))
    assert climb(busy=nobody, at=after(70)) == 1
    assert AlertAct.objects.get(step=1).outcome == "timed_out"


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_climb_once(rule: AlertRule, machine: Station) -> None:
    say(machine, 1, "Faulted")
    watch_connectors(at=NOON)
    holds, may_go, counts = threading.Event(), threading.Event(), []

    def first() -> None:
        with transaction.atomic():
            counts.append(climb(busy=nobody, at=after(20)))
            holds.set()
            may_go.wait(PATIENCE_SECONDS)

    with on_another_thread(first):
        holds.wait(PATIENCE_SECONDS)
        counts.append(climb(busy=nobody, at=after(20)))
        may_go.set()
    assert sorted(counts) == [0, 1]
    assert Command.objects.count() == 1


def test_an_alert_that_breaks_does_not_hold_up_the_others(rule: AlertRule, machine: Station, held: Gateway) -> None:
    other = connect(station("BSK-02"), held)
    rule_with_ladder("faulted", rule.kind, ("UnlockConnector", 0, 0), parameters={"minutes": 0})
    for one in (machine, other):
        say(one, 1, "Faulted")
    watch_connectors(at=NOON)

    def broken(*, station_id: int, number: int | None) -> bool:
        """Nobody charges, and of one station nothing can be said."""
        return not 1 / (station_id - machine.pk)

    assert climb(busy=broken, at=after(1)) == 1
    assert Command.objects.get().station == other


@pytest.mark.parametrize(
    ("number", "then", "is_sent"),
    [(1, "", False), (0, "", False), (2, "", True), (1, "Operative", True)],
    ids=["connector", "station", "other", "given-back"],
)
def test_it_sets_nothing_operative_that_people_have_taken_out(
    rule: AlertRule, machine: Station, number: int, then: str, is_sent: bool
) -> None:
    for wanted in filter(None, ("Inoperative", then)):
        command = commands.send(
            station=machine, intent="ChangeAvailability", payload={"connectorId": number, "type": wanted},
            asked_by="staff:1", expires_at=after(60), at=after(-60),
        )  # fmt: skip
        Command.objects.filter(pk=command.pk).update(state="accepted", sent_at=NOON, answered_at=NOON)
    say(machine, 1, "Faulted")
    rungs = [intent for second, intent in walk(machine) if second > 0]
    assert ("ChangeAvailability" in rungs, rungs[-1]) == (is_sent, "UnlockConnector")
    assert AlertAct.objects.get(step=2).outcome == ("rejected" if is_sent else "left_out")


def test_it_calls_people_where_its_rule_is_deleted_meanwhile(rule: AlertRule, machine: Station) -> None:
    say(machine, 1, "Faulted")
    watch_connectors(at=NOON)
    rule.delete()
    assert climb(busy=nobody, at=after(20)) == 0
    alert = Alert.objects.get()
    assert (alert.ladder_at, alert.notice_at) == (None, after(20))
