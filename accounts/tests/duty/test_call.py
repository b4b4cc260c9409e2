"""Whom an alert calls: by place, severity, turn, and never twice."""

import threading

import pytest
from django.contrib.auth.models import Group

from accounts.duty import calling
from accounts.duty.rota import is_nobody_on_duty
from accounts.models import Company, DutyNotice, DutyShift, User
from accounts.tests.duty.world import NOON, Spot, call, minutes, person, ring, rule, shift, told
from drivepower.core import alerts
from drivepower.core.models import Alert, AlertAct
from drivepower.core.tests.waiting import PATIENCE_SECONDS, on_another_thread

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("where", "is_called"),
    [
        ({}, True),
        ({"locations": ["OSH"]}, True),
        ({"locations": ["TOKMOK"]}, False),
        ({"labels": ["fast"]}, True),
        ({"labels": ["slow"]}, False),
        ({"locations": ["TOKMOK"], "labels": ["fast"]}, True),
    ],
    ids=["everywhere", "here", "elsewhere", "label", "other-label", "either"],
)
@pytest.mark.parametrize(
    ("severity", "least", "wants"),
    [("info", "info", True), ("info", "warning", False), ("warning", "warning", True), ("warning", "critical", False),
     ("critical", "critical", True), ("critical", "info", True)],
)  # fmt: skip
def test_it_calls_by_place_and_severity(
    where: dict[str, list[str]], is_called: bool, severity: str, least: str, wants: bool
) -> None:
    rule(severity=severity)
    shift(person("Aida", least_severity=least), **where)
    ring()
    assert call(spot=Spot("BSK-01", "OSH", frozenset({"fast"}))) == int(is_called and wants)


def test_who_has_said_nothing_gets_mail_of_warnings() -> None:
    rule()
    shift(person("Aida"))
    ring()
    call()
    assert told() == [("Aida", "mail", 1)]
    assert DutyNotice.objects.get().target == "aida@example.com"


def test_it_calls_by_each_way_that_has_an_address() -> None:
    rule()
    ways = {"ways": ["mail", "webhook", "messenger"], "messenger_to": "@aida"}
    shift(person("Aida", **ways))
    ring()
    call()
    assert told() == [("Aida", "mail", 1), ("Aida", "messenger", 1)]


def test_it_calls_the_next_while_nobody_acknowledges() -> None:
    rule()
    for turn, name in enumerate(("Aida", "Bakyt", "Cholpon"), 1):
        shift(person(name), turn=turn)
    alert = ring()
    for minute in (0, 1, 15, 16, 29):
        call(minutes(minute))
    assert [name for name, _, _ in told()] == ["Aida", "Bakyt"]
    alerts.acknowledge(Alert.objects.all(), by="staff:1", at=minutes(29))
    call(minutes(60))
    assert len(told()) == 2
    assert [act.text for act in alert.acts.filter(what="told").order_by("id")] == ["Aida", "Bakyt"]


def test_after_the_last_turn_it_is_silent() -> None:
    rule()
    shift(person("Aida"))
    ring()
    assert [call(minutes(minute)) for minute in (0, 15, 30, 600)] == [1, 0, 0, 0]


def test_with_nobody_on_duty_it_calls_who_wants_that() -> None:
    rule()
    person("Aida", is_always=True)
    person("Bakyt")
    shift(person("Cholpon"), until=minutes(-1))
    ring()
    call()
    assert told() == [("Aida", "mail", 1)]


@pytest.mark.parametrize("fields", [{"is_active": False}, {"role": "driver"}, {"company": "host"}], ids=str)
def test_it_calls_nobody_who_is_not_of_the_house(fields: dict[str, object]) -> None:
    rule()
    shift(person("Aida"))
    if fields.get("company"):
        fields = {"company": Company.objects.create(name="Host", kind=Company.Kind.HOST)}
    User.objects.update(**fields)
    ring()
    assert call() == 0


def test_maintenance_is_silent_until_it_is_over() -> None:
    rule()
    shift(person("Aida"))
    ring()
    assert call(silent={"BSK-01"}) == 0
    assert call(minutes(4)) == 0
    assert call(minutes(5)) == 1


def test_what_is_gone_in_maintenance_calls_nobody() -> None:
    rule()
    shift(person("Aida"))
    ring()
    call(silent={"BSK-01"})
    alerts.resolve_alert(kind="station_offline", subject="station:BSK-01", at=minutes(1))
    assert call(minutes(10)) == 0
    assert Alert.objects.count() == 1


def test_a_snoozed_one_calls_when_its_time_is_over() -> None:
    rule()
    shift(person("Aida"))
    ring()
    assert alerts.snooze(Alert.objects.all(), until=minutes(60), by="staff:1", at=NOON) == 1
    assert [call(minutes(minute)) for minute in (0, 59, 60)] == [0, 0, 1]


def test_a_rule_that_is_off_calls_nobody() -> None:
    rule(is_on=False)
    shift(person("Aida"))
    ring()
    assert call() == 0
    assert Alert.objects.get().notice_at is None


def test_what_comes_and_goes_calls_now_and_then() -> None:
    rule()
    shift(person("Aida"))
    calls = []
    for minute in range(0, 30, 3):
        ring(at=minutes(minute))
        calls.append(call(minutes(minute)))
        alerts.resolve_alert(kind="station_offline", subject="station:BSK-01", at=minutes(minute + 1))
    assert sum(calls) == 2


