"""Bodies that are too long, or never end, over a real server: refused early, and nothing of them is kept."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from django.conf import settings
from django.test import Client

from drivepower import asgi, heads
from drivepower.core import bodies
from drivepower.core.sheets import MONEY, USUAL
from drivepower.portal.tests.making import superuser
from ocpp_consumer.tests.server import PATIENCE, Server, in_db, wait_until
from stations.reports import LARGEST_PHOTO

MEGABYTE = 1024**2
CLOSED = ["/admin/login/", "/api/v1/auth/login", "/api/v1/stations", "/commission/x/", "/", "/nowhere"]
FILES = [
    ("/api/v1/reports", LARGEST_PHOTO),
    ("/commission/token/BSK-01", LARGEST_PHOTO),
]
STAFF_FILES = [
    ("/admin/upkeep/", LARGEST_PHOTO),
    ("/admin/report/", LARGEST_PHOTO),
    ("/admin/import/tags/look/", USUAL.bytes),
    ("/admin/billing/providerregister/bring/", MONEY.bytes),
    ("/admin/stations/firmwareimage/add/", settings.FILE_UPLOAD_MAX_BYTES),
]


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """DrivePower as it is served."""
    config = uvicorn.Config(asgi.application, port=0, http=heads.Impatient, lifespan="off", log_level="critical")
    running = Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    wait_until(lambda: running.started, "the server is up")
    yield running
    running.should_exit = True
    thread.join()


@asynccontextmanager
async def line(server: Server) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection of somebody out there."""
    address = urlsplit(server.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def head(path: str, *lines: str) -> bytes:
    """What a request begins with."""
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: 127.0.0.1", *lines, "", ""]).encode()


async def answer(reader: asyncio.StreamReader) -> int:
    """The status that comes, and then the end of the connection where it is 413."""
    async with asyncio.timeout(PATIENCE):
        status = int((await reader.readline()).split()[1])
        if status == 413:
            with suppress(ConnectionError):
                await reader.read()
    return status


async def asked(server: Server, path: str, *lines: str) -> int:
    """The status of a request whose body has not begun."""
    async with line(server) as (reader, writer):
        writer.write(head(path, *lines))
        return await answer(reader)


@pytest.mark.parametrize("path", CLOSED)
async def test_it_refuses_a_long_body_before_it_comes(server: Server, path: str) -> None:
    assert await asked(server, path, f"Content-Length: {bodies.MOST_BYTES + 1}") == 413
    assert await asked(server, path, f"Content-Length: {200 * MEGABYTE}", "Expect: 100-continue") == 413
    assert await asked(server, path, f"Content-Length: {bodies.MOST_BYTES}", "Expect: 100-continue") == 100


@pytest.mark.parametrize("path", CLOSED)
async def test_it_hangs_up_on_a_body_that_never_ends(server: Server, path: str) -> None:
    chunk, sent = b"10000\r\n" + b"a" * 65_536 + b"\r\n", 0
    async with line(server) as (reader, writer):
        writer.write(head(path, "Transfer-Encoding: chunked", "Content-Type: application/json"))
        told = asyncio.ensure_future(answer(reader))
        with suppress(ConnectionError):
            while not told.done() and sent < 64 * MEGABYTE:
                writer.write(chunk)
                await writer.drain()
                sent += 65_536
        with suppress(ConnectionError):  # a line that is cut while we still speak may lose the last word
            assert await told == 413
    assert sent < 32 * MEGABYTE


@pytest.mark.parametrize(("path", "most"), FILES)
async def test_it_takes_files_where_they_are_taken(server: Server, path: str, most: int) -> None:
    most += bodies.FORM_BYTES
    assert await asked(server, path, f"Content-Length: {most}", "Expect: 100-continue") == 100
    assert await asked(server, path, f"Content-Length: {most + 1}", "Expect: 100-continue") == 413


def cookie() -> str:
    """Of a superuser who has logged in."""
    visitor = Client()
    visitor.force_login(superuser())
    return f"Cookie: a=b; sessionid={visitor.cookies['sessionid'].value}"


def cookie_of_nobody() -> str:
    """Of a session that is there, and in which nobody has logged in."""
    session = Client().session
    session["a"] = "b"
    session.save()
    return f"Cookie: sessionid={session.session_key}"


@pytest.mark.parametrize(("path", "most"), STAFF_FILES)
async def test_it_takes_the_files_of_staff_from_staff(server: Server, path: str, most: int) -> None:
    most += bodies.FORM_BYTES
    ours = await in_db(cookie)()
    fits, is_too_long = f"Content-Length: {most}", f"Content-Length: {most + 1}"
    assert await asked(server, path, fits, ours, "Expect: 100-continue") == 100
    assert await asked(server, path, is_too_long, ours, "Expect: 100-continue") == 413
    for other in ("X-No: cookie", "Cookie: sessionid=guessed", "Cookie: =;;", await in_db(cookie_of_nobody)()):
        assert await asked(server, path, fits, other, "Expect: 100-continue") == 413


async def refusal(server: Server, path: str, *lines: str) -> tuple[str, str]:
    """What kind of answer a body that is too long gets, and what it says."""
    async with line(server) as (reader, writer):
        writer.write(head(path, "Content-Length: 99999999", *lines))
        async with asyncio.timeout(PATIENCE):
            told, _gap, body = (await reader.read()).decode().partition("\r\n\r\n")
    return next(one for one in told.lower().split("\r\n") if one.startswith("content-type")), body


async def test_people_read_a_sentence_and_programs_the_apis_shape(server: Server) -> None:
    kind, said = await refusal(server, "/api/v1/reports")
    assert (kind, "The request is too long." in said) == ("content-type: application/json", True)
    kind, said = await refusal(server, "/admin/billing/openingimport/bring/", await in_db(cookie)())
    assert kind == "content-type: text/html; charset=utf-8"
    assert all(text in said for text in ("larger than 5 MB", 'lang="en"', "/admin/"))
    kind, said = await refusal(server, "/commission/token/BSK-01", "Accept-Language: ru")
    assert all(text in said for text in ("МБ", 'lang="ru"'))
    assert "/admin/" not in said


async def test_it_passes_on_what_is_short_enough(server: Server) -> None:
    body = b'{"login": "nobody@example.com", "password": "wrong"}'
    async with line(server) as (reader, writer):
        length = f"Content-Length: {len(body)}"
        writer.write(head("/api/v1/auth/login", "Content-Type: application/json", length) + body)
        assert await answer(reader) == 401


async def test_what_stands_behind_answers_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LINGER_BYTES", 30)
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"a" * 11, "more_body": True}

    body = bodies.Body({"path": "/api/v1/stations"}, 10, receive, send)
    assert (await body.receive())["type"] == "http.disconnect"
    await body.send({"type": "http.response.start", "status": 200, "headers": []})
    assert [one.get("status") for one in said] == [413, None, None]
