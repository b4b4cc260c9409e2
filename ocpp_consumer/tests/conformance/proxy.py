"""A proxy that ends TLS in front of the server, and passes on the client certificate that it has verified."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import quote

CERTIFICATE, VERDICT = "X-Client-Cert", "X-Client-Verify"


class Proxy:
    """One listening port; each connection is one connection to the server."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self._upstream = port
        self._context = context
        self.port = 0

    async def listen(self) -> asyncio.Server:
        """Begin to take connections."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            first, _, rest = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
            inner_writer.write(b"\r\n".join([first, *self._added(writer), rest]))
            try:
                await asyncio.gather(pipe(reader, inner_writer), pipe(inner_reader, writer))
            finally:
                await end(writer, inner_writer)

    def _added(self, writer: asyncio.StreamWriter) -> list[bytes]:
        """What a proxy says of TLS; what the client said of it under these names would have to be taken out."""
        certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        said = {"X-Forwarded-Proto": "https", VERDICT: "SUCCESS" if certificate else "NONE"}
        if certificate:
            said[CERTIFICATE] = quote(ssl.DER_cert_to_PEM_cert(certificate), safe="")
        return [f"{name}: {value}".encode() for name, value in said.items()]


async def end(*writers: asyncio.StreamWriter) -> None:
    """Both sides have said all, or the proxy ends."""
    for writer in writers:
        writer.transport.abort()
    await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until the end."""
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@contextmanager
def proxying(port: int, context: ssl.SSLContext) -> Iterator[Proxy]:
    """A proxy in front of that port, on a thread with a loop of its own."""
    proxy, started, ended = Proxy(port, context), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        async with await proxy.listen():
            started.set()
            await ended.wait()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        assert started.wait(10)
        yield proxy
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
