"""A real server on a real port, in a thread of the test, and a station that says exactly what a test wants said."""

import asyncio
import json
import threading
import time
import uuid
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import uvicorn
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from ocpp_consumer import gateway
from ocpp_consumer.routing import websocket_urlpatterns
from stations.models import Station
from stations.registry import issue_key

PATIENCE = 30.0
# A hop that gives its connection back: one that a thread kept would keep the test's database from being dropped.
in_db = database_sync_to_async
stations_only = URLRouter(websocket_urlpatterns)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Stations over WebSocket, and the end of the gateway when the server stops."""
    if scope["type"] == "websocket":
        await stations_only(scope, receive, send)
        return
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await gateway.shutdown()
    await send({"type": "lifespan.shutdown.complete"})


class Server(uvicorn.Server):
    """uvicorn off the main thread."""

    url = ""
    loop: asyncio.AbstractEventLoop

    async def main_loop(self) -> None:
        """Hear at once that it is time to go: uvicorn looks ten times a second."""
        while not self.should_exit:
            await asyncio.sleep(0.01)

    async def startup(self, sockets: Any = None) -> None:
        """Note where it listens."""
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        self.url = f"ws://127.0.0.1:{port}"


@contextmanager
def running_server(**options: Any) -> Iterator[Server]:
    """A server with its own event loop, and so with its own gateway; options are uvicorn's."""
    usual: dict[str, Any] = {
        "ws": "ocpp_consumer.wire:SlowlyRead",
        "lifespan": "on",
        "log_level": "warning",
        "timeout_graceful_shutdown": 5,
    }
    config = uvicorn.Config(application, port=0, proxy_headers=False, **usual | options)
    server = Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started, "the server is up")
        yield server
    finally:
        server.should_exit = True
        thread.join()


def wait_until(condition: Callable[[], Any], what: str) -> Any:
    """The first true value of a condition; fails after a while with what was waited for."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError(f"not seen in time: {what}")


async def eventually(condition: Callable[[], Any], what: str) -> Any:
    """The same from a coroutine; the condition asks the database on a thread."""
    return await in_db(wait_until)(condition, what)


def make_station(identity: str = "CP 1", **fields: Any) -> tuple[Station, str]:
    """A station and its key."""
    code = f"T-{uuid.uuid4().hex[:8].upper()}"
    station = Station.objects.create(code=code, identity=identity, **fields)
    return station, issue_key(station=station)


def basic(identity: str, key: str | bytes) -> dict[str, str]:
    """The header of HTTP Basic credentials."""
    secret = key if isinstance(key, bytes) else key.encode()
    return {"Authorization": f"Basic {b64encode(identity.encode() + b':' + secret).decode()}"}


@dataclass
class Talk:
    """A station's side of a socket: raw arrays, nothing checked."""

    socket: ClientConnection

    async def send(self, frame: Any) -> None:
        """Say something: a text as it is, anything else as JSON."""
        await self.socket.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))

    async def hear(self) -> Any:
        """The next frame."""
        async with asyncio.timeout(PATIENCE):
            return json.loads(await self.socket.recv())

    async def ask(self, action: str, payload: Any, *, message_id: Any = None) -> Any:
        """Send a CALL and give back the payload of its CALLRESULT."""
        message_id = message_id or uuid.uuid4().hex
        await self.send([2, message_id, action, payload])
        answer = await self.hear()
        assert answer[:2] == [3, message_id], answer
        return answer[2]

    async def closed(self) -> int:
        """Wait for the end of the socket; its code."""
        async with asyncio.timeout(PATIENCE):
            await self.socket.wait_closed()
        code = self.socket.close_code
        assert code is not None
        return code


async def refusal(server: "Listening", path: str, **how: Any) -> tuple[int, dict[str, str], bytes]:
    """Status, headers that could tell one refusal from another, and body."""
    try:
        async with talking(server, path, **how):
            raise AssertionError(f"{path} was let in")
    except InvalidStatus as refused:
        response = refused.response
    headers = {name: value for name, value in response.headers.raw_items() if name.lower() != "date"}
    return response.status_code, headers, bytes(response.body or b"")


async def is_let_in(server: Server, path: str, **how: Any) -> bool:
    """Whether a socket opens and is heard; a refusal must be the 401 that everybody gets."""
    try:
        async with talking(server, path, **how) as talk:
            return "currentTime" in await talk.ask("Heartbeat", {})
    except InvalidStatus as refused:
        if refused.response.status_code != 401:
            raise
        return False


class Listening(Protocol):
    """A server, in this process or another."""

    @property
    def url(self) -> str:
        """Where it listens."""


@asynccontextmanager
async def talking(
    server: Listening, path: str, *, headers: dict[str, str] | None = None, subprotocols: tuple[str, ...] = ("ocpp1.6",)
) -> AsyncIterator[Talk]:
    """An open socket; raises websockets.exceptions.InvalidStatus when it is refused."""
    offered = [Subprotocol(name) for name in subprotocols]
    async with connect(
        f"{server.url}{path}", additional_headers=headers, subprotocols=offered or None, compression=None
    ) as socket:
        yield Talk(socket)


def now() -> str:
    """This moment as stations write it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
