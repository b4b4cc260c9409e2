"""Connectors that are stuck: found by their state, in time, once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from drivepower.core.models import Alert, AlertRule
from stations.models import Station, StatusSpan
from stations.recovery import watch_connectors
from stations.tests.recovery.conftest import after, rule_with_ladder
from stations.tests.world import NOON, connect, gateway, location, say, seconds, station

PREPARING = "connector_stuck_preparing"


def test_it_opens_one_alert_for_a_fault_and_ends_it_when_it_has_gone(rule: AlertRule, machine: Station) -> None:
    say(machine, 1, "Faulted", error="GroundFailure")
    assert [watch_connectors(at=after(second)) for second in (5, 10)] == [1, 0]
    alert = Alert.objects.get()
    assert (alert.subject, alert.group, alert.rule, alert.count) == ("connector:BSK-01/1", "station:BSK-01", rule, 1)
    assert alert.text == "It says Faulted: GroundFailure."
    assert (alert.ladder_at, alert.notice_at) == (after(5), None)
    say(machine, 1, "Available", at=after(12))
    watch_connectors(at=after(15))
    alert.refresh_from_db()
    assert (alert.resolved_at, alert.ladder_at) == (after(15), None)
    assert [act.what for act in alert.acts.order_by("id")] == ["opened", "resolved"]


def test_it_waits_for_as_long_as_the_rule_says(machine: Station) -> None:
    rule_with_ladder("preparing", PREPARING, parameters={"minutes": 15})
    say(machine, 1, "Preparing")
    assert watch_connectors(at=after(899)) == 0
    assert watch_connectors(at=after(900)) == 1
    assert Alert.objects.get().notice_at == after(900)


def test_a_status_that_is_said_again_is_as_old_as_its_span(machine: Station) -> None:
    rule_with_ladder("preparing", PREPARING, parameters={"minutes": 15})
    StatusSpan.objects.create(station=machine, number=1, status="Preparing", since=NOON)
    say(machine, 1, "Preparing", at=after(800))
    assert watch_connectors(at=after(900)) == 1


def test_phantom_plug_cycles_are_no_fault(rule: AlertRule, machine: Station) -> None:
    rule_with_ladder("preparing", PREPARING, parameters={"minutes": 15})
    for cycle in range(200):
        status = ("Preparing", "Finishing", "Available")[cycle % 3]
        StatusSpan.objects.filter(station=machine, until=None).update(until=after(cycle * 10))
        StatusSpan.objects.create(station=machine, number=1, status=status, since=after(cycle * 10))
        say(machine, 1, status, at=after(cycle * 10))
        assert watch_connectors(at=after(cycle * 10 + 5)) == 0


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        ({"labels": ["fast"]}, ["connector:BSK-02/1"]),
        ({"locations": ["OSH"]}, ["connector:BSK-02/1"]),
        ({"vendors": ["acme"]}, ["connector:BSK-01/1"]),
        ({}, ["connector:BSK-01/1", "connector:BSK-02/1"]),
    ],
    ids=["label", "location", "vendor", "everywhere"],
)
def test_it_looks_where_the_rule_is_for(scope: dict[str, list[str]], found: list[str], held: object) -> None:
    rule_with_ladder("faulted", "connector_faulted", parameters={"minutes": 0}, **scope)
    alive = gateway(at=after(60), process="web-2")
    for code, fields in (("BSK-01", {"vendor": "Acme"}), ("BSK-02", {"at": location("OSH", labels=["fast"])})):
        say(connect(station(code, **fields), alive), 1, "Faulted")
    watch_connectors(at=after(5))
    assert list(Alert.objects.order_by("subject").values_list("subject", flat=True)) == found


def test_it_says_nothing_of_a_station_that_is_away_or_off(rule: AlertRule, machine: Station) -> None:
    say(machine, 1, "Faulted")
    Station.objects.update(gateway=None)
    assert watch_connectors(at=after(5)) == 0
    say(connect(station("BSK-02", service_state="out_of_service"), gateway(at=after(60))), 1, "Faulted")
    assert watch_connectors(at=after(5)) == 0


def test_it_asks_alike_for_one_and_for_many(rule: AlertRule, held: object) -> None:
    alive, counts = gateway(at=after(60), process="web-2"), []
    for number in range(12):
        say(connect(station(f"BSK-{number}"), alive), 1, "Faulted")
        with CaptureQueriesContext(connection) as asked:
            watch_connectors(at=NOON + seconds(number))
        counts.append(len(asked))
    assert len(set(counts)) == 1
    rule.delete()


@pytest.mark.parametrize("state", ["retired", "out_of_service"])
def test_what_stands_of_a_station_that_is_taken_out_of_use_ends(rule: AlertRule, machine: Station, state: str) -> None:
    say(machine, 1, "Faulted")
    watch_connectors(at=after(5))
    Station.objects.update(service_state=state)
    watch_connectors(at=after(10))
    assert Alert.objects.get().resolved_at == after(10)


def test_a_rule_for_a_place_that_is_off_keeps_the_one_for_all_away_from_there(rule: AlertRule, held: object) -> None:
    AlertRule.objects.create(name="osh", kind=rule.kind, locations=["OSH"], is_on=False)
    alive = gateway(at=after(60), process="web-2")
    for one in (station("BSK-01"), station("BSK-02", at=location("OSH"))):
        say(connect(one, alive), 1, "Faulted")
    watch_connectors(at=after(5))
    assert list(Alert.objects.values_list("subject", flat=True)) == ["connector:BSK-01/1"]
