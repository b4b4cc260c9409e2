"""The socket of a station: connects, comes back by itself, and carries calls. Built on `ocpp` and `websockets`."""

import asyncio
import base64
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ocpp.routing import create_route_map
from ocpp.v16 import ChargePoint
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

if TYPE_CHECKING:
    from .station import Station

SUBPROTOCOL = Subprotocol("ocpp1.6")
OPEN_SECONDS = 10.0
CLOSE_SECONDS = 1.0

# Both libraries log whole messages and headers, secrets included: nothing of it may reach a handler.
QUIET = logging.getLogger("ocpp_consumer.simulator.silent")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False
QUIET.setLevel(logging.CRITICAL + 1)


class OfflineError(Exception):
    """There is no connection, or it broke before the answer came."""


class BadAnswerError(Exception):
    """The central system answered with a CALLERROR, with something odd, or not in time."""


@dataclass(frozen=True)
class Address:
    """Where a station connects to, as whom."""

    url: str
    identity: str

    @property
    def endpoint(self) -> str:
        """The endpoint with the percent-encoded identity (J 3.1.1)."""
        return f"{self.url.rstrip('/')}/{quote(self.identity, safe='')}"

    def headers(self, password: str) -> dict[str, str]:
        """HTTP Basic authentication (J 6.2.2), or nothing without a password."""
        if not password:
            return {}
        token = base64.b64encode(f"{self.identity}:{password}".encode()).decode()
        return {"Authorization": f"Basic {token}"}


class Link:
    """One socket at a time. While anyone holds the link it stays down; otherwise it is up or trying."""

    def __init__(self, station: "Station", address: Address) -> None:
        self._station = station
        self._address = address
        self._routes = create_route_map(station.commands)
        self._holders: set[str] = set()
        self._socket: ClientConnection | None = None
        self._charge_point: ChargePoint | None = None
        self._closed: asyncio.Future[None] | None = None

    @property
    def is_up(self) -> bool:
        """Whether there is a socket."""
        return self._charge_point is not None

    async def run(self) -> None:
        """Keeps the socket open for ever, until cancelled."""
        attempt = 0
        while True:
            if self._holders:
                attempt = 0
                await self._station.changes.until(lambda: not self._holders)
            socket = await self._open()
            if socket is not None:
                attempt = 0
                await self._live(socket)
                if self._holders:
                    continue
            pause = self._station.backoff.delay(attempt, self._station.rng)
            attempt += 1
            await self._station.changes.sleep(pause, unless=lambda: self._holders)

    async def hold(self, holder: str, *, abruptly: bool = False) -> None:
        """Takes the socket down and keeps it down; abruptly: without a close frame, as a cut cable does."""
        self._holders.add(holder)
        self._station.changes.notify()
        if self._socket is not None and abruptly:
            self._socket.transport.abort()
        elif self._socket is not None:
            await self._socket.close()
        await self._station.changes.until(lambda: not self.is_up)

    def release(self, holder: str) -> None:
        """Lets the socket come up again, once nobody else holds it."""
        self._holders.discard(holder)
        self._station.changes.notify()

    async def call(self, request: Any) -> Any:
        """Sends a call and answers its result; raises OfflineError or BadAnswerError."""
        charge_point, closed = self._charge_point, self._closed
        if charge_point is None or closed is None:
            raise OfflineError
        answer = asyncio.ensure_future(charge_point.call(request, suppress=False))
        try:
            await asyncio.wait({answer, closed}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise OfflineError
            return await answer
        except ConnectionClosed as error:
            raise OfflineError from error
        except TimeoutError as error:  # its text holds the whole message
            raise BadAnswerError(f"no answer in {self._station.response_seconds:g} s") from error
        except OfflineError:
            raise
        except Exception as error:  # whatever a central system may answer, a station goes on
            raise BadAnswerError(f"{type(error).__name__}: {error}"[:200]) from error
        finally:
            answer.cancel()

    async def _open(self) -> ClientConnection | None:
        configuration = self._station.configuration
        try:
            socket = await connect(
                self._address.endpoint,
                subprotocols=[SUBPROTOCOL],
                additional_headers=self._address.headers(configuration.text("AuthorizationKey")),
                user_agent_header=None,
                proxy=None,
                compression=None,
                open_timeout=OPEN_SECONDS,
                close_timeout=CLOSE_SECONDS,
                ping_interval=configuration.number("WebSocketPingInterval") or None,
                logger=QUIET,
            )
        except Exception as error:  # whatever is at the other end, a station tries again
            self._station.warn(f"no connection: {type(error).__name__} {error}")
            return None
        if socket.subprotocol == SUBPROTOCOL:
            return socket
        self._station.warn(f"the central system does not speak {SUBPROTOCOL}")
        await socket.close()
        return None

    async def _live(self, socket: ClientConnection) -> None:
        charge_point = ChargePoint(self._address.identity, socket, self._station.response_seconds, QUIET)
        charge_point.route_map = self._routes
        self._socket, self._charge_point = socket, charge_point
        self._closed = asyncio.get_running_loop().create_future()
        self._station.say("connected")
        self._station.registration.resume()
        self._station.changes.notify()
        life = self._station.tasks.spawn(self._station.registration.live(), name="registration")
        try:
            await self._read(socket, charge_point)
        finally:
            self._socket = self._charge_point = None
            self._closed.set_result(None)
            life.cancel()
            self._station.changes.notify()
            await asyncio.wait({life})
            await socket.close()
        self._station.say(f"connection closed ({socket.close_code} {socket.close_reason or ''}".rstrip() + ")")

    async def _read(self, socket: ClientConnection, charge_point: ChargePoint) -> None:
        while True:
            try:
                await charge_point.route_message(await socket.recv())
            except ConnectionClosed:
                return
            except Exception as error:  # the library lets odd frames through as any exception
                self._station.warn(f"a frame could not be handled: {type(error).__name__}")
            self._station.commands.act()
