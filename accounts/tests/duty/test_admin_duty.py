"""The pages of the rota and of what each wants to hear, as people work with them."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.duty.sending import send_notices
from accounts.models import DutyChoice, DutyNotice, SandboxMessage, User
from accounts.tests.duty.world import NOON, call, person, ring, rule, shift
from drivepower.core import alerts
from drivepower.core.models import Alert

pytestmark = pytest.mark.django_db
ADD = "/admin/accounts/dutychoice/add/"


def form(**fields: Any) -> dict[str, Any]:
    """A choice as its page sends it."""
    return {"ways": ["mail"], "least_severity": "warning", "every_minutes": 0} | fields


def logged_in(client: Client, *rights: str) -> Client:
    who = person("Aida")
    who.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(who)
    return client


def test_everybody_who_sees_alerts_keeps_their_own(client: Client) -> None:
    logged_in(client, "view_alert")
    other = DutyChoice.objects.create(person=person("Bakyt"), ways=["mail"])
    assert client.post(ADD, form(every_minutes=30)).status_code == 302
    assert DutyChoice.objects.get(person__name="Aida").every_minutes == 30
    assert client.get(ADD).status_code == 403
    assert client.get(f"/admin/accounts/dutychoice/{other.pk}/change/").status_code in (302, 404)
    assert "Bakyt" not in client.get("/admin/accounts/dutychoice/").text


def test_who_sees_no_alerts_has_no_choice(client: Client) -> None:
    assert logged_in(client, "view_station").get(ADD).status_code == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"time_zone": "Mars/Base"},
        {"ways": ["webhook"]},
        {"ways": ["webhook"], "webhook_url": "http://10.0.0.1/"},
        {"ways": ["messenger"]},
        {"ways": ["pigeon"]},
        {"every_minutes": 1441},
        {"quiet_from": "22:00"},
    ],
    ids=["zone", "no-address", "private", "no-name", "no-way", "too-long", "one-end"],
)
def test_it_refuses_what_nobody_can_keep_to(client: Client, fields: dict[str, Any]) -> None:
    assert logged_in(client, "view_alert").post(ADD, form(**fields)).status_code == 200
    assert not DutyChoice.objects.exists()


def test_an_alert_is_given_to_somebody_and_shows_whom_it_called(client: Client) -> None:
    logged_in(client, "view_alert", "change_alert")
    rule()
    shift(bakyt := person("Bakyt"))
    alert = ring()
    call()
    assert DutyNotice.objects.count() == 1
    client.post(reverse("admin:core_alert_assign_one", args=[alert.pk]), {"_form_submitted": "True", "to": bakyt.pk})
    assert Alert.objects.get().assigned_to == f"staff:{bakyt.public_id}"
    page = client.get(f"/admin/core/alert/{alert.pk}/change/").text
    assert page.count("Bakyt") >= 3


def give(client: Client, alert: Alert, to: User) -> None:
    client.post(reverse("admin:core_alert_assign_one", args=[alert.pk]), {"_form_submitted": "True", "to": to.pk})


def test_who_is_given_an_alert_is_told_once_though_somebody_has_acknowledged_it(client: Client) -> None:
    logged_in(client, "view_alert", "change_alert")
    bakyt, alert = person("Bakyt", ways=["mail", "messenger"], messenger_to="@bakyt"), ring()
    User.objects.filter(pk=bakyt.pk).update(language="ru")
    alerts.acknowledge(Alert.objects.all(), by="staff:x", at=NOON)
    give(client, alert, bakyt)
    give(client, alert, bakyt)
    send_notices(at=timezone.now())
    sent = {one.channel: one.text for one in SandboxMessage.objects.all()}
    assert sorted(sent) == ["mail", "messenger"]
    assert SandboxMessage.objects.count() == 2
    assert sent["mail"].startswith("Это поручено вам.")


def test_nobody_is_told_of_what_they_give_themselves_or_of_what_is_over(client: Client) -> None:
    logged_in(client, "view_alert", "change_alert")
    alert = ring()
    give(client, alert, User.objects.get(name="Aida"))
    alerts.resolve(Alert.objects.all(), at=NOON)
    give(client, alert, person("Bakyt"))
    assert not DutyNotice.objects.exists()
