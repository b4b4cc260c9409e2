"""The sockets of the portal's pages: open to the sessions that pages are open to, from pages of the portal alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as house
from django.test import Client as Visitor
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from accounts import sessions
from accounts.models import User
from charging.tests.world import World, build
from drivepower.asgi import application
from drivepower.core import doorbell
from drivepower.portal import frames, stream
from drivepower.portal.rows import consumer
from drivepower.portal.stream import FORBIDDEN
from drivepower.portal.streams.line import INTERNAL_ERROR
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.streaming import Client, streaming
from ocpp_consumer.tests.server import Server, in_db

PATHS = ["stream", "rows", "frames"]


@pytest.fixture
def world(transactional_db: None) -> World:
    """A station with two connectors, for the server's threads to see."""
    return build()


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    """DrivePower as it is served."""
    with streaming(application, lifespan="off") as running:
        yield running


def headers_of(server: Server, person: User, device: TOTPDevice | None = None, **said: str) -> dict[str, str]:
    """What a browser sends that has logged in, vouched for by a device or not."""
    visitor = Visitor()
    visitor.force_login(person)
    if device:
        session = visitor.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    cookie = visitor.cookies[house.SESSION_COOKIE_NAME].OutputString(attrs=[])
    return {"Cookie": cookie, "Origin": server.url.replace("ws:", "http:")} | said


def device_of(person: User) -> TOTPDevice:
    """An app that counts."""
    return TOTPDevice.objects.create(user=person, name="app", confirmed=True)


async def refused(server: Server, path: str, headers: dict[str, str]) -> int:
    """The status with which a socket is refused."""
    with pytest.raises(InvalidStatus) as answer:
        async with connect(f"{server.url}/portal/{path}", additional_headers=headers):
            pass
    return answer.value.response.status_code


@pytest.mark.parametrize("path", PATHS)
async def test_it_asks_for_a_second_factor_where_pages_do(server: Server, path: str, settings: Any) -> None:
    person = await in_db(superuser)()
    settings.STAFF_OTP = "required"
    assert await refused(server, path, await in_db(headers_of)(server, person)) == 403
    device = await in_db(device_of)(person)
    for settings.STAFF_OTP in ("required", "optional"):
        assert await refused(server, path, await in_db(headers_of)(server, person)) == 403
        vouched = await in_db(headers_of)(server, person, device)
        async with connect(f"{server.url}/portal/{path}", additional_headers=vouched):
            pass


def leave(person: User) -> None:
    """Every session of theirs ends."""
    sessions.end_all(user=person, at=timezone.now())


def change_password(person: User) -> None:
    """Somebody sets another."""
    person.set_password("another-garden-52")
    person.save()


@pytest.mark.parametrize("happens", [leave, device_of, change_password])
async def test_it_ends_with_the_session(server: Server, happens: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PACE_SECONDS", 0.0)
    person = await in_db(superuser)()
    headers = await in_db(headers_of)(server, person)
    async with connect(f"{server.url}/portal/stream", additional_headers=headers) as socket:
        page = Client(socket)
        await page.hear()
        await in_db(happens)(person)
        doorbell.tell_portal({"type": "portal.changed"})
        assert await page.ended() == FORBIDDEN


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", ["http://127.0.0.1", "https://127.0.0.1:9999", "http://evil.example", "null", ""])
async def test_it_refuses_pages_that_are_not_ours(server: Server, path: str, origin: str) -> None:
    person = await in_db(superuser)()
    assert await refused(server, path, await in_db(headers_of)(server, person, Origin=origin)) == 403


@pytest.mark.parametrize(
    "said",
    ['{"language": {}}', '{"language": []}', '{"query": "%s"}' % ("&a" * 1000)],
    ids=["an object", "a list", "too many fields"],
)
@pytest.mark.parametrize(
    ("path", "rest"),
    [
        ("rows", '{"topic": "session", "keys": [], "query": "", '),
        ("frames", '{"since": "2026-03-02T06:00Z", "query": "", '),
    ],
    ids=["rows", "frames"],
)
async def test_it_ends_in_words_whatever_is_said(server: Server, path: str, rest: str, said: str) -> None:
    headers = await in_db(headers_of)(server, await in_db(superuser)())
    async with connect(f"{server.url}/portal/{path}", additional_headers=headers) as socket:
        page = Client(socket)
        await socket.send(rest + said[1:])
        if "language" in said:
            assert "rows" in await page.hear()  # in the language of the house
        else:
            assert await page.ended() in (consumer.NONSENSE, frames.NONSENSE)


async def test_it_ends_in_words_when_the_board_fails(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "draw", None)
    headers = await in_db(headers_of)(server, await in_db(superuser)())
    async with connect(f"{server.url}/portal/stream", additional_headers=headers) as socket:
        assert await Client(socket).ended() == INTERNAL_ERROR
