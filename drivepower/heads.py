"""uvicorn's HTTP protocol with a limit to the head of a request (`uvicorn --http drivepower.heads:Impatient`).

Without one, whoever opens a connection and says nothing, or half a head, keeps it for ever; and a WebSocket's request
that is longer than the library behind it reads is answered by nobody.
"""

import asyncio
from asyncio.transports import Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# A head comes in one breath, also over a bad line; certificates and cookies fit in it.
HEAD_SECONDS = 10.0
LONGEST_LINE, LONGEST_HEAD = 8_000, 32_768


class Impatient(HttpToolsProtocol):
    """One per connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience: asyncio.TimerHandle | None = None
        self._length = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as the class above has it
        """Somebody is there and should speak."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """A head that is still coming may not grow without end."""
        super().data_received(data)
        if self._patience is not None:
            self._length += len(data)
            if self._length > LONGEST_HEAD and not self.transport.is_closing():
                self._refuse()

    def on_message_begin(self) -> None:
        """Another request on the same connection has as long as the first."""
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._stop_waiting()
        super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over, unless a line of the head is longer than WebSocket's side takes."""
        lines = [self.url, *(name + value for name, value in self.scope["headers"])]
        if max(map(len, lines)) > LONGEST_LINE:
            self._refuse()
        else:
            super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        self._length = 0
        self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _refuse(self) -> None:
        self._stop_waiting()
        self.send_400_response("The request is too long.")