def test_what_happens_once_more_calls_once_more() -> None:
    rule()
    shift(person("Aida"))
    ring()
    call()
    ring(at=minutes(1), anew=True)
    assert call(minutes(1)) == 1


def test_twice_decided_is_once_told() -> None:
    rule()
    shift(person("Aida"))
    alert = ring()
    call()
    Alert.objects.filter(pk=alert.pk).update(notice_at=NOON, notice_round=0)
    call()
    assert len(told()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_decide_at_once_call_once() -> None:
    rule()
    shift(person("Aida"))
    for number in range(5):
        ring(f"BSK-{number}")
    start = threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def decide() -> None:
        start.wait()
        call()

    with on_another_thread(decide):
        decide()
    assert len(told()) == DutyNotice.objects.values("alert").distinct().count() == 5
    assert AlertAct.objects.filter(what="told").count() == 5


def test_who_has_no_address_was_not_told() -> None:
    rule()
    shift(person("Aida", ways=["messenger"]))
    shift(person("Bakyt"))
    alert = ring()
    call()
    assert [act.text for act in alert.acts.filter(what="told")] == ["Bakyt"]


def test_an_alert_that_breaks_does_not_silence_the_others() -> None:
    rule()
    shift(person("Aida"))
    first, second = ring("BSK-01"), ring("BSK-02")
    places = {first.subject: object(), second.subject: Spot("BSK-02")}
    assert calling.call(places=lambda subjects: places, silent=lambda now: frozenset(), at=NOON) == 1
    assert DutyNotice.objects.get().alert == second


@pytest.mark.parametrize("severity", ["warning", "critical"])
@pytest.mark.parametrize("told_otherwise", ["nobody", "always", "shift"])
def test_with_nobody_on_duty_owners_are_told_of_what_is_critical(severity: str, told_otherwise: str) -> None:
    rule(severity=severity)
    owner, root, gone = person("Olga"), person("Root"), person("Gone")
    for one in (owner, gone):
        one.groups.add(Group.objects.get(name="Owner"))
    User.objects.filter(pk=root.pk).update(is_superuser=True)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    aida = person("Aida", is_always=told_otherwise == "always")
    if told_otherwise == "shift":
        shift(aida)
    ring()
    assert is_nobody_on_duty(at=NOON) == (told_otherwise == "nobody")
    call()
    owners = [("Olga", "mail", 1), ("Root", "mail", 1)] if severity == "critical" else []
    assert told() == (owners if told_otherwise == "nobody" else [("Aida", "mail", 1)])


def test_a_rule_that_is_turned_off_meanwhile_calls_nobody_more() -> None:
    mine = rule()
    for turn, name in enumerate(("Aida", "Bakyt"), 1):
        shift(person(name), turn=turn)
    ring()
    call()
    mine.is_on = False
    mine.save()
    assert call(minutes(15)) == 0
    assert Alert.objects.get().notice_at is None


def test_what_opens_in_a_hole_of_the_rota_calls_whoever_is_next_on_duty() -> None:
    rule()
    shift(person("Aida"), until=minutes(-1))
    DutyShift.objects.create(person=person("Bakyt"), since=minutes(120), until=minutes(600))
    ring()
    assert [call(minutes(minute)) for minute in (0, 60, 119, 125, 130)] == [0, 0, 0, 1, 0]
    assert told() == [("Bakyt", "mail", 1)]


def test_what_is_acknowledged_in_a_hole_of_the_rota_calls_nobody() -> None:
    rule()
    DutyShift.objects.create(person=person("Bakyt"), since=minutes(120), until=minutes(600))
    ring()
    call()
    alerts.acknowledge(Alert.objects.all(), by="staff:1", at=minutes(1))
    assert call(minutes(130)) == 0


def test_it_calls_the_second_where_the_first_has_gone_off_duty_meanwhile() -> None:
    rule()
    shift(person("Aida"), until=minutes(10))
    shift(person("Bakyt"), turn=2)
    ring()
    assert [call(minutes(minute)) for minute in (0, 15, 30)] == [1, 1, 0]
    assert [name for name, _, _ in told()] == ["Aida", "Bakyt"]


def test_where_both_have_gone_off_duty_meanwhile_owners_are_told_of_what_is_critical() -> None:
    rule(severity="critical")
    person("Olga").groups.add(Group.objects.get(name="Owner"))
    shift(person("Aida"), until=minutes(10))
    shift(person("Bakyt"), turn=2, until=minutes(10))
    ring()
    assert [call(minutes(minute)) for minute in (0, 15, 30)] == [1, 1, 0]
    assert [name for name, _, _ in told()] == ["Aida", "Olga"]


@pytest.mark.parametrize(("back", "calls"), [(20, [0, 0, 1]), (70, [1, 0, 0])], ids=["flaps", "a-new-trouble"])
def test_what_is_snoozed_stays_so_while_it_comes_and_goes(back: int, calls: list[int]) -> None:
    rule()
    shift(person("Aida"))
    ring()
    call()
    alerts.snooze(Alert.objects.all(), until=minutes(240), by="staff:1", at=minutes(2))
    alerts.resolve_alert(kind="station_offline", subject="station:BSK-01", at=minutes(5))
    again = ring(at=minutes(back))
    assert [call(minutes(minute)) for minute in (back, 239, 240)] == calls
    again.refresh_from_db()
    flaps = calls[0] == 0
    assert (again.snoozed_until, again.snoozed_by) == ((minutes(240), "staff:1") if flaps else (None, ""))
