"""A frame that a station has sent, on its way into the journal and to its answer."""

from dataclasses import dataclass, field
from datetime import datetime

from ocpp_consumer import rpc
from ocpp_consumer.conversation import Conversation
from ocpp_consumer.journal import facts
from ocpp_consumer.masking import mask_text


@dataclass(slots=True)
class Heard:
    """What was said, when, by whom; `findings` are what was odd about it."""

    conversation: Conversation
    frame: rpc.Frame
    text: str
    received_at: datetime
    action: str = ""
    findings: list[str] = field(default_factory=list)

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
            facts.plain(mask_text(self.text)),
            facts.plain(mask_text(error))[:200],
            session_key,
        )

    async def write(self, *said: facts.Fact, error: str = "", session_key: int = 0) -> None:
        """Store the frame and what it says together; raises Unavailable when that cannot be done in time."""
        await self.conversation.gateway.journal.write(self.row(error=error, session_key=session_key), *said)
