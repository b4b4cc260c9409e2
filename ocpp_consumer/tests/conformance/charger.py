"""The station's side of a case: says what the case wants said, and holds every frame that it hears to the schemas."""

import json
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ssl import SSLContext
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from ocpp_consumer.tests.conformance import schemas
from ocpp_consumer.tests.conformance.line import Line, open_line
from ocpp_consumer.tests.conformance.pki import HOST
from ocpp_consumer.tests.conformance.site import Site

PATIENCE = 30.0
CALL, RESULT, ERROR = 2, 3, 4
METER_START = 1_000_000


@dataclass(frozen=True)
class Call:
    """A request that the central system has sent."""

    id: str
    action: str
    payload: dict[str, Any]


class Charger:
    """One socket of a station."""

    def __init__(self, socket: Line, site: Site) -> None:
        self.socket = socket
        self.site = site
        self.waiting: deque[Call] = deque()
        self._asked: dict[str, str] = {}

    # What is said and heard, frame by frame.

    def send(self, frame: Any) -> None:
        """Say something: text and bytes as they are, anything else as JSON."""
        self.socket.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))

    def hear(self) -> list[Any]:
        """The next frame, which obeys J 4.2 and its schema."""
        frame: list[Any] = json.loads(self.socket.recv(timeout=PATIENCE))
        if frame[0] == CALL:
            _, call_id, action, payload = frame
            assert 0 < len(call_id) <= 36
            schemas.check(action, payload)
        elif frame[0] == RESULT:
            _, answered, payload = frame
            schemas.check(f"{self._asked.pop(answered)}Response", payload)
        else:
            kind, _, code, description, details = frame
            assert (kind, code in schemas.ERROR_CODES) == (ERROR, True), frame
            assert isinstance(description, str)
            assert isinstance(details, dict)
        return frame

    def call(self, action: str, payload: Any) -> str:
        """Send a request and go on; its id."""
        message_id = str(uuid.uuid4())
        self._asked[message_id] = action
        self.send([CALL, message_id, action, payload])
        return message_id

    def answer_to(self, message_id: Any) -> list[Any]:
        """The frame that answers a request of ours; what the central system asks meanwhile waits for `expect`."""
        while (frame := self.hear())[0] == CALL:
            self.waiting.append(Call(*frame[1:]))
        assert frame[1] == message_id, frame
        return frame

    def ask(self, action: str, **payload: Any) -> dict[str, Any]:
        """Send a request; the payload of its .conf."""
        answer = self.answer_to(self.call(action, payload))
        assert answer[0] == RESULT, answer
        conf: dict[str, Any] = answer[2]
        return conf

    def refused(self, action: str, **payload: Any) -> str:
        """Send a request that is answered with a CALLERROR; its code."""
        answer = self.answer_to(self.call(action, payload))
        assert answer[0] == ERROR, answer
        return str(answer[2])

    def expect(self, action: str) -> Call:
        """The next request of the central system, which must be this one."""
        call = self.waiting.popleft() if self.waiting else Call(*self.hear()[1:])
        assert call.action == action, call
        return call

    def reply(self, call: Call, **payload: Any) -> None:
        """Answer a request of the central system; the suite keeps to the schemas itself."""
        schemas.check(f"{call.action}Response", payload)
        self.send([RESULT, call.id, payload])

    def decline(self, call: Call, code: str) -> None:
        """Answer it with a CALLERROR."""
        self.send([ERROR, call.id, code, "", {}])

    def hears_no_more(self) -> None:
        """The central system has asked nothing that the case did not expect."""
        assert not self.waiting
        try:
            self.socket.echo(timeout=PATIENCE)
            frame = self.socket.recv(timeout=0)
        except (TimeoutError, ConnectionClosed):
            return
        raise AssertionError(f"nobody expected {frame!r}")

    # The reusable states of OCTT 1.3, and the steps to them.

    def boot(self, status: str = "Accepted") -> dict[str, Any]:
        """BootNotification, answered like that."""
        conf = self.ask(
            "BootNotification",
            chargePointVendor="Conformance",
            chargePointModel="Suite",
            chargePointSerialNumber=self.site.serial,
            firmwareVersion="1.0",
        )
        assert conf["status"] == status
        assert abs(datetime.now(UTC) - datetime.fromisoformat(conf["currentTime"])) < timedelta(minutes=1)
        return conf

    def booted(self) -> None:
        """The state Booted: accepted, everything available."""
        self.boot()
        for number in (0, 1, 2):
            self.status(number, "Available")

    def status(self, number: int, status: str, error: str = "NoError", **more: Any) -> None:
        """StatusNotification, after which that is how the connector stands."""
        said = {"connectorId": number, "status": status, "errorCode": error, "timestamp": now()}
        assert self.ask("StatusNotification", **said | more) == {}
        assert self.site.status(number) == status

    def authorize(self, tag: str = "", status: str = "Accepted") -> dict[str, Any]:
        """The state Authorized, or why not; the idTagInfo."""
        info: dict[str, Any] = self.ask("Authorize", idTag=tag or self.site.card)["idTagInfo"]
        assert info["status"] == status
        return info

    def start(self, number: int = 1, tag: str = "", status: str = "Accepted", **more: Any) -> int:
        """StartTransaction; the transactionId."""
        said = {"connectorId": number, "idTag": tag or self.site.card, "meterStart": METER_START, "timestamp": now()}
        conf = self.ask("StartTransaction", **said | more)
        assert conf["idTagInfo"]["status"] == status
        assert conf["transactionId"] > 0
        transaction: int = conf["transactionId"]
        return transaction

    def charging(self, number: int = 1, **more: Any) -> int:
        """The state Charging: authorized, plugged in, started; the transactionId."""
        self.authorize()
        self.status(number, "Preparing")
        transaction = self.start(number, **more)
        self.status(number, "Charging")
        return transaction

    def stop(self, transaction: int, *, energy_wh: int = 500, **more: Any) -> dict[str, Any]:
        """StopTransaction after so much energy; its .conf."""
        said = {"transactionId": transaction, "meterStop": METER_START + energy_wh, "timestamp": now()}
        return self.ask("StopTransaction", **said | more)


@contextmanager
def connected(
    site: Site,
    server: str,
    *,
    key: str | bytes | None = None,
    subprotocols: tuple[str, ...] = ("ocpp1.6",),
    headers: dict[str, str] | None = None,
    ssl: SSLContext | None = None,
) -> Iterator[Charger]:
    """A socket of the site's station, with its key unless another is given; raises InvalidStatus when it is refused."""
    offered = [Subprotocol(name) for name in subprotocols]
    with open_line(
        f"{server}/ocpp/{site.path}",
        additional_headers=site.credentials(key) | (headers or {}),
        subprotocols=offered or None,
        open_timeout=PATIENCE,
        local_addr=(site.address, 0),
        ssl=ssl,
        server_hostname=HOST if ssl else None,
    ) as socket:
        charger = Charger(socket, site)
        yield charger
        charger.hears_no_more()


def now(**ago: float) -> str:
    """This moment, or one so long ago, as stations write it."""
    return (datetime.now(UTC) - timedelta(**ago)).isoformat().replace("+00:00", "Z")
