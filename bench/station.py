"""A bench station: what it says, one thing after the other, and the check that it was answered."""

import asyncio
import json
from collections import defaultdict

from bench import frames
from bench.histogram import Histogram
from bench.wire import Socket

Latencies = defaultdict[str, Histogram]


class Station:
    """One station on one socket; numbered from 0."""

    def __init__(self, number: int, *, latencies: Latencies) -> None:
        self.number = number
        self.latencies = latencies
        self.transaction_id = 0
        self.sockets: list[Socket] = []
        self.socket: Socket

    async def connect(self, *, port: int, path: str, source: str) -> None:
        """Open the socket; raises Ended when it is refused."""
        request = frames.handshake(self.number, host=f"127.0.0.1:{port}", path=path)
        _, self.socket = await asyncio.get_running_loop().create_connection(
            lambda: Socket(request, latencies=self.latencies), "127.0.0.1", port, local_addr=(source, 0)
        )
        self.sockets.append(self.socket)
        await self.socket.opened

    async def boot(self, *, connectors: int = 1) -> None:
        """BootNotification, and how each connector is."""
        await self.ask("BootNotification", frames.BOOT, b"SN%05d" % self.number)
        for connector in range(1, connectors + 1):
            await self.status(connector, b"Available")

    async def status(self, connector: int, status: bytes) -> None:
        """StatusNotification."""
        await self.ask("StatusNotification", frames.STATUS, connector, status, frames.now())

    async def begin(self, meter_start: int = 1000) -> None:
        """StartTransaction with the station's card; raises ValueError where the answer holds no transaction."""
        tag = frames.tag(self.number).encode()
        answer = json.loads(await self.ask("StartTransaction", frames.START, tag, meter_start, frames.now()))
        if answer[2]["idTagInfo"]["status"] != "Accepted":
            raise ValueError(f"the card was answered {answer[2]['idTagInfo']}")
        self.transaction_id = answer[2]["transactionId"]

    async def meter(self) -> None:
        """MeterValues of four samples for the running transaction."""
        number = self.socket.next_id()
        text = frames.meter_values(number, self.transaction_id)
        await self.socket.ask(text, expect=b'[3,"%d",{}]' % number, action="MeterValues")

    async def heartbeat(self) -> None:
        """Heartbeat."""
        await self.ask("Heartbeat", frames.HEARTBEAT)

    async def charge(self, values: int = 5) -> None:
        """A whole session, from the boot to the free connector."""
        tag = frames.tag(self.number).encode()
        await self.boot()
        await self.ask("Authorize", frames.AUTHORIZE, tag)
        await self.status(1, b"Preparing")
        await self.begin()
        await self.status(1, b"Charging")
        for _ in range(values):
            await self.meter()
        meter_stop = 1000 + self.socket.count
        await self.ask("StopTransaction", frames.STOP, self.transaction_id, tag, meter_stop, frames.now())
        await self.status(1, b"Available")

    async def echo(self) -> None:
        """The MeterValues of a transaction 1, to a server that sends it back."""
        text = frames.meter_values(self.socket.next_id(), 1)
        await self.socket.ask(text, expect=text, action="echo")

    async def ask(self, action: str, template: bytes, *holes: int | bytes) -> bytes:
        """Send a CALL and wait for its CALLRESULT."""
        number = self.socket.next_id()
        return await self.socket.ask(template % (number, *holes), expect=b'[3,"%d",{' % number, action=action)
