"""A charging station of OCPP 1.6, played from outside: everything in it, and what people may do to it."""

from collections.abc import Callable
from random import Random
from types import TracebackType
from typing import Any, Self

from .authorization import ACCEPTED, Authorization
from .backoff import Backoff
from .battery import Battery, arriving
from .changes import Changes
from .charging import Charging
from .commands import Commands
from .configuration import Configuration
from .connector import Connector
from .describe import describe
from .drivers import Drivers
from .link import Address, BadAnswerError, Link, OfflineError
from .memory import Memory
from .metering import Metering
from .outbox import Outbox
from .profiles import Profiles
from .registration import Registration
from .reservations import Reservations
from .spec import StationSpec
from .statuses import Statuses
from .tasks import Tasks
from .transaction import Transaction
from .upkeep import Upkeep
from .voice import Voice


class RefusedError(Exception):
    """A card was not let in; the text is the AuthorizationStatus, or Refused."""


class Station:
    """`async with Station(spec, url=...) as station:` is a station that is connected, booted and has
    reported its state.

    `memory` lets registers, open transactions and unsent messages outlive the process.
    """

    def __init__(
        self,
        spec: StationSpec,
        *,
        url: str,
        voice: Voice | None = None,
        backoff: Backoff | None = None,
        response_seconds: float = 30.0,
        seed: str = "",
        memory: Memory | None = None,
    ) -> None:
        self.spec = spec
        self.backoff = backoff or Backoff()
        self.response_seconds = response_seconds
        self.rng = Random(f"{seed}:{spec.identity}")  # noqa: S311 - a play, not cryptography
        self.is_operative = True
        self.transactions: list[Transaction] = []
        self.connectors = {c.number: Connector(c, self.rng) for c in spec.connectors}
        self.changes = Changes()
        self.tasks = Tasks(self.warn)
        self.configuration = Configuration(spec)
        self.authorization = Authorization(self.configuration)
        self.profiles = Profiles()
        self.reservations = Reservations(self)
        self.statuses = Statuses(self)
        self.registration = Registration(self)
        self.outbox = Outbox(self)
        self.metering = Metering(self)
        self.charging = Charging(self)
        self.drivers = Drivers(self)
        self.upkeep = Upkeep(self)
        self.commands = Commands(self)
        self.link = Link(self, Address(url, spec.identity))
        self._voice = voice or Voice()
        self._memory = memory

    async def __aenter__(self) -> Self:
        self.open()
        try:
            await self.wait_for(lambda station: station.is_settled)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def open(self) -> None:
        """Switches the station on, without waiting for the central system."""
        if self._memory is not None:
            self._memory.recall(self)
        self.statuses.look()
        for work in (self.link.run, self.outbox.pump, self.statuses.pump, self.metering.follow_clock):
            self.tasks.spawn(work(), name=work.__qualname__)

    async def close(self) -> None:
        """Switches the station off: no transaction is stopped, nothing more is sent."""
        for connector in self.connectors.values():
            self.charging.advance(connector)
        self.remember()
        await self.tasks.cancel()

    # What can be seen

    @property
    def is_online(self) -> bool:
        """Whether there is a socket."""
        return self.link.is_up

    @property
    def is_ready(self) -> bool:
        """Whether there is a socket, and the central system has accepted the boot."""
        return self.link.is_up and self.registration.is_accepted

    @property
    def is_settled(self) -> bool:
        """Whether it is ready, and the central system knows of everything that happened so far."""
        return self.is_ready and not self.outbox.waiting and self.statuses.is_told

    @property
    def queued(self) -> int:
        """How many messages of transactions wait for their answer."""
        return len(self.outbox.waiting)

    def status(self, number: int) -> str:
        """The ChargePointStatus of a connector; 0 is the station itself."""
        return next(status for n, status, _ in self.statuses_now() if n == number)

    def statuses_now(self) -> list[tuple[int, str, str]]:
        """Number, status and error code of the station itself (0) and of every connector."""
        own = (0, "Available" if self.is_operative else "Unavailable", "NoError")
        return [own, *((c.number, c.status, c.error_code) for c in self.connectors.values())]

    def transaction(self, number: int) -> Transaction | None:
        """The running transaction of a connector, or its last one."""
        return self.connectors[number].transaction

    async def wait_for(self, holds: Callable[["Station"], object], *, seconds: float = 10.0) -> None:
        """Returns as soon as the condition holds; TimeoutError after so many seconds."""
        if await self.changes.sleep(seconds, unless=lambda: holds(self)):
            raise TimeoutError(f"{self.spec.identity}: {self.statuses_now()}, {self.queued} messages wait")

    # What people do

    def plug_in(self, number: int, *, battery: Battery | None = None) -> None:
        """Plugs a car in; without a battery of its own it is any car that comes along."""
        self.drivers.plug_in(self.connectors[number], battery or self.arriving_car())

    def unplug(self, number: int) -> None:
        """Takes the cable out."""
        self.drivers.unplug(self.connectors[number])

    async def present(self, number: int, *, id_tag: str) -> str:
        """Holds a card to the reader; answers the AuthorizationStatus, or "Refused"."""
        return await self.drivers.present(self.connectors[number], id_tag)

    async def start(self, number: int, *, id_tag: str, wants_wh: int | None = None) -> Transaction:
        """Plugs in (unless a car is there) and starts with a card; RefusedError when it is not let in.

        With a connection it returns when the start has been answered, without one at once. A car that
        `wants_wh` takes exactly so much and is then SuspendedEV.
        """
        connector = self.connectors[number]
        if connector.battery is None:
            self.drivers.plug_in(connector, self.arriving_car(wants_wh=wants_wh))
        status = await self.present(number, id_tag=id_tag)
        transaction = connector.transaction
        if status != ACCEPTED or transaction is None:
            raise RefusedError(status)
        await self.wait_for(lambda s: transaction.is_start_settled or not s.is_ready, seconds=60)
        return transaction

    async def stop(self, number: int, *, reason: str = "Local", id_tag: str | None = None) -> Transaction:
        """Stops the running transaction; returns like `start`, with the exact register in `meter_stop`."""
        transaction = self.charging.end(self.connectors[number], reason, id_tag=id_tag)
        if transaction is None:
            raise RuntimeError(f"nothing runs on connector {number}")
        await self.wait_for(lambda s: s.outbox.is_through_with(transaction) or not s.is_ready, seconds=60)
        return transaction

    def fault(self, number: int, *, error_code: str = "InternalError") -> None:
        """A connector breaks: what runs there stops, what was reserved is free."""
        connector = self.connectors[number]
        self.charging.end(connector, "Other")
        connector.error_code, connector.presented, connector.reservation = error_code, None, None
        self.statuses.look()

    def mend(self, number: int) -> None:
        """The fault is gone."""
        self.connectors[number].error_code = "NoError"
        self.statuses.look()

    async def go_offline(self, *, abruptly: bool = False) -> None:
        """Loses the network until `come_online`; abruptly: the socket is cut without a close frame."""
        await self.link.hold("offline", abruptly=abruptly)

    async def come_online(self, *, boot: bool = False) -> None:
        """Has the network again, with a BootNotification or without; returns when it is accepted."""
        if boot:
            self.registration.forget()
        self.link.release("offline")
        await self.wait_for(lambda station: station.is_ready)

    async def power_cycle(self) -> None:
        """Loses and regains power: transactions stop with PowerLoss, told after the boot."""
        await self.upkeep.reboot("PowerLoss", is_orderly=False)
        await self.wait_for(lambda station: station.is_ready)

    # What the parts of the station use

    async def call(self, request: Any) -> Any:
        """Sends a call and answers its result; raises OfflineError or BadAnswerError."""
        answer = await self.link.call(request)
        sent = f"{type(request).__name__} {describe(request)}".rstrip()
        self.say(f"-> {sent} => {describe(answer) or 'ok'}")
        return answer

    async def request(self, request: Any) -> Any:
        """Sends a call; None when there is no good answer, which is told."""
        try:
            return await self.call(request)
        except OfflineError:
            self.warn(f"{type(request).__name__} was not answered: the connection is gone")
        except BadAnswerError as error:
            self.warn(f"{type(request).__name__}: {error}")
        return None

    def arriving_car(self, *, wants_wh: int | None = None) -> Battery:
        """Any car that comes along."""
        return arriving(self.rng, wants_wh=wants_wh)

    def remember(self) -> None:
        """Keeps what must outlive the process, where there is a memory."""
        if self._memory is not None:
            self._memory.keep(self)

    def say(self, text: str) -> None:
        """Tells an event."""
        self._voice.say(self.spec.identity, text)

    def warn(self, text: str) -> None:
        """Tells a problem."""
        self._voice.warn(self.spec.identity, text)
