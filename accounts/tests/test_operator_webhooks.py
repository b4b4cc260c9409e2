"""Webhooks by the operator API: who may keep them, what is shown of them, and what happens once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Company, User
from accounts.tests.world import aida, tokens_of
from drivepower.core import events, webhooks
from drivepower.core.models import Delivery, Webhook

pytestmark = pytest.mark.django_db
LIST = "/api/v1/operator/webhooks"
FORM = {"name": "Books", "url": "https://books.example.com/in", "kinds": ["session.settled", "payment.*"]}
ALL = ("view_webhook", "add_webhook", "change_webhook", "delete_webhook", "view_delivery", "view_company")


def app_of(person: User, **headers: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_of(person).access}", **headers)
    return client


def staff(*permissions: str, company: Company | None = None, **headers: str) -> APIClient:
    """Somebody of staff with these rights, all of them without any named."""
    person = User.objects.create_user(email=f"{uuid.uuid4().hex}@example.com", role="staff", company=company)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions or ALL))
    return app_of(person, **headers)


def made(client: APIClient, **said: Any) -> tuple[str, str]:
    """The address and the secret of a new one."""
    answer = client.post(LIST, FORM | said, format="json")
    assert answer.status_code == 201, answer.content
    return f"{LIST}/{answer.json()['webhook']['id']}", answer.json()["secret"]


def test_it_keeps_one() -> None:
    client = staff()
    answer = client.post(LIST, FORM, format="json")
    body, webhook = answer.json(), Webhook.objects.get()
    assert (answer.status_code, body["secret"]) == (201, webhook.secret)
    assert body["webhook"] == {
        "id": str(webhook.public_id), **FORM, "company_id": None, "is_active": True, "failing_since": None,
        "rotated_at": None, "made_by": webhook.made_by, "made_at": body["webhook"]["made_at"],
    }  # fmt: skip
    address = f"{LIST}/{webhook.public_id}"
    changed = client.patch(address, {"kinds": ["*"], "is_active": False}, format="json").json()["webhook"]
    assert (changed["kinds"], changed["is_active"], changed["name"]) == (["*"], False, "Books")
    assert client.get(address).json() == {"success": True, "webhook": changed}
    assert client.get(LIST).json() == {"success": True, "data": [changed], "next": None}
    assert (client.delete(address).status_code, client.get(address).status_code) == (204, 404)


def test_no_answer_but_its_first_has_the_secret() -> None:
    client = staff()
    address, secret = made(client)
    shown = [client.get(LIST), client.get(address), client.patch(address, {"name": "x"}, format="json")]
    assert [secret in answer.content.decode() for answer in shown] == [False] * 3


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"url": "http://books.example.com"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://169.254.169.254/latest"}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["everything"]}, "kinds"),
        ({"secret": "mine"}, "secret"),
        ({"is_active": False}, "is_active"),
        ({"name": ""}, "name"),
    ],
)
def test_it_refuses_what_could_not_be_told(said: dict[str, Any], field: str) -> None:
    answer = staff().post(LIST, FORM | said, format="json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")
    assert field in answer.json()["details"]
    assert not Webhook.objects.exists()


def test_a_change_is_looked_at_too() -> None:
    client = staff()
    address, _ = made(client)
    assert client.patch(address, {"url": "https://10.1.2.3/"}, format="json").status_code == 400
    assert Webhook.objects.get().url == FORM["url"]


def test_it_rotates_tries_out_and_tells_again() -> None:
    client = staff()
    address, secret = made(client)
    rotated = client.post(f"{address}/rotate").json()
    webhook = Webhook.objects.get()
    assert (rotated["secret"], webhook.previous_secret) == (webhook.secret, secret)
    assert rotated["webhook"]["rotated_at"] is not None
    tried = client.post(f"{address}/test")
    assert (tried.status_code, tried.json()["delivery"]["kind"]) == (202, "webhook.test")
    now = timezone.now()
    events.record(kind="session.settled", subject="session:1", payload={}, at=now)
    span = {"since": (now - timedelta(hours=1)).isoformat(), "until": (now + timedelta(hours=1)).isoformat()}
    again = client.post(f"{address}/replay", span, format="json")
    assert (again.status_code, again.json()) == (202, {"success": True, "count": 1})
    listed = client.get(f"{address}/deliveries").json()["data"]
    assert [row["kind"] for row in listed] == ["session.settled", "webhook.test"]
    assert client.get(f"{address}/deliveries", {"state": "done"}).json()["data"] == []
    backwards = {"since": span["until"], "until": span["since"]}
    assert client.post(f"{address}/replay", backwards, format="json").status_code == 400


def test_a_post_sent_again_makes_no_second() -> None:
    client = staff(HTTP_IDEMPOTENCY_KEY="k-1")
    assert made(client) == made(client)
    assert Webhook.objects.count() == 1


def test_it_is_for_staff_with_the_right() -> None:
    address, _ = made(staff())
    doors = [("get", LIST), ("post", LIST), ("get", address), ("patch", address), ("delete", address)]
    doors += [("post", f"{address}/{verb}") for verb in ("rotate", "test", "replay")]
    doors += [("get", f"{address}/deliveries")]
    for client, status in ((APIClient(), 401), (app_of(aida()), 403), (staff("view_user"), 403)):
        assert [getattr(client, verb)(path).status_code for verb, path in doors] == [status] * len(doors)
    reader = staff("view_webhook")
    assert reader.get(LIST).status_code == 200
    assert [reader.post(f"{address}/{verb}").status_code for verb in ("rotate", "test", "replay")] == [403] * 3


def test_staff_of_a_company_see_those_that_are_told_its_events() -> None:
    fleet, other = (Company.objects.create(name=name) for name in ("Ala-Too Taxi", "Other"))
    house, host = staff(), staff(company=fleet)
    mine, _ = made(house, company_id=str(fleet.public_id))
    foreign = [made(house)[0], made(house, company_id=str(other.public_id))[0]]
    assert [row["name"] for row in host.get(LIST).json()["data"]] == ["Books"]
    assert (host.get(mine).status_code, host.get(f"{mine}/deliveries").status_code) == (200, 200)
    assert [host.get(path).status_code for path in foreign] == [404, 404]
    assert [host.get(f"{path}/deliveries").status_code for path in foreign] == [404, 404]
    assert host.post(LIST, FORM, format="json").status_code == 403
    assert [host.delete(mine).status_code, host.patch(mine).status_code, host.post(f"{mine}/rotate").status_code] == [
        403
    ] * 3
    assert (
        house.post(LIST, FORM | {"company_id": str(uuid.uuid4())}, format="json").json()["error"] == "company_not_found"
    )


def test_lists_ask_the_same_number_of_queries_for_any_number_of_rows() -> None:
    client, counts = staff(), []
    address, _ = made(client)
    for rows in (2, 10):
        for _ in range(rows):
            made(client)
            webhooks.test(webhook=Webhook.objects.earliest("id"), at=timezone.now())
        for path in (LIST, f"{address}/deliveries"):
            with CaptureQueriesContext(connection) as queries:
                assert len(client.get(path).json()["data"]) >= rows
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert Delivery.objects.count() == 12
