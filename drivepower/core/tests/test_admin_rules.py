"""The pages of alerts and their rules, as people work with them."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drivepower.core.alerts import closed_by_people, open_alert
from drivepower.core.models import Alert, AlertRule, AlertStep

pytestmark = pytest.mark.django_db
RULES, ALERTS = "/admin/core/alertrule/", "/admin/core/alert/"
KIND = closed_by_people("paid_twice")


@pytest.fixture
def owner(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser(email="owner@example.com"))
    return client


def form(**fields: Any) -> dict[str, Any]:
    """A rule as its page sends it."""
    steps = {"steps-TOTAL_FORMS": 1, "steps-INITIAL_FORMS": 0, "steps-0-position": 1, "steps-0-after_s": 20}
    said = {
        "name": "faults", "kind": "connector_faulted", "severity": "warning",
        "escalate_minutes": 15, "most_ladders_per_day": 4, "is_on": "on", "steps-0-action": "TriggerMessage",
        "labels": "", "locations": "", "vendors": "", "parameters-connector_faulted.minutes": "2",
    }  # fmt: skip
    return steps | said | fields


def test_it_makes_a_rule_with_its_ladder(owner: Client) -> None:
    page = owner.post(f"{RULES}add/", form(labels="fast,slow"))
    assert page.status_code == 302
    rule = AlertRule.objects.get(name="faults")
    assert (rule.parameters, rule.labels) == ({"minutes": 2}, ["fast", "slow"])
    assert AlertStep.objects.get(rule=rule).action == "TriggerMessage"


def test_a_rule_keeps_its_name(owner: Client) -> None:
    owner.post(f"{RULES}add/", form())
    rule = AlertRule.objects.get(name="faults")
    owner.post(f"{RULES}{rule.pk}/change/", form(name="other", severity="critical") | {"steps-TOTAL_FORMS": 0})
    rule.refresh_from_db()
    assert (rule.name, rule.severity) == ("faults", "critical")


def alert() -> Alert:
    open_alert(kind=KIND, subject="top_up:1", text="<b>=1+1</b>", at=timezone.now() - timedelta(hours=1))
    return Alert.objects.get()


@pytest.mark.parametrize(
    ("act", "said", "what"),
    [
        ("acknowledge_one", {}, "acknowledged"),
        ("snooze_one", {"hours": 4}, "snoozed"),
        ("note_one", {"text": "Looked at it."}, "note"),
        ("resolve_one", {}, "resolved"),
    ],
)
def test_it_is_worked_on_from_its_page(owner: Client, act: str, said: dict[str, Any], what: str) -> None:
    row = alert()
    answer = owner.post(reverse(f"admin:core_alert_{act}", args=[row.pk]), {"_form_submitted": "True"} | said)
    assert answer.headers["HX-Redirect"] == f"{ALERTS}{row.pk}/change/"
    assert row.acts.filter(what=what).exists()
    page = owner.get(f"{ALERTS}{row.pk}/change/")
    assert "&lt;b&gt;=1+1&lt;/b&gt;" in page.text
    assert "<b>=1+1" not in page.text


def test_nobody_works_on_it_who_may_only_look(client: Client) -> None:
    person = get_user_model().objects.create_user(email="aibek@example.com", role="staff")
    person.user_permissions.set(Permission.objects.filter(codename="view_alert"))
    client.force_login(person)
    row = alert()
    client.post(reverse("admin:core_alert_acknowledge_one", args=[row.pk]), {"_form_submitted": "True"})
    row.refresh_from_db()
    assert row.acknowledged_at is None


def test_by_looking_nothing_changes(owner: Client) -> None:
    row = alert()
    owner.get(reverse("admin:core_alert_acknowledge_one", args=[row.pk]))
    row.refresh_from_db()
    assert row.acknowledged_at is None


@pytest.mark.parametrize("act", ["snooze_hour", "snooze_day"])
def test_many_are_snoozed_at_once(owner: Client, act: str) -> None:
    row = alert()
    owner.post(ALERTS, {"action": act, "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.snoozed_until is not None
    assert row.notice_at == row.snoozed_until
