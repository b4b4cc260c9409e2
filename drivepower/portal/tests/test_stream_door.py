"""Who may open a stream, how many of them, how fast they may speak, and how slowly they may read."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.settings import api_settings
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from drivepower.core import events
from drivepower.portal.streams import line, locations
from drivepower.portal.streams.hub import MOST_PER_ADDRESS
from drivepower.portal.streams.line import TEXT_ONLY, TOO_BIG, TOO_LATE, TOO_MANY, TRY_AGAIN
from drivepower.portal.streams.origins import is_welcome
from drivepower.portal.tests.streaming import happen, open_stream, streaming
from ocpp_consumer.tests.server import Server, in_db

PATH = "locations/stream"
PATHS = (PATH, "sessions/stream", "operator/stream")


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """Streams and stations."""
    with streaming() as running:
        yield running


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        ([], True),
        (["https://portal.example.org"], True),
        (["https://app.example.org"], True),
        (["HTTPS://App.Example.org"], True),
        (["http://csms.example.org:8000"], True),
        (["null"], False),
        ([""], False),
        (["https://evil.example"], False),
        (["https://sub.portal.example.org"], False),
        (["https://portal.example.org.evil.example"], False),
        (["https://evil.example/https://portal.example.org"], False),
        (["https://evil-portal.example.org"], False),
        (["http://portal.example.org"], False),
        (["https://portal.example.org:8443"], False),
        (["http://csms.example.org"], False),
        (["http://csms.example.org:8001"], False),
        (["file://"], False),
        (["https://portal.example.org", "https://evil.example"], False),
    ],
    ids=lambda value: str(value)[:50],
)
def test_it_knows_its_pages(origins: list[str], expected: bool, settings: Any) -> None:
    settings.PUBLIC_URL = "https://portal.example.org"
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.org"]
    settings.ALLOWED_HOSTS = ["csms.example.org"]
    headers = [(b"host", b"csms.example.org:8000"), *((b"Origin", origin.encode()) for origin in origins)]
    assert is_welcome(headers) is expected


@pytest.mark.parametrize("host", ["evil.example", "", "[::1", "csms.example.org@evil.example"])
def test_it_is_not_whoever_a_page_says_it_is(host: str, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["csms.example.org"]
    assert not is_welcome([(b"host", host.encode()), (b"origin", f"https://{host}".encode())])


@pytest.mark.parametrize("path", PATHS)
async def test_it_refuses_foreign_pages(server: Server, path: str) -> None:
    for origin in (
        "https://evil.example",
        "null",
        server.url.replace("ws:", "http:").replace("127.0.0.1", "127.0.0.2"),
    ):
        with pytest.raises(InvalidStatus) as refused:
            async with open_stream(server, path, Origin=origin):
                pass
        assert refused.value.response.status_code == 403
    async with open_stream(server, path, Origin=server.url.replace("ws:", "http:")) as client:
        await client.say()


async def test_it_holds_twenty_sockets_of_an_address(server: Server) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(MOST_PER_ADDRESS):
            await stack.enter_async_context(open_stream(server, PATH))
        with pytest.raises(InvalidStatus) as refused:
            await stack.enter_async_context(open_stream(server, PATH))
        assert refused.value.response.status_code == 429
    async with open_stream(server, PATH) as client:
        await client.say(subscribe="all")
        assert (await client.hear())["type"] == "snapshot"


async def test_it_counts_by_what_our_proxy_says(server: Server, settings: Any) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    assert api_settings.NUM_PROXIES == 1
    async with AsyncExitStack() as stack:
        for number in range(MOST_PER_ADDRESS + 1):
            stream = open_stream(server, PATH, X_Forwarded_For=f"10.0.0.{number}, 203.0.113.{number}")
            await stack.enter_async_context(stream)
        for _ in range(MOST_PER_ADDRESS - 1):
            await stack.enter_async_context(open_stream(server, PATH, X_Forwarded_For="203.0.113.1"))
        with pytest.raises(InvalidStatus):
            await stack.enter_async_context(open_stream(server, PATH, X_Forwarded_For="9.9.9.9, 203.0.113.1"))


async def test_it_hears_ten_messages_a_second(server: Server) -> None:
    async with open_stream(server, PATH) as client:
        for _ in range(30):
            await client.say()
        assert await client.ended() == TOO_MANY


@pytest.mark.parametrize(
    ("said", "code"),
    [("x" * 4097, TOO_BIG), ("я" * 2049, TOO_BIG), (b"{}", TEXT_ONLY), ("x" * 2_000_000, TOO_BIG)],
    ids=["long", "long in bytes", "binary", "endless"],
)
async def test_it_hears_short_texts(server: Server, said: str | bytes, code: int) -> None:
    async with open_stream(server, PATH) as client:
        await client.socket.send(said)
        assert await client.ended() == code


@pytest.mark.parametrize("said", ["", "{", "[]", "null", '"all"', "NaN", "[" * 4000, '{"subscribe":NaN}'], ids=str)
async def test_it_minds_no_nonsense(server: Server, said: str) -> None:
    async with open_stream(server, PATH) as client:
        await client.socket.send(said)
        assert (await client.hear())["error"] == "invalid_parameters"


@pytest.mark.parametrize("path", PATHS)
async def test_it_waits_for_the_first_message_not_for_ever(
    server: Server, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locations, "PATIENCE_SECONDS", 0.1)
    async with open_stream(server, path) as client:
        assert await client.ended() == TOO_LATE


async def test_it_sends_a_slow_reader_away(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "CLOSING_SECONDS", 60.0)  # it reads the goodbye when it has read the rest
    at_most = 100 * 1024 * 1024
    async with (
        connect(f"{server.url}/api/v1/{PATH}", compression=None, max_queue=1, max_size=at_most) as slow,
        open_stream(server, PATH) as quick,
    ):
        for socket in (slow, quick.socket):
            await socket.send(json.dumps({"subscribe": "all"}))
        await quick.hear()
        for number in range(60):
            await in_db(happen)("station.online", number=number, location="L", station="X" * 50)
            await in_db(tell_at_length)(number)
            for _ in range(2):
                await quick.hear()
        heard = 0
        with pytest.raises(Exception, match="too slow"):  # noqa: PT012  # whatever it has read by then
            while True:
                async with asyncio.timeout(30):
                    await slow.recv()
                heard += 1

    assert heard < 121
    assert slow.close_code == TRY_AGAIN


def tell_at_length(number: int) -> None:
    """A public event of half a megabyte: more than the kernel keeps for who does not read."""
    payload = {"number": number, "words": "x" * 500_000}
    events.record(kind="station.offline", subject="x", payload=payload, at=timezone.now(), is_public=True)
