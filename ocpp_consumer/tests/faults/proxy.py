"""A wire to the database that can be slow, cut, or led to another port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Proxy:
    """Bytes each way; `delay` in seconds is added to every piece that goes to the server."""

    def __init__(self, url: str) -> None:
        self.delay = 0.0
        self.is_cut = False
        # The answer to the next piece that holds this is lost, and the connection with it.
        self.loses_answer_to = b""
        self._is_losing = False
        self._target = urlsplit(url)
        self._lines: set[asyncio.StreamWriter] = set()

    def lead_to(self, url: str) -> None:
        """New connections go there."""
        self._target = urlsplit(url)

    def cut(self) -> None:
        """End what is open and refuse what comes, until `is_cut` is taken back."""
        self.is_cut = True
        for line in self._lines:
            line.transport.abort()

    @property
    def url(self) -> str:
        """The server's address by way of us."""
        credentials = self._target.netloc.rpartition("@")[0]
        return self._target._replace(netloc=f"{credentials}@127.0.0.1:{self.port}").geturl()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Proxy"]:
        """Listen for as long as the block runs."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.cut()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            above = await asyncio.open_connection(self._target.hostname, self._target.port)
        except OSError:
            writer.transport.abort()
            return
        self._lines |= {writer, above[1]}
        try:
            # The end of the loop cancels what still runs, and nobody is left to hear of it.
            with suppress(asyncio.CancelledError):
                await asyncio.gather(self._carry(reader, above[1], is_slow=True), self._carry(above[0], writer))
        finally:
            self._lines -= {writer, above[1]}

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_slow: bool = False) -> None:
        with suppress(OSError):
            while piece := await source.read(65_536):
                if is_slow and self.delay:
                    await asyncio.sleep(self.delay)
                if self._is_losing and not is_slow:
                    self._is_losing = False
                    break
                if is_slow and self.loses_answer_to and self.loses_answer_to in piece:
                    self.loses_answer_to, self._is_losing = b"", True
                sink.write(piece)
                await sink.drain()
        sink.transport.abort()
