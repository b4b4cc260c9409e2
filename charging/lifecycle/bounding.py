"""Where a charge with a card ends: with what the card may still take today and this month."""

from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from accounts.models import IdTag
from charging import access
from charging.lifecycle.locks import lock_card
from charging.models import Session
from stations.models import Station

NOTHING = Decimal(0)
Number = TypeVar("Number", int, Decimal)


def take_turns(id_tag: IdTag | None) -> None:
    """Let the starts of one card that has limits see each other; nobody else waits."""
    if id_tag is not None and access.has_limit(id_tag):
        lock_card(id_tag)


def limits_of(id_tag: IdTag | None, *, station: Station, at: datetime, asked: Session | None = None) -> dict[str, Any]:
    """The columns of a session that is bounded by its card, and by what was `asked` where that is less."""
    if id_tag is None or not access.has_limit(id_tag):
        return {}
    rest = access.rest(id_tag, station=station, at=at, beside=asked)
    energy_wh = _least(rest.energy_wh, asked.limit_energy_wh if asked else None, nothing=0)
    amount = _least(rest.amount, asked.limit_amount if asked else None, nothing=NOTHING)
    kind = Session.Limit.ENERGY if energy_wh is not None else Session.Limit.AMOUNT
    return {"limit_kind": kind, "limit_energy_wh": energy_wh, "limit_amount": amount}


def _least(*bounds: Number | None, nothing: Number) -> Number | None:
    """The smallest that there is, and never less than nothing."""
    known = [bound for bound in bounds if bound is not None]
    return max(nothing, min(known)) if known else None
