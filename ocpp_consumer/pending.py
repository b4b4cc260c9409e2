"""Our calls that a station has not answered yet: late and unasked answers find nothing here and are dropped."""

import asyncio
import uuid
from typing import Any

from ocpp_consumer.rpc import Error, Garbled, Result


class CallFailed(Exception):
    """The station answered with a CALLERROR or with something that is no answer, or its socket ended first."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.description = description


class PendingCalls:
    """Message id -> action and future; only what is waited for is here, so it cannot grow by what a station sends."""

    def __init__(self) -> None:
        self._calls: dict[str, tuple[str, asyncio.Future[dict[str, Any]]]] = {}
        self._closed = False

    def open(self, action: str) -> tuple[str, "asyncio.Future[dict[str, Any]]"]:
        """A new message id and the future of its answer; raises CallFailed after the socket ended."""
        if self._closed:
            raise CallFailed("disconnected")
        call_id = uuid.uuid4().hex
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._calls[call_id] = (action, future)
        return call_id, future

    def forget(self, call_id: str) -> None:
        """Nobody waits for this answer any more."""
        self._calls.pop(call_id, None)

    def settle(self, frame: Result | Error | Garbled) -> str | None:
        """Hand an answer to who waits for it, and name the action that it answers; None if nobody waits."""
        action, future = self._calls.pop(str(frame.id), ("", None))
        if future is None or future.done():
            return None
        if isinstance(frame, Result):
            future.set_result(frame.payload)
        elif isinstance(frame, Garbled):
            future.set_exception(CallFailed("FormationViolation", frame.reason))
        else:
            future.set_exception(CallFailed(frame.code, frame.description))
        return action

    def fail_all(self) -> None:
        """The socket has ended: nothing that is pending will be answered."""
        self._closed = True
        for _, future in self._calls.values():
            if not future.done():
                future.set_exception(CallFailed("disconnected"))
        self._calls.clear()
