"""What rules, people and ladders do with an alert, and its history."""

import importlib
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps

from drivepower.core import alerts
from drivepower.core.models import Alert, AlertAct, AlertRule, AlertStep

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
KIND = "connector_faulted"


@pytest.fixture(autouse=True)
def nothing_ruled() -> None:
    AlertRule.objects.all().delete()


def ring(subject: str = "connector:BSK-01/2", at: datetime = NOON, anew: bool = False) -> Alert:
    alerts.open_alert(kind=KIND, subject=subject, text="It says Faulted.", at=at, anew=anew)
    return Alert.objects.open().get(subject=subject)


def history(alert: Alert) -> list[tuple[str, str]]:
    return list(alert.acts.order_by("id").values_list("what", "by"))


@pytest.mark.parametrize(
    ("subject", "group"),
    [
        ("station:BSK-01", "station:BSK-01"),
        ("station:BSK-01:stop:7", "station:BSK-01"),
        ("connector:BSK-01/2", "station:BSK-01"),
        ("session:41", "session:41"),
        ("network", "network"),
    ],
)
def test_what_is_of_one_station_stands_together(subject: str, group: str) -> None:
    assert ring(subject).group == group


def test_without_a_rule_it_is_a_warning_that_people_are_told_of() -> None:
    alert = ring()
    assert (alert.severity, alert.rule, alert.notice_at, alert.ladder_at) == ("warning", None, NOON, None)


def test_it_is_as_bad_as_the_rule_for_all_says() -> None:
    AlertRule.objects.create(name="here", kind=KIND, severity="info", locations=["OSH"])
    rule = AlertRule.objects.create(name="all", kind=KIND, severity="critical")
    alert = ring()
    assert (alert.severity, alert.rule) == ("critical", rule)


@pytest.mark.parametrize(("subject", "climbs"), [("connector:BSK-01/2", True), ("session:41", False)])
def test_a_ladder_comes_before_people(subject: str, climbs: bool) -> None:
    rule = AlertRule.objects.create(name="all", kind=KIND)
    AlertStep.objects.create(rule=rule, position=1, action="TriggerMessage", after_s=20)
    alert = ring(subject)
    assert (alert.ladder_at, alert.notice_at) == ((NOON, None) if climbs else (None, NOON))


def test_a_rule_that_is_off_neither_climbs_nor_tells() -> None:
    rule = AlertRule.objects.create(name="all", kind=KIND, is_on=False)
    AlertStep.objects.create(rule=rule, position=1, action="TriggerMessage", after_s=20)
    alert = ring()
    assert (alert.ladder_at, alert.notice_at) == (None, None)


def test_its_history_tells_all_that_was_done() -> None:
    alert = ring()
    ring(at=NOON + HOUR)
    ring(at=NOON + HOUR, anew=True)
    alerts.snooze(Alert.objects.all(), until=NOON + 2 * HOUR, by="staff:1", at=NOON)
    alerts.assign(alert, to="staff:2", called="Aida", by="staff:1", at=NOON)
    alerts.note([alert.pk], what=AlertAct.What.NOTE, text="Ordered \x00a cable.", by="staff:2", at=NOON)
    alerts.acknowledge(Alert.objects.all(), by="staff:2", at=NOON)
    alerts.resolve(Alert.objects.all(), by="staff:2", at=NOON + HOUR)
    assert history(alert) == [
        ("opened", ""), ("again", ""), ("snoozed", "staff:1"), ("assigned", "staff:1"), ("note", "staff:2"),
        ("acknowledged", "staff:2"), ("resolved", "staff:2"),
    ]  # fmt: skip
    assert alert.acts.get(what="note").text == "Ordered a cable."
    alert.refresh_from_db()
    assert (alert.assigned_to, alert.snoozed_by, alert.notice_at) == ("staff:2", "staff:1", None)


def test_a_snoozed_one_that_happens_again_stays_silent_until_then() -> None:
    ring()
    alerts.snooze(Alert.objects.all(), until=NOON + HOUR, by="staff:1", at=NOON)
    assert ring(at=NOON + HOUR / 2, anew=True).notice_at == NOON + HOUR


def test_what_is_over_is_not_snoozed() -> None:
    ring()
    alerts.resolve(Alert.objects.all(), at=NOON)
    assert alerts.snooze(Alert.objects.all(), until=NOON + HOUR, by="staff:1", at=NOON) == 0
    assert Alert.objects.get().notice_at is None


def test_a_ladder_escalates_once() -> None:
    rule = AlertRule.objects.create(name="all", kind=KIND)
    AlertStep.objects.create(rule=rule, position=1, action="TriggerMessage", after_s=20)
    alert = ring()
    assert alerts.escalate(alert, text="Nothing has helped.", at=NOON + HOUR)
    assert not alerts.escalate(alert, text="Nothing has helped.", at=NOON + HOUR)
    alert.refresh_from_db()
    assert (alert.notice_at, alert.ladder_at) == (NOON + HOUR, None)


def test_open_ones_come_first() -> None:
    old = ring("station:OLD")
    ring("station:NEW", at=NOON + HOUR)
    alerts.resolve_alert(kind=KIND, subject="station:NEW", at=NOON + 2 * HOUR)
    assert Alert.objects.first() == old


def test_each_kind_has_a_rule_from_the_beginning_and_people_s_changes_stay() -> None:
    made = importlib.import_module("drivepower.core.migrations.0008_default_alert_rules")
    made.make(apps, None)
    faulted = AlertRule.objects.get(name="connector-faulted")
    assert list(faulted.steps.values_list("action", "after_s", "after_charge_s")) == [
        ("TriggerMessage", 20, 20), ("ChangeAvailability", 40, None), ("UnlockConnector", 60, 180),
    ]  # fmt: skip
    AlertRule.objects.filter(pk=faulted.pk).update(severity="info")
    made.make(apps, None)
    assert AlertRule.objects.get(name="connector-faulted").severity == "info"
    assert faulted.steps.count() == 3
