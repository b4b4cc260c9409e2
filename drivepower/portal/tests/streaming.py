"""A server with the API's streams and the stations' door, or with the portal's own sockets, and clients of them."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Literal

import uvicorn
from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.test import Client as Visitor
from django.utils import timezone
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from accounts import logins
from accounts.models import User
from drivepower.core import events
from drivepower.portal import routing
from drivepower.portal.sitting import Sitting
from ocpp_consumer import gateway
from ocpp_consumer.routing import websocket_urlpatterns
from ocpp_consumer.tests.server import Server, in_db, wait_until

PATIENCE = 30.0
sockets = URLRouter([*websocket_urlpatterns, *routing.api_urlpatterns])
# Those of the portal's pages, behind the session's middleware.
pages = AuthMiddlewareStack(URLRouter(routing.websocket_urlpatterns))


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """All WebSockets but the portal's own, and the end of the gateway when the server stops."""
    if scope["type"] == "websocket":
        await sockets(scope, receive, send)
        return
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await gateway.shutdown()
    await send({"type": "lifespan.shutdown.complete"})


@contextmanager
def streaming(served: Any = application, *, lifespan: Literal["on", "off"] = "on") -> Iterator[Server]:
    """A server of that application, with its own event loop in a thread of the test."""
    config = uvicorn.Config(
        served,
        port=0,
        ws="ocpp_consumer.wire:SlowlyRead",
        lifespan=lifespan,
        log_level="warning",
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    server = Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started, "the server is up")
        yield server
    finally:
        server.should_exit = True
        thread.join()


class Client:
    """What an app does with a stream."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, **message: Any) -> None:
        """Send an object."""
        await self.socket.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(PATIENCE):
            message: dict[str, Any] = json.loads(await self.socket.recv())
            return message

    async def hear_of(self, kind: str) -> dict[str, Any]:
        """The next event of that kind."""
        while (message := await self.hear()).get("kind") != kind:
            pass
        return message

    async def progress(self) -> dict[str, Any]:
        """How the charge stands when that is told next."""
        while (message := await self.hear())["type"] != "progress":
            pass
        return dict(message["session"])

    async def ended(self) -> int | None:
        """The code with which the server ends it."""
        async with asyncio.timeout(PATIENCE):
            await self.socket.wait_closed()
        return self.socket.close_code


@asynccontextmanager
async def open_stream(server: Server, path: str, *offered: str, **headers: str) -> AsyncIterator[Client]:
    """A stream at /api/v1/…; raises websockets.exceptions.InvalidStatus when it is refused."""
    subprotocols = [Subprotocol(name) for name in offered] or None
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with connect(
        f"{server.url}/api/v1/{path}",
        subprotocols=subprotocols,
        additional_headers=named,
        compression=None,
        max_queue=None,
    ) as socket:
        yield Client(socket)


@asynccontextmanager
async def own_stream(server: Server, person: User, path: str = "sessions/stream", **said: Any) -> AsyncIterator[Client]:
    """Somebody's stream, begun."""
    token = await in_db(token_of)(person)
    async with open_stream(server, path) as client:
        await client.say(token=token, **said)
        yield client


@asynccontextmanager
async def open_page(server: Server, path: str, person: User | None) -> AsyncIterator[Client]:
    """The socket of a page of the portal that this person has open, or a stranger."""
    headers = {"Cookie": await in_db(cookie_of)(person)} if person else {}
    async with connect(f"{server.url}/portal/{path}", additional_headers=headers) as socket:
        yield Client(socket)


def cookie_of(person: User) -> str:
    """The session of somebody who has logged in."""
    visitor = Visitor()
    visitor.force_login(person)
    return visitor.cookies[settings.SESSION_COOKIE_NAME].OutputString(attrs=[])


def sitting_for(person: User) -> Sitting:
    """What a socket keeps of the session of somebody who has logged in."""
    visitor = Visitor()
    visitor.force_login(person)
    session = visitor.session
    return Sitting(person.pk, session.session_key or "", session[HASH_SESSION_KEY], None)


def token_of(person: User) -> str:
    """An access token of a new login."""
    return logins.come_in(user=person, address="", device="", at=timezone.now()).access


def happen(kind: str = "session.started", *, number: int = 0, **seen_by: Any) -> None:
    """Something happens, in a transaction of its own."""
    seen = {"is_public": kind.startswith(("connector.", "station."))} | seen_by
    events.record(kind=kind, subject=f"thing:{number}", payload={"number": number}, at=timezone.now(), **seen)
