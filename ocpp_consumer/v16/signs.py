"""By which words of a station an effect is known that a command of ours was to have."""

from datetime import datetime
from typing import Any

from ocpp_consumer.conversation import Conversation
from ocpp_consumer.heard import Heard
from ocpp_consumer.v16.words import whole, word
from stations import effects

BOOT, BOOT_ACTION = "boot", "BootNotification"


def show(heard: Heard, action: str, payload: dict[str, Any]) -> None:
    """Note what this message is a sign of, if a command on this socket awaits it, or a boot one on an earlier."""
    conversation = heard.conversation
    if action == BOOT_ACTION and (conversation.awaited or conversation.is_owed):
        conversation.gateway.spawn(_show_boot(conversation, at=heard.received_at))
    elif conversation.awaited:
        shown = signs_of(action, payload) & conversation.awaited
        conversation.awaited -= shown
        for sign in shown:
            conversation.follow_up(effects.see, station_id=conversation.station_id, sign=sign, at=heard.received_at)


async def _show_boot(conversation: Conversation, *, at: datetime) -> None:
    """A boot is a sign itself, and what was promised before it may still come (S 5.2)."""
    owed = await conversation.gateway.database.run_behind(_see_boot, station_id=conversation.station_id, at=at)
    conversation.awaited |= owed


def _see_boot(*, station_id: int, at: datetime) -> set[str]:
    effects.see(station_id=station_id, sign=BOOT, at=at)
    return effects.awaited(station_id=station_id)


def signs_of(action: str, payload: dict[str, Any]) -> set[str]:
    """Everything that a message may be a sign of."""
    signs, number = {action}, whole(payload, "connectorId")
    if number is not None:
        signs.add(f"{action}:{number}")
    match action:
        case "StatusNotification":
            signs |= {f"status:{number}", f"status:{number}:{word(payload, 'status', 40)}"}
        case "StartTransaction":
            signs.add(f"start:{word(payload, 'idTag').upper()}")
        case "StopTransaction":
            signs.add(f"stop:{whole(payload, 'transactionId')}")
    return signs
