"""The log as a page: a filter, a page of rows, and the ways on."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from drivepower.core import clocks
from drivepower.core.errors import in_their_language
from drivepower.core.refusals import Refusal
from ocpp_consumer.log import asked as asking
from ocpp_consumer.log import pairs, rows, search, wanted
from ocpp_consumer.log.asked import CONVERSATION, FRAMES, Asked, place
from ocpp_consumer.log.explained import ways_of
from ocpp_consumer.log.rows import Row
from ocpp_consumer.log.search import DAWN, DUSK, Found, Span, Walk
from ocpp_consumer.models import Frame
from ocpp_consumer.v16.decoded import ANSWERS, CALLS

# So many frames make a page; an exchange takes two of them.
MOST = {CONVERSATION: 80, FRAMES: 50}


def draw(query: QueryDict, *, person: User, at: datetime) -> dict[str, Any]:
    """What the template shows: the filter, the rows, and where they go on; a refusal in words instead."""
    try:
        asked = asking.read(query)
        return base(query, asked.zone, at) | shown(asked, person=person, at=at)
    except Refusal as refusal:
        return base(query, asking.zone_of(""), at) | {"refusal": in_their_language(refusal.message), "rows": []}


def base(query: QueryDict, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """The form, filled as it was."""
    names = ("station", "transaction", "action", "direction", "tag", "q", "since", "until", "error")
    return {
        "said": {name: query.get(name, "") for name in names},
        "view": FRAMES if query.get("view") == FRAMES else CONVERSATION,
        "zone": clocks.named(zone, at=at),
        "actions": sorted({*CALLS, *ANSWERS}),
        "directions": Frame.Direction.choices,
        "is_filtered": any(query.get(name) for name in names),
    }


def shown(asked: Asked, *, person: User, at: datetime) -> dict[str, Any]:
    """The rows of one page, the newest first."""
    sought = wanted.sought(asked.wanted, person=person)
    is_onward = asked.after is not None
    walk = Walk(MOST[asked.view], asked.after or asked.before, is_onward=is_onward, is_strict=is_onward)
    found = search.find(sought, walk)
    frames = found.frames[::-1] if is_onward else found.frames
    if asked.view == FRAMES:
        drawn = rows.of_frames(frames, ways=ways_of(person))
    else:
        drawn = rows.of_exchanges(pairs.exchanges(frames, sought), now=at, ways=ways_of(person))
    return {
        "rows": drawn,
        "zones": sorted({row.zone for row in drawn}),
        "is_live": asked.is_live,
        "drawn_at": asking.iso(at),
        "older": older(asked, found, frames),
        "newer": newer(asked, found, frames),
        "unseen": unseen(asked, found),
        "views": [(name, title, asked.address(view=name)) for name, title in titles()],
        "empty_row": EMPTY,
    }


def titles() -> list[tuple[str, str]]:
    """The two ways to look at it."""
    return [(CONVERSATION, _("Conversation")), (FRAMES, _("Frames"))]


def older(asked: Asked, found: Found, frames: list[Frame]) -> str:
    """The address of what came before; "" where there is nothing."""
    if asked.after is not None:
        return asked.address(before=place(search.position_of(frames[-1]) if frames else asked.after))
    return asked.address(before=place(found.further)) if found.further else ""


def newer(asked: Asked, found: Found, frames: list[Frame]) -> str:
    """The address of what came later; "" on the newest page."""
    if asked.after is not None:
        return asked.address(after=place(found.further)) if found.further else ""
    start = search.position_of(frames[0]) if frames else asked.before
    return asked.address(after=place(start)) if asked.before is not None and start is not None else ""


def unseen(asked: Asked, found: Found) -> dict[str, str]:
    """What was not looked at, in words, and the address that looks at it."""
    if found.unseen is None or found.edge is None:
        return {}
    return {"text": in_words(found.unseen, asked.zone), "address": asked.search_on(found.unseen, found.edge)}


def in_words(span: Span, zone: ZoneInfo) -> str:
    """A time by that clock."""
    since = _("the beginning") if span.since == DAWN else clocked(span.since, zone)
    until = _("now") if span.until == DUSK else clocked(span.until, zone)
    return f"{since} – {until}"


def clocked(at: datetime, zone: ZoneInfo) -> str:
    """Day and time by that clock."""
    local = at.astimezone(zone)
    return f"{date_format(local, 'j M Y H:i:s')}{clocks.told_apart(local)}"


EMPTY = Row("", "", "", "", "", "", 0, "", "", "", "", "", "", "", "")
