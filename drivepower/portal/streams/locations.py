"""/api/v1/locations/stream: how public stations and connectors are, for everybody."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from drivepower.core.refusals import Refusal
from drivepower.portal.streams import told
from drivepower.portal.streams.door import Visitor
from drivepower.portal.streams.line import TOO_LATE, Goodbye, read
from drivepower.portal.streams.network import NARROWED, not_found, one_place
from drivepower.portal.streams.tail import Listener
from drivepower.portal.streams.telling import begin
from drivepower.portal.streams.told import Audience, Kinds, Position

PATIENCE_SECONDS = 10.0
# Between what two wishes of one socket cost.
SPACING_SECONDS = 3.0
PUBLIC_KINDS = Kinds(beginnings=("connector.", "station."))


@dataclass(frozen=True, slots=True)
class Wish:
    """What a socket wants to hear of: everything where `code` is empty."""

    what: str
    code: str
    resume: object


async def talk(visitor: Visitor) -> None:
    """Tell what was subscribed to last; what is wished too soon after another wish waits, and the last one holds."""
    listener = Listener(visitor.line.say)
    await visitor.hub.tail.join(listener)
    try:
        now, again_at = asyncio.get_running_loop().time, float("-inf")
        wish = heard(visitor, await first_message(visitor))
        while True:
            if wish := await last_of(visitor, wish, until=again_at):
                again_at = now() + SPACING_SECONDS
                await subscribe(visitor, listener, wish)
            wish = heard(visitor, read(await visitor.line.hear()))
    finally:
        visitor.hub.tail.leave(listener)


async def last_of(visitor: Visitor, wish: Wish | None, *, until: float) -> Wish | None:
    """The newest wish when that time of the loop has come."""
    with suppress(TimeoutError):
        async with asyncio.timeout_at(until):
            while wish and until > asyncio.get_running_loop().time():
                wish = heard(visitor, read(await visitor.line.hear())) or wish
    return wish


async def first_message(visitor: Visitor) -> dict[str, Any]:
    """What a client begins with; Goodbye where it says nothing."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return read(await visitor.line.hear())
    except TimeoutError:
        raise Goodbye(TOO_LATE, "nothing was said") from None


def heard(visitor: Visitor, message: Mapping[str, Any]) -> Wish | None:
    """What a message wishes; what cannot be is answered at once."""
    try:
        return Wish(*wish_of(message), message.get("resume"))
    except Refusal as refusal:
        answer(visitor, refusal)
        return None


async def subscribe(visitor: Visitor, listener: Listener, wish: Wish) -> None:
    """Begin to tell of everything, a location or a station."""

    async def stands(since: Position) -> tuple[Position, str]:
        if wish.code:
            return await one_place(wish.what, wish.code, since=since)
        return await visitor.hub.network.everything()

    rows = {"is_public": True, **({wish.what: wish.code} if wish.code else {})}
    try:
        audience = Audience((rows,), allowed=PUBLIC_KINDS)
        await begin(visitor, listener, audience, resume=wish.resume, snapshot=stands)
    except Refusal as refusal:
        answer(visitor, refusal)


def answer(visitor: Visitor, refusal: Refusal) -> None:
    """Say what cannot be had."""
    visitor.line.say(told.write({"type": "error", "error": refusal.code, "message": refusal.message}))


def wish_of(message: Mapping[str, Any]) -> tuple[str, str]:
    """What it asks for, and by which code; Refusal invalid_parameters."""
    what, code = message.get("subscribe", "all" if "resume" in message else None), message.get("id")
    if what == "all":
        return what, ""
    if not isinstance(what, str) or what not in NARROWED or not isinstance(code, str) or not 0 < len(code) <= 50:
        raise Refusal("invalid_parameters", 'Subscribe to "all", or to a "location" or "station" with its "id".')
    if "\x00" in code:
        raise not_found(what)
    return what, code
