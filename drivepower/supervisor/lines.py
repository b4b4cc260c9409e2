"""What a child says, line by line."""

import asyncio
import os
from collections.abc import Callable

LAST_WORDS = 5.0


class Lines(asyncio.Protocol):
    """A pipe of our own: with asyncio's, waiting for a child waits for everybody who holds its output open."""

    def __init__(self, pass_on: Callable[[str], None]) -> None:
        self._pass_on = pass_on
        self._rest = b""
        self._write_end = -1
        self._over = asyncio.Event()
        self._transport: asyncio.BaseTransport | None = None

    async def open(self) -> int:
        """The end for the child to write on."""
        read_end, self._write_end = os.pipe()
        loop = asyncio.get_running_loop()
        file = open(read_end, "rb", buffering=0)  # noqa: SIM115  # the transport closes it
        self._transport, _ = await loop.connect_read_pipe(lambda: self, file)
        return self._write_end

    def close_our_end(self) -> None:
        """Let go of the child's end once it has it."""
        if self._write_end >= 0:
            os.close(self._write_end)

    async def end(self) -> None:
        """Wait a moment for the last words, then close."""
        try:
            await asyncio.wait_for(self._over.wait(), LAST_WORDS)
        except TimeoutError:
            if self._transport is not None:
                self._transport.close()

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._pass_on(line.decode(errors="replace"))

    def connection_lost(self, error: Exception | None) -> None:
        if self._rest:
            self._pass_on(self._rest.decode(errors="replace"))
        self._over.set()
