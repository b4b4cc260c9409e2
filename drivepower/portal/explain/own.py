"""What of the hardware's doings is a session's own by its name, and what only happened near it."""

from dataclasses import replace
from datetime import datetime

from drivepower.portal.explain.facts import Around, Said, Story

NAMED = ("StartTransaction", "StopTransaction")


def parted(story: Story) -> tuple[Around, Around]:
    """What names the session or leads to it, whenever it was; and what is its own by the time alone."""
    around, subject = story.around, story.session.subject
    mine = replace(
        around,
        frames=[one for one in around.frames if is_named(one, story)],
        commands=[one for one in around.commands if one.subject == subject],
        statuses=(),
        sockets=(),
    )
    rest = replace(
        around,
        frames=[one for one in around.frames if not is_named(one, story)],
        commands=[one for one in around.commands if one.subject != subject],
        alerts=(),
        reports=(),
        changes=(),
    )
    return mine, rest


def is_named(frame: Said, story: Story) -> bool:
    """Whether it is about a transaction (others are not told), or shows the session's own card before it began."""
    session = story.session
    if frame.action in NAMED:
        return True
    began, tag = session.started_at, str(frame.payload.get("idTag") or "")
    return began is not None and frame.at <= began and bool(tag) and tag.casefold() == session.tag.casefold()


def holds(story: Story, at: datetime) -> bool:
    """Whether what happened then is of this session, and not of another charge of its connector."""
    return story.own_time is None or story.own_time[0] <= at <= story.own_time[1]
