"""However many requests wait for something, stations have their connections, and who waits too long is told so."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from pytest_django import Settings

from drivepower.asgi import application
from drivepower.core import admission
from drivepower.portal import stream
from drivepower.tests.hashing import PatientHasher
from ocpp_consumer.database import Database
from ocpp_consumer.tests.server import PATIENCE, Server, eventually, wait_until

VISITORS = 40
A_SESSION = {"Cookie": "sessionid=0123456789abcdef0123456789abcdef"}


@pytest.fixture
def server(transactional_db: None) -> Iterator[Server]:
    """DrivePower as it is served, on a port of its own."""
    running = Server(uvicorn.Config(application, port=0, ws="websockets-sansio", lifespan="off", log_level="critical"))
    thread = threading.Thread(target=running.run)
    thread.start()
    wait_until(lambda: running.started, "the server is up")
    yield running
    running.should_exit = True
    thread.join()


@contextmanager
def locked_sessions() -> Iterator[None]:
    """Nobody can read who has logged in; on a thread, because the lock belongs to a connection."""
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Session._meta.db_table} IN ACCESS EXCLUSIVE MODE")
            held.set()
            free.wait()
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        yield
    finally:
        free.set()
        thread.join()


def waiting() -> int:
    """How many wait for a lock in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        count: int = cursor.fetchone()[0]
    return count


def client_of(server: Server) -> httpx.AsyncClient:
    """Somebody out there."""
    limits = httpx.Limits(max_connections=None)
    return httpx.AsyncClient(base_url=server.url.replace("ws", "http", 1), timeout=PATIENCE, limits=limits)


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # files of the browser are read in a thread
async def test_it_leaves_stations_their_connections(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PATIENCE_SECONDS", 0.5)
    stations = Database()
    async with client_of(server) as client:
        with locked_sessions():
            visits = [asyncio.ensure_future(client.get("/admin/", headers=A_SESSION)) for _ in range(VISITORS)]
            await eventually(lambda: waiting() >= admission.PAGES_SHARE, "the first pages wait")
            verbs = [stations.run(waiting) for _ in range(admission.GATEWAY_SHARE)]
            assert await asyncio.gather(*verbs) == [admission.PAGES_SHARE] * admission.GATEWAY_SHARE
            assert (await client.get("/health/live")).status_code == 200
            assert (await client.get("/static/admin/css/base.css")).status_code == 200
            while sum(visit.done() for visit in visits) < VISITORS - admission.PAGES_SHARE:
                await asyncio.wait([visit for visit in visits if not visit.done()], return_when=asyncio.FIRST_COMPLETED)
        answers = await asyncio.gather(*visits)
        refused = [answer for answer in answers if answer.status_code == 503]
        assert len(refused) == VISITORS - admission.PAGES_SHARE
        assert {answer.headers["retry-after"] for answer in refused} == {"2"}
        assert refused[0].json()["error"] == "unavailable"
        assert (await client.get("/health/ready")).status_code == 200  # every slot came back
    stations.close()


async def test_passwords_that_are_guessed_keep_nobody_else_waiting(
    server: Server, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(admission, "PATIENCE_SECONDS", 0.5)
    settings.PASSWORD_HASHERS = ["drivepower.tests.hashing.PatientHasher"]
    guess = {"login": "nobody@example.com", "password": "wrong"}
    async with client_of(server) as client:
        with PatientHasher.held() as hashing:
            guesses = [asyncio.ensure_future(client.post("/api/v1/auth/login", json=guess)) for _ in range(20)]
            await eventually(lambda: len(hashing) == admission.PASSWORDS_AT_ONCE, "as many as may are hashed")
            await eventually(
                lambda: sum(one.done() for one in guesses) == 20 - len(hashing), "the others are sent away"
            )
            assert {(await client.get("/api/v1/stations")).status_code for _ in range(8)} == {200}
            assert (await client.get("/health/ready")).status_code == 200
            assert len(hashing) == admission.PASSWORDS_AT_ONCE
        answers = await asyncio.gather(*guesses)
        assert Counter(answer.status_code for answer in answers) == {503: 18, 401: 2}
        refused = next(answer for answer in answers if answer.status_code == 503)
        assert (refused.json()["error"], refused.headers["retry-after"]) == ("unavailable", "2")
        assert (await client.post("/api/v1/auth/login", json=guess)).status_code == 401  # the gate is free again


@pytest.mark.parametrize(
    ("method", "path", "count"),
    [
        ("POST", "/api/auth/login", 2),
        ("POST", "/api/v1/auth/signup", 2),
        ("POST", "/api/v1/auth/password", 2),
        ("POST", "/api/v1/auth/password/reset/confirm", 2),
        ("POST", "/admin/login/", 2),
        ("PATCH", "/api/v1/profile", 2),
        ("GET", "/admin/login/", 1),
        ("GET", "/api/v1/profile", 1),
        ("POST", "/api/v1/auth/refresh", 1),
    ],
)
async def test_it_knows_where_passwords_are_hashed(method: str, path: str, count: int) -> None:
    assert len(admission.gates_of({"method": method, "path": path})) == count


async def test_it_gives_no_slot_to_who_speaks_slowly(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PATIENCE_SECONDS", 0.5)
    address = urlsplit(server.url)
    slow = []
    for _ in range(admission.PAGES_SHARE):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(
            b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
        )
        assert b"100" in await reader.readline()  # Django wants to read
        slow.append(writer)
    async with client_of(server) as client:
        assert (await client.get("/health/ready")).status_code == 200
    for writer in slow:
        writer.close()
        await writer.wait_closed()


@pytest.mark.django_db(transaction=True)
async def test_it_counts_live_pages_among_the_pages() -> None:
    stations = Database()
    with locked_sessions():
        asked = [asyncio.ensure_future(stream.in_db(Session.objects.count)) for _ in range(admission.PAGES_SHARE + 2)]
        await eventually(lambda: waiting() >= admission.PAGES_SHARE, "the first boards wait")
        assert await stations.run(waiting) == admission.PAGES_SHARE
    assert await asyncio.gather(*asked) == [0] * len(asked)
    stations.close()
