"""A WebSocket that a case reads and writes line by line, while one event loop on a thread does the work.

The library's own client without asyncio reads on one thread and writes on another; over TLS the two break each other.
"""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Data

T = TypeVar("T")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="lines", daemon=True).start()
    return loop


def _await(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(coroutine, _loop()).result()


class Line:
    """One socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.subprotocol = connection.subprotocol

    @property
    def close_code(self) -> int | None:
        """How it ended, once it has."""
        return self._connection.close_code

    @property
    def tls(self) -> Any:
        """What is agreed in TLS: the `ssl.SSLObject`."""
        return self._connection.transport.get_extra_info("ssl_object")

    def send(self, said: str | bytes, *, text: bool | None = None) -> None:
        """Write a frame; bytes as text too, where a case wants that."""
        _await(self._connection.send(said, text=text))

    def recv(self, *, timeout: float) -> Data:
        """The next frame, with no time left only one that has come already; raises TimeoutError or ConnectionClosed."""
        return _await(self._recv(timeout))

    async def _recv(self, timeout: float) -> Data:
        async with asyncio.timeout(timeout):
            return await self._connection.recv()

    def echo(self, *, timeout: float) -> None:
        """Return when all is here that was said to us until now; raises TimeoutError or ConnectionClosed."""
        _await(self._echo(timeout))

    async def _echo(self, timeout: float) -> None:
        async with asyncio.timeout(timeout):
            await (await self._connection.ping())

    def close(self) -> None:
        """Say goodbye."""
        _await(self._connection.close())


@contextmanager
def open_line(url: str, **how: Any) -> Iterator[Line]:
    """An open socket; raises InvalidStatus when it is refused."""
    connection = _await(_connect(url, how))
    try:
        yield Line(connection)
    finally:
        _await(connection.close())


async def _connect(url: str, how: dict[str, Any]) -> ClientConnection:
    return await connect(url, compression=None, proxy=None, **how)
