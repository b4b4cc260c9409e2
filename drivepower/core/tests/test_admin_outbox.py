"""Webhooks in the portal: made with a secret that is shown once, changed, tried out; and records that nobody writes."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from drivepower.core import events, webhooks
from drivepower.core.models import Delivery, IdempotencyKey, Webhook
from drivepower.core.tests.forms import fields_of

pytestmark = pytest.mark.django_db
LIST = "/admin/core/webhook/"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEEPS = ("view_webhook", "add_webhook", "change_webhook")


def staff(*permissions: str) -> Client:
    person = get_user_model().objects.create_user(email="aibek@example.com", role="staff")
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def made() -> Webhook:
    return webhooks.make(
        name="Books", url="https://books.example.com/in", kinds=["payment.*"], company=None, by="staff:1", at=NOON
    )


def act(client: Client, name: str) -> str:
    chosen = {"action": name, "_selected_action": list(Webhook.objects.values_list("pk", flat=True))}
    return client.post(LIST, chosen, follow=True).text


def test_it_makes_one_and_shows_its_secret_once() -> None:
    client = staff(*KEEPS)
    said = {"name": "Books", "url": "https://books.example.com/in", "kinds": "session.settled,payment.*"}
    done = client.post(f"{LIST}add/", said, follow=True).text
    webhook = Webhook.objects.get()
    assert (webhook.kinds, webhook.is_active) == (["session.settled", "payment.*"], False)
    assert webhook.made_by.startswith("staff:")
    assert done.count(webhook.secret) == 1
    assert webhook.secret not in client.get(f"{LIST}{webhook.pk}/change/").text


@pytest.mark.parametrize(
    "said", [{"url": "http://books.example.com/"}, {"url": "https://10.0.0.1/"}, {"kinds": "payments"}, {"kinds": ""}]
)
def test_it_says_why_it_makes_none(said: dict[str, str]) -> None:
    fine = {"name": "Books", "url": "https://books.example.com/in", "kinds": "*"}
    page = staff(*KEEPS).post(f"{LIST}add/", fine | said)
    assert (page.status_code, Webhook.objects.count()) == (200, 0)
    assert re.search("Nothing is sent there|Name kinds like|This field is required", page.text)


def test_a_change_keeps_the_secret() -> None:
    client, webhook = staff(*KEEPS), made()
    page = f"{LIST}{webhook.pk}/change/"
    sent = fields_of(client.get(page).text) | {"kinds": "alert.*", "is_active": "on"}
    assert client.post(page, sent).status_code == 302
    changed = Webhook.objects.get()
    assert (changed.kinds, changed.secret, changed.made_by) == (["alert.*"], webhook.secret, "staff:1")


def test_it_gives_a_new_secret_and_tries_it_out() -> None:
    client, webhook = staff(*KEEPS), made()
    shown = act(client, "rotate")
    changed = Webhook.objects.get()
    assert (changed.previous_secret, changed.secret in shown) == (webhook.secret, True)
    assert "1 deliveries wait." in act(client, "try_out")
    assert Delivery.objects.get().event.kind == "webhook.test"


def test_it_tells_again() -> None:
    client, webhook = staff(*KEEPS), made()
    events.record(kind="payment.approved", subject="top_up:1", payload={}, at=timezone.now())
    webhooks.fan_out(at=NOON)
    Delivery.objects.update(state="done", next_at=None)
    act(client, "tell_again")
    assert webhook.deliveries.get().state == "waiting"


def test_who_only_looks_changes_nothing() -> None:
    client, webhook = staff("view_webhook"), made()
    for name in ("rotate", "try_out", "tell_again"):
        act(client, name)
    assert client.post(f"{LIST}add/", {"name": "x"}).status_code == 403
    assert (Webhook.objects.get().secret, Delivery.objects.count()) == (webhook.secret, 0)


def test_kept_answers_are_not_shown() -> None:
    row = IdempotencyKey.objects.create(
        owner="staff:1", route="r", key="k", body_hash="h", status=201, answer="whsec_x", made_at=NOON, expires_at=NOON
    )
    client = staff("view_idempotencykey")
    page = client.get(f"/admin/core/idempotencykey/{row.pk}/change/")
    assert (page.status_code, "whsec_x" in page.text) == (200, False)
