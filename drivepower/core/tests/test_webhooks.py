"""Events told to addresses outside: who hears which, how it is signed, and when it is tried again."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from drivepower.core import webhooks
from drivepower.core.alerts import open_alert
from drivepower.core.models import Alert, Delivery, Event
from drivepower.core.tests.hooks import FLEET, HOST, NOON, fan_out, hook, kinds_heard, record, told, verified
from drivepower.core.tests.loopback import Heard, Receiver, listening
from drivepower.core.tests.waiting import on_another_thread
from drivepower.core.webhooks.delivering import FAILING, LADDER

# Deliveries are sent on threads of their own.
pytestmark = pytest.mark.django_db(transaction=True)


def test_it_tells_an_event_with_its_signature(receiver: Receiver) -> None:
    webhook = hook(receiver)
    record(station="BSK-01", driver=FLEET)
    assert told() == {"done": 1}
    [heard] = receiver.heard
    event = Event.objects.get()
    assert json.loads(heard.body) == {
        "type": "session.settled",
        "timestamp": "2026-03-02T12:00:00Z",
        "data": {
            "id": f"{event.transaction}-{event.pk}",
            "event_id": str(event.public_id),
            "kind": "session.settled",
            "subject": "session:1",
            "station_id": "BSK-01",
            "location_id": "",
            "client_id": str(FLEET),
            "payload": {"cost": "12.50", "кто": "Аида"},
            "at": "2026-03-02T12:00:00Z",
        },
    }
    assert heard.headers["webhook-id"] == str(event.public_id)
    assert heard.headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    assert heard.headers["content-type"] == "application/json"
    assert verified(heard, webhook.secret)
    assert not verified(Heard(heard.path, heard.headers, heard.body + b" "), webhook.secret)
    assert not verified(Heard(heard.path, heard.headers | {"webhook-id": "x"}, heard.body), webhook.secret)
    done = Delivery.objects.get()
    assert (done.state, done.status, done.attempts, done.last_at, done.next_at) == ("done", 200, 1, NOON, None)
    assert told() == {}


def test_each_hears_its_kinds(receiver: Receiver) -> None:
    for path, kinds in {"all": ["*"], "some": ["session.*", "alert.opened"], "one": ["session.settled"]}.items():
        hook(receiver, *kinds, path=path)
    off = hook(receiver, path="off")
    webhooks.change(webhook=off, is_active=False)
    for kind in ("session.settled", "session.idle", "alert.opened", "alert.resolved", "sessions.x"):
        record(kind)
    told()
    assert len(kinds_heard(receiver, "all")) == 5
    assert kinds_heard(receiver, "some") == ["session.settled", "session.idle", "alert.opened"]
    assert (kinds_heard(receiver, "one"), kinds_heard(receiver, "off")) == (["session.settled"], [])


def test_a_company_hears_what_is_its_own(receiver: Receiver) -> None:
    hook(receiver, company=FLEET, path="fleet")
    hook(receiver, company=HOST, path="host")
    record("session.started")
    record("session.ended", company=FLEET)
    record("session.settled", company=FLEET, host=HOST)
    told()
    assert kinds_heard(receiver, "fleet") == ["session.ended", "session.settled"]
    assert kinds_heard(receiver, "host") == ["session.settled"]


def test_who_charged_is_told_to_their_own_company_and_to_the_house(receiver: Receiver) -> None:
    """Who only hosts the station does not learn it."""
    driver = uuid.uuid4()
    for path, company in {"fleet": FLEET, "host": HOST, "house": None}.items():
        hook(receiver, company=company, path=path)
    record("session.settled", company=FLEET, host=HOST, driver=driver)
    told()
    said = {heard.path.strip("/"): json.loads(heard.body)["data"]["client_id"] for heard in receiver.heard}
    assert said == {"fleet": str(driver), "host": None, "house": str(driver)}


def test_it_waits_for_what_a_running_transaction_may_still_tell(receiver: Receiver) -> None:
    hook(receiver)
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        record("session.started")

        def later() -> None:
            record("session.ended")
            assert webhooks.fan_out(at=NOON) == 0

        with on_another_thread(later):
            pass
        cursor.execute("COMMIT")
    told()
    assert kinds_heard(receiver) == ["session.started", "session.ended"]


def test_it_tries_again_and_again_and_gives_up_after_three_days(receiver: Receiver) -> None:
    hook(receiver)
    record()
    receiver.status = 500
    at, waits = NOON, []
    while told(at):
        delivery = Delivery.objects.get()
        assert told(at) == {}
        if delivery.next_at is None:
            break
        assert told(delivery.next_at - timedelta(milliseconds=1)) == {}
        waits.append(delivery.next_at - at)
        at = delivery.next_at
    assert waits == LADDER
    assert (waits[0], waits[-1]) == (timedelta(seconds=5), timedelta(hours=8))
    assert timedelta(days=2, hours=23) < at - NOON < timedelta(days=3, hours=1)
    assert (delivery.state, delivery.status, delivery.error) == ("given_up", 500, "It answered 500.")
    assert len({heard.headers["webhook-id"] for heard in receiver.heard}) == 1
    assert len(receiver.heard) == len(LADDER) + 1
    alert = Alert.objects.open().get(kind=FAILING)
    assert "hook: It answered 500." in alert.text


def test_one_that_works_again_ends_the_alarm(receiver: Receiver) -> None:
    webhook = hook(receiver)
    record()
    receiver.status = 503
    for minutes in (0, 1, 12, 30):
        told(NOON + timedelta(minutes=minutes))
        failing = Alert.objects.open().filter(kind=FAILING).exists()
        assert failing is (minutes > 10)
    webhook.refresh_from_db()
    assert webhook.failing_since == NOON
    receiver.status = 204
    assert told(NOON + timedelta(hours=2)) == {"done": 1}
    webhook.refresh_from_db()
    assert [webhook.failing_since, Alert.objects.open().exists()] == [None, False]


def test_one_that_does_not_answer_keeps_no_other(receiver: Receiver, settings: Settings) -> None:
    with listening() as gone:
        nobody = gone.place
    settings.WEBHOOK_PRIVATE_HOSTS.append(nobody)
    dead = webhooks.make(name="dead", url=f"http://{nobody}/", kinds=["*"], company=None, by="staff:1", at=NOON)
    hook(receiver)
    for _ in range(3):
        record()
    assert told() == {"done": 3, "put_off": 1}
    assert Delivery.objects.filter(webhook=dead, attempts=1).get().error.startswith("ConnectError")


def test_that_one_fails_is_told_to_the_others_alone(receiver: Receiver) -> None:
    failing, other = hook(receiver, "alert.*", path="failing"), hook(receiver, "alert.*", path="other")
    for webhook in (failing, other):
        open_alert(kind=FAILING, subject=f"webhook:{webhook.public_id}", text="It answered 500.", at=NOON)
    open_alert(kind="station_offline", subject="station:BSK-01", text="No frame.", at=NOON)
    told()
    heard = {path: subjects_heard(receiver, path) for path in ("failing", "other")}
    assert heard == {
        "failing": [f"webhook:{other.public_id}", "station:BSK-01"],
        "other": [f"webhook:{failing.public_id}", "station:BSK-01"],
    }


def subjects_heard(receiver: Receiver, path: str) -> list[str]:
    said = [json.loads(heard.body) for heard in receiver.heard if heard.path == f"/{path}"]
    return [one["data"]["payload"]["subject"] for one in said]


def test_one_that_says_it_is_gone_is_turned_off(receiver: Receiver) -> None:
    webhook = hook(receiver)
    record()
    receiver.status = 410
    assert told() == {"given_up": 1}
    webhook.refresh_from_db()
    assert (webhook.is_active, Alert.objects.open().get().kind) == (False, FAILING)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429])
def test_only_a_good_answer_is_one(receiver: Receiver, status: int) -> None:
    hook(receiver)
    record()
    receiver.status, receiver.headers = status, {"Location": "/elsewhere"}
    assert told() == {"put_off": 1}
    assert len(receiver.heard) == 1


def test_an_address_that_leads_into_our_network_since_is_not_asked(receiver: Receiver, settings: Settings) -> None:
    hook(receiver)
    record()
    settings.WEBHOOK_PRIVATE_HOSTS = []
    assert told() == {"put_off": 1}
    assert (receiver.heard, Delivery.objects.get().error) == ([], "only https is asked")


def send() -> None:
    webhooks.deliver(now=lambda: NOON)


def test_many_who_send_at_once_send_each_once(receiver: Receiver) -> None:
    hook(receiver)
    for _ in range(12):
        record()
    fan_out()
    receiver.delay = 0.01
    with (
        on_another_thread(lambda: webhooks.deliver(now=lambda: NOON)),
        on_another_thread(lambda: webhooks.deliver(now=lambda: NOON)),
    ):
        fan_out()
        webhooks.deliver(now=lambda: NOON)
    names = [heard.headers["webhook-id"] for heard in receiver.heard]
    assert (len(names), len(set(names))) == (12, 12)


def test_what_dies_while_it_sends_is_sent_by_another(receiver: Receiver) -> None:
    hook(receiver)
    record()
    fan_out()
    Delivery.objects.update(next_at=NOON + timedelta(seconds=60), attempts=1)  # taken, and nothing written since
    assert webhooks.deliver(now=lambda: NOON + timedelta(seconds=59)) == {}
    assert webhooks.deliver(now=lambda: NOON + timedelta(seconds=60)) == {"done": 1}
