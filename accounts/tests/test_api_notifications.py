"""What a driver was told, as apps ask for it; push subscriptions and choices."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Message, Notification, NotificationChoice, PushSubscription, User
from accounts.notifying import subscriptions
from accounts.notifying.kinds import CHOSEN
from accounts.notifying.sending import send_messages
from accounts.tests.browser import Browser, house_key, point, written
from accounts.tests.world import aida, bakyt, bearer
from drivepower.core.tests.loopback import Receiver, listening

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
PATH = "/api/v1/notifications"
ENDPOINT = "https://push.example.org/send/abc"


@pytest.fixture
def driver() -> User:
    return aida()


@pytest.fixture
def app(driver: User) -> Client:
    return Client(headers=bearer(driver))


@pytest.fixture
def service(settings: Settings) -> Iterator[Receiver]:
    with listening() as service:
        service.status = 201
        settings.WEBHOOK_PRIVATE_HOSTS = [service.place]
        _, settings.WEB_PUSH_KEY, _ = house_key()
        yield service


def told(user: User, number: int = 0, **fields: Any) -> Notification:
    facts = {"station_id": "BSK-01", "connector_id": number + 1}
    said = {"kind": "charging_started", "subject": "session:1", "key": f"k{number}", "facts": facts, "made_at": NOON}
    return Notification.objects.create(user=user, **{**said, **fields})


def send(app: Client, path: str, **body: Any) -> Any:
    return app.post(f"{PATH}/{path}", body, content_type="application/json")


def test_it_lists_what_a_driver_was_told(app: Client, driver: User) -> None:
    first, second = told(driver), told(driver, 1, read_at=NOON)
    told(bakyt(), 2)
    body = app.get(PATH).json()
    assert [row["id"] for row in body["data"]] == [str(second.public_id), str(first.public_id)]
    assert body["data"][1] == {
        "id": str(first.public_id),
        "kind": "charging_started",
        "title": "Charging has begun",
        "text": "BSK-01, connector 1.",
        "subject": "session:1",
        "facts": {"station_id": "BSK-01", "connector_id": 1},
        "made_at": "2026-05-04T12:00:00Z",
        "is_read": False,
        "read_at": None,
    }
    assert body["next"] is None
    unread = app.get(PATH, {"unread": "true"}).json()["data"]
    assert [row["id"] for row in unread] == [str(first.public_id)]
    assert app.get(PATH, {"unread": "perhaps"}).status_code == 400


def test_it_turns_pages(app: Client, driver: User) -> None:
    for number in range(5):
        told(driver, number)
    body = app.get(PATH, {"limit": 2}).json()
    seen = [row["text"] for row in body["data"]]
    while body["next"]:
        body = app.get(body["next"]).json()
        seen += [row["text"] for row in body["data"]]
    assert seen == [f"BSK-01, connector {number}." for number in (5, 4, 3, 2, 1)]


def test_it_speaks_the_language_of_the_profile_unless_the_request_names_one(app: Client, driver: User) -> None:
    told(driver)
    User.objects.update(language="ru")
    assert app.get(PATH).json()["data"][0]["title"] == "Зарядка началась"
    english = app.get(PATH, headers={"Accept-Language": "en"}).json()["data"][0]
    assert english["title"] == "Charging has begun"


def test_it_asks_as_much_for_many_as_for_few(app: Client, driver: User) -> None:
    def queries(more: range) -> int:
        for number in more:
            told(driver, number)
        with CaptureQueriesContext(connection) as asked:
            assert app.get(PATH).status_code == 200
        return len(asked)

    assert queries(range(2)) == queries(range(2, 12))


def test_it_marks_one_as_read(app: Client, driver: User) -> None:
    one = told(driver)
    other = told(driver, 1)
    body = send(app, f"{one.public_id}/read").json()
    assert body["notification"]["is_read"] is True
    again = send(app, f"{one.public_id}/read").json()
    assert again["notification"]["read_at"] == body["notification"]["read_at"]
    other.refresh_from_db()
    assert other.read_at is None


def test_what_others_were_told_is_not_there(app: Client) -> None:
    foreign = told(bakyt())
    for path in (f"{foreign.public_id}/read", f"{uuid.uuid4()}/read"):
        answer = send(app, path)
        assert (answer.status_code, answer.json()["error"]) == (404, "notification_not_found")
    foreign.refresh_from_db()
    assert foreign.read_at is None


def test_it_marks_all_as_read(app: Client, driver: User) -> None:
    for number in range(3):
        told(driver, number)
    told(driver, 3, read_at=NOON)
    foreign = told(bakyt(), 4)
    assert send(app, "read-all").json() == {"success": True, "read": 3}
    assert send(app, "read-all").json() == {"success": True, "read": 0}
    foreign.refresh_from_db()
    assert foreign.read_at is None


def test_it_subscribes_a_browser(app: Client, driver: User) -> None:
    browser = Browser()
    said = {"endpoint": ENDPOINT, "expirationTime": None, "keys": browser.keys}
    answer = send(app, "subscribe", **said)
    assert answer.status_code == 201
    kept = PushSubscription.objects.get()
    assert answer.json() == {"success": True, "id": str(kept.public_id)}
    assert (kept.user, kept.endpoint, kept.p256dh) == (driver, ENDPOINT, browser.keys["p256dh"])


def test_the_same_browser_again_takes_the_newer_keys_and_person(app: Client) -> None:
    send(app, "subscribe", endpoint=ENDPOINT, keys=Browser().keys)
    other, browser = bakyt(), Browser()
    send(Client(headers=bearer(other)), "subscribe", endpoint=ENDPOINT, keys=browser.keys)
    kept = PushSubscription.objects.get()
    assert (kept.user, kept.p256dh) == (other, browser.keys["p256dh"])


def test_it_keeps_ten_browsers_of_one_person(driver: User) -> None:
    browser = Browser()
    subscriptions.keep(user=bakyt(), endpoint="https://push.example.org/other", **browser.keys, at=NOON)
    for number in range(12):
        at = NOON + timedelta(minutes=number)
        subscriptions.keep(user=driver, endpoint=f"https://push.example.org/{number}", **browser.keys, at=at)
    kept = set(driver.push_subscriptions.values_list("endpoint", flat=True))
    assert kept == {f"https://push.example.org/{number}" for number in range(2, 12)}
    assert PushSubscription.objects.count() == 11


KEYS = Browser().keys


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"endpoint": ENDPOINT},
        {"endpoint": "http://push.example.org/1", "keys": KEYS},
        {"endpoint": "https://127.0.0.1/1", "keys": KEYS},
        {"endpoint": "https://[::1]/1", "keys": KEYS},
        {"endpoint": "https://169.254.169.254/1", "keys": KEYS},
        {"endpoint": "https://user:word@push.example.org/1", "keys": KEYS},
        {"endpoint": "file:///etc/passwd", "keys": KEYS},
        {"endpoint": "https://push.example.org/\r\nX: y", "keys": KEYS},
        {"endpoint": "https://push.example.org/" + "x" * 500, "keys": KEYS},
        {"endpoint": ENDPOINT, "keys": {**KEYS, "auth": "short"}},
        {"endpoint": ENDPOINT, "keys": {**KEYS, "auth": "%%%"}},
        {"endpoint": ENDPOINT, "keys": {**KEYS, "p256dh": written(b"\x04" + b"\x01" * 64)}},
        {"endpoint": ENDPOINT, "keys": {"auth": KEYS["auth"]}},
        {"endpoint": ENDPOINT, "keys": "keys"},
        {"endpoint": ENDPOINT, "keys": KEYS, "user": 1},
    ],
)
def test_it_refuses_what_is_no_subscription(app: Client, said: dict[str, Any]) -> None:
    answer = send(app, "subscribe", **said)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")
    assert not PushSubscription.objects.exists()


def test_it_unsubscribes_ones_own_alone(app: Client, driver: User) -> None:
    other = bakyt()
    subscriptions.keep(user=other, endpoint=ENDPOINT, **KEYS, at=NOON)
    assert send(app, "unsubscribe", endpoint=ENDPOINT).json() == {"success": True, "removed": 0}
    subscriptions.keep(user=driver, endpoint=f"{ENDPOINT}2", **KEYS, at=NOON)
    assert send(app, "unsubscribe", endpoint=f"{ENDPOINT}2").json() == {"success": True, "removed": 1}
    assert PushSubscription.objects.get().user == other


def test_it_tells_the_key_to_everybody(client: Client, settings: Settings) -> None:
    key, _, settings.WEB_PUSH_KEY = house_key()
    assert client.get(f"{PATH}/vapid-public-key").json() == {"success": True, "public_key": written(point(key))}
    settings.WEB_PUSH_KEY = ""
    assert client.get(f"{PATH}/vapid-public-key").json() == {"success": True, "public_key": None}


def test_a_test_reaches_the_browser(app: Client, service: Receiver) -> None:
    browser = Browser()
    subscribed = send(app, "subscribe", endpoint=f"http://{service.place}/send/1", keys=browser.keys)
    assert subscribed.status_code == 201
    answer = send(app, "test")
    assert (answer.status_code, answer.json()["notification"]["kind"]) == (202, "test")
    assert send_messages(at=timezone.now()) == 1
    opened = browser.opened(service.heard[0])
    assert (opened["title"], opened["body"]) == ("This is a test", "Notifications reach you here.")
    assert opened["id"] == answer.json()["notification"]["id"]
    assert Message.objects.get().state == "sent"


def test_it_shows_and_changes_choices(app: Client, driver: User) -> None:
    path = f"{PATH}/choices"
    before = app.get(path).json()["choices"]
    assert set(before) == set(CHOSEN)
    assert before["charging_started"] == {"push": True, "email": False, "sms": False}
    assert before["debt"] == {"push": True, "email": True, "sms": True}
    change = {"choices": {"charging_started": {"push": False, "sms": True}, "debt": {"sms": False}}}
    after = app.patch(path, change, content_type="application/json").json()["choices"]
    wanted = {**before, "charging_started": {"push": False, "email": False, "sms": True}}
    assert after == {**wanted, "debt": {"push": True, "email": True, "sms": False}}
    app.patch(path, {"choices": {"debt": {"sms": True}}}, content_type="application/json")
    assert app.get(path).json()["choices"]["debt"]["sms"] is True
    assert NotificationChoice.objects.filter(user=driver).count() == 3
    assert Client(headers=bearer(bakyt())).get(path).json()["choices"] == before


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"choices": {}},
        {"choices": {"new_session": {"push": True}}},
        {"choices": {"test": {"push": True}}},
        {"choices": {"debt": {"pigeon": True}}},
        {"choices": {"debt": {"push": "perhaps"}}},
        {"choices": {"debt": True}},
        {"choices": []},
        {"choices": {"debt": {"push": True}}, "user": 1},
    ],
    ids=str,
)
def test_it_refuses_odd_choices(app: Client, change: dict[str, Any]) -> None:
    answer = app.patch(f"{PATH}/choices", change, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameters")
    assert not NotificationChoice.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("post", f"/{uuid.UUID(int=1)}/read"),
        ("post", "/read-all"),
        ("post", "/subscribe"),
        ("post", "/unsubscribe"),
        ("post", "/test"),
        ("get", "/choices"),
        ("patch", "/choices"),
    ],
)
def test_it_answers_nobody(client: Client, method: str, path: str) -> None:
    answer = getattr(client, method)(f"{PATH}{path}")
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
