"""uvicorn's WebSocket protocol for sockets that are read slowly (`uvicorn --ws ocpp_consumer.wire:SlowlyRead`).

Over its pace a socket is not read, so its pongs lie behind frames that are not read yet: that is no sign of death. And
who has gone away behind such a backlog is not noticed by reading.
"""

import asyncio
import socket
from asyncio.transports import BaseTransport
from contextlib import suppress
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

# Of so many frames that came with one read, the last ones wait for seconds; meanwhile the line is tried this often.
MANY, TRY_SECONDS = 100, 1.0
# How many of them are still heard once the line is lost; their station was told of none, and sends them again.
STILL_HEARD = 200
# What was sent and is not acknowledged by the other end's kernel for so long ends the line.
SILENCE_SECONDS = 40


class SlowlyRead(WebSocketsSansIOProtocol):
    """One per connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._received_at = 0.0
        self._trial: asyncio.TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """A line is open."""
        super().connection_made(transport)
        with suppress(OSError, AttributeError):  # no TCP, or a system that has no such option
            line: socket.socket = transport.get_extra_info("socket")
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE_SECONDS * 1000)

    def data_received(self, data: bytes) -> None:
        """Whatever comes is a sign of life; a crowd of frames has the line watched."""
        self._received_at = self.loop.time()
        super().data_received(data)
        if self._trial is None and self.queue.qsize() > MANY:
            self._trial = self.loop.call_later(TRY_SECONDS, self.try_line)

    def try_line(self) -> None:
        """Say something that needs no answer: writing fails where nobody is any more."""
        self._trial = None
        if self.close_sent or self.transport.is_closing() or not self.queue.qsize():
            return
        self.conn.send_ping(b"")
        self.transport.write(b"".join(self.conn.data_to_send()))
        self._trial = self.loop.call_later(TRY_SECONDS, self.try_line)

    def keepalive_timeout(self) -> None:
        """No pong came: the end, unless something else did, or what came is still to be read."""
        if self._received_at < self.ping_sent_at and not self.read_paused:
            super().keepalive_timeout()
            return
        self.pong_timer = self.pending_ping_payload = None
        if not self.close_sent and not self.transport.is_closing():
            self.schedule_ping()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there: what waits is heard as far as that takes no time."""
        if self._trial is not None:
            self._trial.cancel()
        waiting = [self.queue.get_nowait() for _ in range(self.queue.qsize())]
        said = [one for one in waiting if one["type"] == "websocket.receive"][:STILL_HEARD]
        for one in [*said, *(one for one in waiting if one["type"] != "websocket.receive")]:
            self.queue.put_nowait(one)
        super().connection_lost(exc)
