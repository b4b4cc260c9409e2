"""Mutated frames over several sockets, every answer checked, while a quiet station asks for the time."""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import QuerySet
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from ocpp_consumer.models import Frame
from ocpp_consumer.tests.conformance import schemas
from ocpp_consumer.tests.conformance.site import Site
from ocpp_consumer.tests.faults.mutations import Mutated, Mutator
from ocpp_consumer.tests.server import eventually

PATIENCE = 20.0
# As many as stations have been seen to have under way, and some more.
UNDER_WAY = 12
LAST = "last"


@dataclass
class Summary:
    """What was sent and what came back; `wrong` must be empty."""

    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest_heartbeat: float = 0.0


class Talker:
    """One socket that says mutated frames and checks that what must be answered is, once, in order."""

    def __init__(self, site: Site, *, url: str, seed: str, summary: Summary) -> None:
        self.site = site
        self._url = url
        self._mutator = Mutator(seed)
        self._summary = summary
        self._expected: deque[Mutated] = deque()
        self._recent: deque[Any] = deque(maxlen=4 * UNDER_WAY)
        self.sent = 0

    async def run(self, count: int, tell: Callable[[], None]) -> None:
        """Say so many frames, and a Heartbeat at the end, which shows that the socket lives."""
        async with opened(self._url, self.site) as socket:
            for _ in range(count):
                await self._say(socket, self._mutator.frame())
                tell()
            text = json.dumps([2, LAST, "Heartbeat", {}])
            await self._say(socket, Mutated(text, is_call=True, id=LAST, action="Heartbeat"))
            while self._expected:
                await self._hear(socket)

    async def _say(self, socket: ClientConnection, mutated: Mutated) -> None:
        await socket.send(mutated.text)
        self.sent += 1
        self._summary.sent += 1
        if mutated.is_call:
            self._expected.append(mutated)
        while len(self._expected) > UNDER_WAY:
            await self._hear(socket)

    async def _hear(self, socket: ClientConnection) -> None:
        mutated = self._expected.popleft()
        try:
            answer = await _answer(socket)
        except (TimeoutError, ConnectionClosed) as error:
            self._note(f"{type(error).__name__} {error} instead of an answer to {mutated.text}")
            self._expected.clear()
            raise
        if answer[1] != mutated.id or type(answer[1]) is not type(mutated.id):
            self._note(f"{answer} answers {mutated.text}")
        elif answer[0] == 3:
            self._accept(mutated, answer)
        else:
            self._refuse(mutated, answer)
        self._recent.append(mutated.id)

    def _accept(self, mutated: Mutated, answer: list[Any]) -> None:
        self._summary.answers[str(mutated.action)] += 1
        try:
            schemas.check(f"{mutated.action}Response", answer[2])
        except (AssertionError, OSError) as error:
            self._note(f"{error} answers {mutated.text}")
        if mutated.action == "StartTransaction":
            self._mutator.transaction = answer[2]["transactionId"]
            if self._mutator.transaction <= 0:
                self._note(f"{answer} answers {mutated.text}")

    def _refuse(self, mutated: Mutated, answer: list[Any]) -> None:
        code = answer[2]
        self._summary.answers[code] += 1
        is_plain = answer[0] == 4 and len(answer) == 5 and code in schemas.ERROR_CODES and answer[4] == {}
        is_repeated = code == "GenericError" and mutated.id in self._recent
        if not is_plain or code == "InternalError" or (mutated.must_be_heard and not is_repeated):
            self._note(f"{answer} answers {mutated.text}")

    def _note(self, what: str) -> None:
        self._summary.wrong.append(what[:1000])


async def _answer(socket: ClientConnection) -> list[Any]:
    """The next answer; what the server asks of the station is its own affair."""
    async with asyncio.timeout(PATIENCE):
        while (message := json.loads(await socket.recv()))[0] == 2:
            await socket.send(json.dumps([4, message[1], "NotSupported", "", {}]))
    assert isinstance(message, list)
    return message


def opened(url: str, site: Site) -> connect:
    """A socket of a station."""
    return connect(
        f"{url}/ocpp/{site.path}",
        additional_headers=site.credentials(),
        subprotocols=[Subprotocol("ocpp1.6")],
        compression=None,
        max_size=2**24,
    )


async def mutate(
    url: str, *, sites: Sequence[Site], frames: int, seed: int, progress: Callable[[int], None] = lambda sent: None
) -> Summary:
    """Send so many mutated frames to a server, from all stations but the first, which stays quiet."""
    summary = Summary()
    quiet, *loud = sites
    talkers = [Talker(site, url=url, seed=f"{seed}-{n}", summary=summary) for n, site in enumerate(loud)]
    asking = asyncio.create_task(_ask_the_time(url, quiet, summary))
    share, rest = divmod(frames, len(talkers))
    shares = [share + (n < rest) for n in range(len(talkers))]
    going = (talker.run(count, lambda: progress(summary.sent)) for talker, count in zip(talkers, shares, strict=True))
    for outcome in await asyncio.gather(*going, return_exceptions=True):
        if isinstance(outcome, BaseException):
            summary.wrong.append(f"a socket ended: {outcome!r}")
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    for talker in talkers:
        # What answers a call of ours is not counted: it has no error.
        heard = Frame.objects.filter(station=talker.site.station_id, direction="in")
        kept = heard.exclude(message_type=4, error="")
        try:
            await eventually(partial(_has, kept, talker.sent), "every frame is kept")
        except AssertionError as error:
            summary.wrong.append(f"{error} of {talker.site.identity}")
    return summary


def _has(rows: QuerySet[Frame], count: int) -> bool:
    return rows.count() == count


async def _ask_the_time(url: str, site: Site, summary: Summary) -> None:
    async with opened(url, site) as socket:
        while True:
            began = time.monotonic()
            await socket.send('[2,"quiet","Heartbeat",{}]')
            answer = await _answer(socket)
            summary.slowest_heartbeat = max(summary.slowest_heartbeat, time.monotonic() - began)
            if answer[:2] != [3, "quiet"]:
                summary.wrong.append(f"the quiet station heard {answer}")
            await asyncio.sleep(0.1)
