"""By which words of a station an effect is known that a command of ours was to have."""

from datetime import datetime
from typing import Any

from charging.attribution import SECONDS_DIFFER
from ocpp_consumer.conversation import Conversation
from ocpp_consumer.heard import Heard
from ocpp_consumer.v16.words import effective_time, whole, word
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
            conversation.gateway.spawn(_show(conversation, sign, at=_time_of(heard, action, payload)))


async def _show(conversation: Conversation, sign: str, *, at: datetime) -> None:
    """Note one sign; what happened before its command was sent was none of it, so that it is still awaited."""
    if sign in await conversation.gateway.database.insist_behind(_see, conversation.station_id, sign, at):
        conversation.awaited.add(sign)


async def _show_boot(conversation: Conversation, *, at: datetime) -> None:
    """A boot is a sign itself, and what was promised before it may still come (S 5.2)."""
    owed = await conversation.gateway.database.insist_behind(_see, conversation.station_id, BOOT, at)
    conversation.awaited |= owed


def _see(station_id: int, sign: str, at: datetime) -> set[str]:
    """Note a sign; what the station still owes."""
    effects.see(station_id=station_id, sign=sign, at=at)
    return effects.awaited(station_id=station_id)


def _time_of(heard: Heard, action: str, payload: dict[str, Any]) -> datetime:
    """When it was shown: a charge that began offline is only told of later; clocks differ by seconds."""
    if action != "StartTransaction":
        return heard.received_at
    return min(heard.received_at, effective_time(payload, received_at=heard.received_at) + SECONDS_DIFFER)


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
