"""/api/v1/operator/stream: what happens, for staff, as far as they may see it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from drivepower.core.refusals import Refusal
from drivepower.portal.streams import told
from drivepower.portal.streams.door import Visitor
from drivepower.portal.streams.known import known
from drivepower.portal.streams.line import read
from drivepower.portal.streams.passes import of_staff
from drivepower.portal.streams.telling import begin
from drivepower.portal.streams.told import EVERY_KIND, Kinds, Position

MOST_KINDS, LONGEST_KIND = 50, 40


async def talk(visitor: Visitor) -> None:
    """Tell a member of staff; `kinds` in any message narrows what comes from then on."""
    async with known(visitor, judge=of_staff) as guest:
        kinds = heard(visitor, guest.first)
        audience = replace(guest.audience, wanted=kinds or EVERY_KIND)
        await begin(visitor, guest.listener, audience, resume=guest.first.get("resume"), snapshot=nothing)
        while True:
            kinds = heard(visitor, read(await visitor.line.hear()))
            if kinds and guest.listener.audience:
                guest.listener.audience = replace(guest.listener.audience, wanted=kinds)


async def nothing(since: Position) -> tuple[Position, str]:
    """Operators ask the API how things stand."""
    return since, told.write_snapshot(since)


def heard(visitor: Visitor, message: Mapping[str, Any]) -> Kinds | None:
    """The kinds that a message asks for; None where it asks for none, or for what cannot be."""
    try:
        return kinds_of(message["kinds"]) if "kinds" in message else None
    except Refusal as refusal:
        visitor.line.say(told.write({"type": "error", "error": refusal.code, "message": refusal.message}))
        return None


def kinds_of(asked: object) -> Kinds:
    """Names of kinds, or what they begin with before a star; Refusal invalid_parameters."""
    if not isinstance(asked, list) or not 0 < len(asked) <= MOST_KINDS:
        raise Refusal("invalid_parameters", 'Kinds are a list such as ["session.*", "station.offline"].')
    if not all(isinstance(kind, str) and 0 < len(kind) <= LONGEST_KIND and "\x00" not in kind for kind in asked):
        raise Refusal("invalid_parameters", "A kind is a text of up to 40 characters.")
    names = tuple(kind for kind in asked if not kind.endswith("*"))
    return Kinds(names, tuple(kind[:-1] for kind in asked if kind.endswith("*")))
