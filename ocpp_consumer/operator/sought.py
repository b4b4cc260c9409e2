"""Frames by what they say, for programs: a page at a time or all of them; the walk never passes anything over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from drivepower.core.refusals import Refusal
from drivepower.core.tenancy import Seer
from ocpp_consumer.log import asked as asking
from ocpp_consumer.log import search, wanted, whole
from ocpp_consumer.log.search import Walk
from ocpp_consumer.log.wanted import Wanted
from ocpp_consumer.models import Frame
from ocpp_consumer.operator.shapes import FrameShape

WORDS = frozenset({"q", "tag"})
PLAIN = ("station", "action", "direction", "message_id", "since", "until", "q", "tag")
USUAL, MOST = 50, 100


def wanted_of(asked: dict[str, Any]) -> Wanted:
    """The filter of a request."""
    named = {name: asked[name] for name in PLAIN if name in asked}
    transaction = str(asked.get("session") or asked.get("transaction", ""))
    return Wanted(**named, transaction=transaction, only_errors=asked["with_error"])


def page(request: Request, asked: dict[str, Any], *, person: Seer) -> Response:
    """The newest first; a page may hold few or none and still have a next one, which looks further back."""
    try:
        start = asking.position(request.query_params.get("cursor", ""))
    except Refusal as refusal:
        raise NotFound(refusal.message) from refusal
    sought = wanted.sought(wanted_of(asked), person=person)
    found = search.find(sought, Walk(limit_of(request), start, is_strict=True))
    frames = FrameShape(search.with_stations(found.frames), many=True).data
    here = request.build_absolute_uri()
    after = replace_query_param(here, "cursor", asking.place(found.further)) if found.further else None
    return Response({"success": True, "data": frames, "next": after})


def limit_of(request: Request) -> int:
    """How many are wanted, within what is allowed."""
    said = request.query_params.get("limit", "")
    return min(max(int(said), 1), MOST) if said.isdecimal() and said.isascii() and len(said) < 6 else USUAL


def steps(asked: dict[str, Any], *, person: Seer, at: datetime | None = None) -> Iterator[list[Frame]]:
    """All of them in steps, the oldest first; Refusal invalid_parameters for more than 31 days at once."""
    at = at or timezone.now()
    said = wanted_of(asked)
    if said.since is None and not said.transaction:
        said = replace(said, since=(said.until or at) - whole.LONGEST_TIME)
    return whole.steps(wanted.sought(whole.bounded(said, at=at), person=person))
