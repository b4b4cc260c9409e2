"""A frame that a station has sent, on its way into the journal and to its answer."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import ParamSpec, TypeVar

from ocpp_consumer import long_texts, rpc
from ocpp_consumer.conversation import Conversation
from ocpp_consumer.journal import facts
from ocpp_consumer.masking import mask_text

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class Heard:
    """What was said, when, by whom; `findings` are what was odd about it."""

    conversation: Conversation
    frame: rpc.Frame
    text: str
    received_at: datetime
    action: str = ""
    findings: list[str] = field(default_factory=list)
    # When its handling began, if that was before its turn, and whether its words were handed in then.
    begun_at: float = 0.0
    is_handed_in: bool = False
    # Whether its text is a long one, which is masked already.
    is_long: bool = False

    def row(self, *, error: str = "", session_key: int = 0) -> facts.Frame:
        """The frame as it is kept."""
        message_id = "" if isinstance(self.frame, rpc.Noise) else str(self.frame.id)
        if self.findings:
            error = "; ".join(filter(None, [error, *self.findings]))
        return facts.Frame(
            self.conversation.station_id,
            self.conversation.epoch,
            self.received_at,
            "in",
            rpc.message_type(self.frame),
            facts.plain(message_id)[:64],
            facts.plain(self.action)[:60],
            facts.plain(self.text if self.is_long else mask_text(self.text)),
            facts.plain(mask_text(error))[:200] if error else "",
            session_key,
        )

    async def work_out(self, make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What follows from its words: at once, or elsewhere if they are so many that others would wait."""
        return await long_texts.work_out(make, *args, **kwargs) if self.is_long else make(*args, **kwargs)

    async def write(self, *said: facts.Fact, error: str = "", session_key: int = 0) -> None:
        """Store the frame and what it says together; raises Unavailable when that cannot be done in time."""
        await self.conversation.gateway.journal.write(self.row(error=error, session_key=session_key), *said)

    def hand_in(self, *said: facts.Fact, session_key: int, stored: "asyncio.Future[None]") -> None:
        """The same for one whose future waits already; raises Unavailable when too much waits."""
        self.conversation.gateway.journal.hand_in(self.row(session_key=session_key), *said, stored=stored)
