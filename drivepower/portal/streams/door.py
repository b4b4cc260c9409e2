"""The way in: which page asks, from where, and whether there is room; then one socket's whole life."""

from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

from drivepower.core.addresses import client_of, subscriber_of
from drivepower.portal.streams import origins
from drivepower.portal.streams.hub import Hub, hub
from drivepower.portal.streams.line import Line, Receive, Send

PROTOCOL, BEARER = "drivepower", "bearer."


@dataclass(slots=True)
class Visitor:
    """A socket that has come in; `token` is what it showed as a subprotocol, empty where it will say one.

    `vouch` is called once somebody known answers for it: from then on it is not counted by its address.
    """

    line: Line
    hub: Hub
    token: str
    vouch: Callable[[], None]


# What is said over a socket, until it ends.
Talk = Callable[[Visitor], Coroutine[Any, Any, None]]


def door(talk: Talk) -> Any:
    """The ASGI application of one kind of stream; nothing of the address's query is looked at."""

    async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        here, address = hub(), address_of(scope)
        if not origins.is_welcome(scope["headers"]):
            await refuse(send, 403)
        elif not here.has_room(talk, address):
            await refuse(send, 429)
        else:
            with ExitStack() as stranger:
                stranger.enter_context(here.counting(talk, address))
                offered = scope["subprotocols"]
                await send({"type": "websocket.accept", "subprotocol": chosen(offered)})
                line = Line(receive, send)
                await line.hold(talk(Visitor(line, here, token_of(offered), stranger.close)))

    return application


def of_our_pages(application: Any) -> Any:
    """The same for pages of the portal alone: a page of another port or host is answered 403."""

    async def guarded(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if origins.is_page_of_ours(scope["headers"]):
            await application(scope, receive, send)
            return
        await receive()  # websocket.connect
        await refuse(send, 403)

    return guarded


async def refuse(send: Send, status: int) -> None:
    """Answer with an HTTP status instead of a socket."""
    with suppress(OSError):  # it has gone
        await send({"type": "websocket.http.response.start", "status": status, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})


def address_of(scope: dict[str, Any]) -> str:
    """Where the socket comes from, as far as our proxies vouch for it."""
    forwarded = ", ".join(origins.values(scope["headers"], b"x-forwarded-for"))
    return subscriber_of(client_of(forwarded_for=forwarded, peer=(scope.get("client") or [""])[0]))


def chosen(offered: Sequence[str]) -> str | None:
    """The subprotocol that is answered: browsers want one of those that they have offered."""
    return PROTOCOL if PROTOCOL in offered else next(iter(offered), None)


def token_of(offered: Sequence[str]) -> str:
    """The token among the subprotocols."""
    return next((name.removeprefix(BEARER) for name in offered if name.startswith(BEARER)), "")
