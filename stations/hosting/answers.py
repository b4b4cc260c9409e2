"""Short answers in plain text, and how long we wait for somebody else's line."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# A line that moves nothing for so long is given up.
QUIET_SECONDS = 60.0
CHUNK = 256 * 1024


class Gone(Exception):
    """The other side has left, or says nothing any more."""


class Refused(Exception):
    """This request is answered with that status, and nothing is kept of it."""

    def __init__(self, status: HTTPStatus, headers: Headers | None = None) -> None:
        super().__init__(status.phrase)
        self.status = status
        self.headers = headers or []


async def answer(send: Send, status: HTTPStatus, headers: Headers | None = None) -> None:
    """Say the status, and what it is called."""
    body = f"{status.phrase}\n".encode()
    own = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": int(status), "headers": [*own, *ALWAYS, *(headers or [])]})
    await send({"type": "http.response.body", "body": body})


# A link is a secret: nobody keeps what came over it, or tells others where it came from.
ALWAYS: Headers = [
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
