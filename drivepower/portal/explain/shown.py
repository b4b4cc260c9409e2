"""An explanation as its page and its file show it: times by the place's clock, days where they change, chips."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from drivepower.core.clocks import told_apart
from drivepower.portal.explain.shapes import KINDS, MONEY, Bill, Cause, Charge, Explanation, Moment, Step
from ocpp_consumer.masking import mask

Row = dict[str, Any]


def rows(explanation: Explanation) -> list[Row]:
    """The moments in lines; a new day begins with its date, and times that come twice are told apart."""
    zone, found, day = explanation.clock, [], ""
    for one in explanation.moments:
        at = local(one.at, zone)
        date = str(date_format(at, "l, j E Y"))
        found.append(
            {
                "day": date if date != day else "",
                "at": f"{date_format(at, 'H:i:s')}{told_apart(at)}",
                "iso": at.isoformat(timespec="seconds"),
                "kind": one.kind,
                "name": str(KINDS[one.kind]),
                "text": one.text,
                "detail": one.detail,
                "link": one.link,
                "tone": one.tone,
                "is_key": one.is_key,
                "is_money": one.kind in MONEY,
            }
        )
        day = date
    return found


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """A moment by the clock of the place."""
    return at.astimezone(zone)


def chips(moments: Sequence[Moment]) -> list[Row]:
    """The kinds that there are, and how many of each."""
    counted = Counter(one.kind for one in moments)
    return [{"kind": kind, "name": name, "count": counted[kind]} for kind, name in KINDS.items() if counted[kind]]


def document(explanation: Explanation) -> Row:
    """The same as JSON, without any secret."""
    told: Row = {
        "title": explanation.title,
        "zone": explanation.zone,
        "clock_changes": list(explanation.clock_changes),
        "head": [{"name": str(one.name), "value": str(one.value), "note": str(one.note)} for one in explanation.head],
        "cause": of_cause(explanation.cause) if explanation.cause else None,
        "also": [of_cause(one) for one in explanation.also],
        "bill": of_bill(explanation.bill) if explanation.bill else None,
        "charges": [of_charge(one) for one in explanation.charges],
        "moments": [
            {
                "at": local(one.at, explanation.clock).isoformat(timespec="milliseconds"),
                "kind": one.kind,
                "text": one.text,
                "detail": one.detail,
                "important": one.is_key,
            }
            for one in explanation.moments
        ],
        "left_off": list(explanation.left_off),
    }
    masked: Row = mask(told)
    return masked


def of_bill(bill: Bill) -> Row:
    """The bill with what moved for it."""
    return {
        "total": bill.total,
        "is_final": bill.is_final,
        "source": list(bill.source),
        "lines": list(bill.lines),
        "moves": [{"what": what, "amount": amount} for what, amount in bill.moves],
    }


def of_charge(charge: Charge) -> Row:
    """A charge of a station's time, with what it costs where that may be known."""
    told = {name: value for name, value in charge._asdict().items() if name not in ("link", "tone")}
    return told if charge.cost else {name: value for name, value in told.items() if name != "cost"}


def of_cause(cause: Cause) -> Row:
    """A cause with what to tell and to do."""
    steps: Sequence[Step] = cause.steps
    return {"name": cause.name, "text": cause.text, "tell": cause.tell, "steps": [one.text for one in steps]}
