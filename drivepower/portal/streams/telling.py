"""How a stream begins: what was missed, or how things stand; then what happens, without gap or repetition."""

from collections.abc import Awaitable, Callable

from django.utils import timezone

from drivepower.portal.streams import told
from drivepower.portal.streams.door import Visitor
from drivepower.portal.streams.tail import Listener
from drivepower.portal.streams.told import Audience, Position, Told, write_position
from drivepower.portal.streams.turns import ask

# How things stand at this place in the order or at a later one: that place, and the text that is sent.
Snapshot = Callable[[Position], Awaitable[tuple[Position, str]]]


async def begin(
    visitor: Visitor, listener: Listener, audience: Audience, *, resume: object, snapshot: Snapshot
) -> None:
    """Tell the audience's events from now on, after those since `resume`, or after a snapshot where there is none.

    Refusal where the snapshot has one: then nothing has changed.
    """
    since, after = visitor.hub.tail.position, told.read_position(resume)
    listener.hold()
    try:
        missed = await missed_since(audience, after, until=since) if after else None
        place, text = (since, "") if missed is not None else await snapshot(since)
    except BaseException:
        listener.release(beyond=listener.seen)
        raise
    if missed is None:
        if resume is not None:
            visitor.line.say(told.write({"type": "reset", "id": write_position(place)}))
        visitor.line.show(text)
    for one in missed or ():
        visitor.line.say(one.text)
    listener.audience = audience
    listener.release(beyond=place if missed is None or after is None else max(place, after))


async def missed_since(audience: Audience, after: Position, *, until: Position) -> list[Told] | None:
    """What they missed; None where that cannot be told any more."""
    return await ask(told.read_missed, audience, after=after, until=until, at=timezone.now())
