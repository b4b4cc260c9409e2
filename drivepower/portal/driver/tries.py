"""A driver's charges and refused starts in order of time, and which of them is nearest to an hour."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from charging.models import Session
from charging.models.session import TRIED_AT

# So many on each side of an hour.
BESIDE = 12


def newest(rows: Any, *, most: int) -> list[Session]:
    """The last ones."""
    return list(told(rows).order_by(TRIED_AT.desc())[:most])


def around(rows: Any, moment: datetime, *, beside: int = BESIDE) -> list[Session]:
    """Those before and after a moment, the newest first; two queries, however many there are."""
    before = told(rows).filter(tried_at__lte=moment).order_by(TRIED_AT.desc())[:beside]
    after = told(rows).filter(tried_at__gt=moment).order_by(TRIED_AT.asc())[:beside]
    return [*reversed(list(after)), *before]


def told(rows: Any) -> Any:
    """With when they were tried, and all that a line says of them."""
    shown = ("station__location", "connector", "meter", "receipt", "price_terms")
    return rows.annotate(tried_at=TRIED_AT).select_related(*shown)


def nearest(tries: Iterable[Any], moment: datetime) -> Any:
    """The one whose beginning or end is nearest, if the moment is not within one; None of none."""
    return min(tries, key=lambda one: apart(one, moment), default=None)


def apart(one: Any, moment: datetime) -> timedelta:
    """How far a moment is from a charge; nothing while it ran."""
    begun = one.tried_at or one.created_at
    ended = one.stopped_at or (begun if one.state == Session.State.FAILED else max(begun, moment))
    if begun <= moment <= ended:
        return timedelta()
    least: timedelta = min(abs(moment - begun), abs(moment - ended))
    return least
