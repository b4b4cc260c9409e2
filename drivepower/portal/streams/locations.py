"""/api/v1/locations/stream: how public stations and connectors are, for everybody."""

import asyncio
from collections.abc import Mapping
from typing import Any

from drivepower.core.refusals import Refusal
from drivepower.portal.streams import told
from drivepower.portal.streams.door import Visitor
from drivepower.portal.streams.line import TOO_LATE, Goodbye, read
from drivepower.portal.streams.network import NARROWED, one_place
from drivepower.portal.streams.tail import Listener
from drivepower.portal.streams.telling import begin
from drivepower.portal.streams.told import Audience, Kinds

PATIENCE_SECONDS = 10.0
PUBLIC_KINDS = Kinds(beginnings=("connector.", "station."))


async def talk(visitor: Visitor) -> None:
    """Tell what was subscribed to last."""
    listener = Listener(visitor.line.say)
    await visitor.hub.tail.join(listener)
    try:
        await subscribe(visitor, listener, await first_message(visitor))
        while True:
            await subscribe(visitor, listener, read(await visitor.line.hear()))
    finally:
        visitor.hub.tail.leave(listener)


async def first_message(visitor: Visitor) -> dict[str, Any]:
    """What a client begins with; Goodbye where it says nothing."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return read(await visitor.line.hear())
    except TimeoutError:
        raise Goodbye(TOO_LATE, "nothing was said") from None


async def subscribe(visitor: Visitor, listener: Listener, message: Mapping[str, Any]) -> None:
    """Begin to tell of everything, a location or a station."""

    async def stands() -> dict[str, Any]:
        return {"locations": await (one_place(what, code) if code else visitor.hub.network.everything())}

    try:
        what, code = wish_of(message)
        rows = {"is_public": True, **({what: code} if code else {})}
        audience = Audience((rows,), allowed=PUBLIC_KINDS)
        await begin(visitor, listener, audience, resume=message.get("resume"), snapshot=stands)
    except Refusal as refusal:
        visitor.line.say(told.write({"type": "error", "error": refusal.code, "message": refusal.message}))


def wish_of(message: Mapping[str, Any]) -> tuple[str, str]:
    """What it asks for, and by which code; Refusal invalid_parameters."""
    what, code = message.get("subscribe", "all" if "resume" in message else None), message.get("id")
    if what == "all":
        return what, ""
    if not isinstance(what, str) or what not in NARROWED or not isinstance(code, str) or not 0 < len(code) <= 50:
        raise Refusal("invalid_parameters", 'Subscribe to "all", or to a "location" or "station" with its "id".')
    if "\x00" in code:
        raise NARROWED[what][1]
    return what, code
