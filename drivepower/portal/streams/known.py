"""The beginning of a stream for somebody known: the first message, the token, and a place among their sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from drivepower.portal.streams.door import Visitor
from drivepower.portal.streams.guard import Visit
from drivepower.portal.streams.line import UNAUTHORIZED, Goodbye, read
from drivepower.portal.streams.locations import first_message
from drivepower.portal.streams.passes import Judge, enter
from drivepower.portal.streams.tail import Listener
from drivepower.portal.streams.told import Audience
from drivepower.portal.streams.turns import ask

# Who has shown a token and says nothing begins anew.
QUIET_SECONDS = 1.0


@dataclass(slots=True)
class Guest:
    """Somebody who has come in, what they may hear, and what they said first."""

    user: User
    audience: Audience
    listener: Listener
    first: dict[str, Any]


@asynccontextmanager
async def known(visitor: Visitor, *, judge: Judge) -> AsyncIterator[Guest]:
    """Who comes, for as long as the stream lives; Goodbye for who may not."""
    first = await beginning_of(visitor)
    token = first.get("token") or visitor.token
    if not isinstance(token, str) or not token.isascii():
        raise Goodbye(UNAUTHORIZED, "the token is not valid")
    held, user, audience = await ask(enter, token, judge=judge)
    listener = Listener(visitor.line.say)
    visit = Visit(held, visitor.line, listener)
    visitor.hub.guard.let_in(visit)
    visitor.vouch()  # many people share an address, and each person's sockets are counted
    try:
        await visitor.hub.tail.join(listener)
        yield Guest(user, audience, listener, first)
    finally:
        visitor.hub.tail.leave(listener)
        visitor.hub.guard.let_out(visit)


async def beginning_of(visitor: Visitor) -> dict[str, Any]:
    """The first message; who has shown a token already need not say anything."""
    if not visitor.token:
        return await first_message(visitor)
    try:
        async with asyncio.timeout(QUIET_SECONDS):
            return read(await visitor.line.hear())
    except TimeoutError:
        return {}
