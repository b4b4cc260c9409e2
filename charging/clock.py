"""What to make of a station's clock: it may say 1970, local time or next year."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

# Before this no station of ours existed; a clock that was never set says 1970.
DAWN = datetime(2020, 1, 1, tzinfo=UTC)
# A station's clock may be ahead of ours by this much and still be right.
AHEAD = timedelta(minutes=5)


class Moment(NamedTuple):
    """When something happened for us, and whether the station's own time was fit to say so."""

    at: datetime
    plausible: bool


def effective(*, said: datetime | None, received_at: datetime) -> Moment:
    """The earlier of station time and receipt; the receipt, and a doubt, where the station's is implausible."""
    if said is None or said < DAWN or said > received_at + AHEAD:
        return Moment(received_at, plausible=False)
    return Moment(min(said, received_at), plausible=True)


def read(text: object) -> datetime | None:
    """An ISO 8601 time in UTC; without a zone it is taken for UTC (OCPP 1.6, 3.15); None where it cannot be read."""
    if not isinstance(text, str) or len(text) > 64:
        return None
    try:
        moment = datetime.fromisoformat(text.strip().upper())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
