"""A search that names an hour beside whoever charged: "0555123456 18:40", "… 21.11 18:40"."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TIME = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?![\d:])")
DAY = re.compile(r"(?<![\d.\-])(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?\.?(?![\d.])")
ISO = re.compile(r"(?<![\d\-])(\d{4})-(\d{2})-(\d{2})(?![\d\-])")


@dataclass(frozen=True)
class Hour:
    """An hour by the clock of wherever it was, its day if one was said, and the rest of the text: who."""

    who: str
    time: time
    day: int | None = None
    month: int | None = None
    year: int | None = None

    def moment(self, zone: ZoneInfo, *, at: datetime) -> datetime | None:
        """When that was last, by that clock; None for a day that no calendar has."""
        now = at.astimezone(zone)
        if self.day is None or self.month is None:
            said = datetime.combine(now.date(), self.time, zone)
            return said if said <= at else datetime.combine(now.date() - timedelta(days=1), self.time, zone)
        try:
            said = datetime.combine(date(self.year or now.year, self.month, self.day), self.time, zone)
            return said if self.year or said <= at else said.replace(year=said.year - 1)
        except ValueError:
            return None


def read(text: str) -> Hour | None:
    """Who and when; None where the text names no hour, or nobody beside it."""
    found = TIME.search(text)
    if found is None:
        return None
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    clock = time(int(found[1]), int(found[2]))
    day, month, year = None, None, None
    if iso := ISO.search(rest):
        year, month, day = (int(part) for part in iso.groups())
        rest = rest.replace(iso[0], " ", 1)
    elif said := DAY.search(rest):
        day, month = int(said[1]), int(said[2])
        year = None if said[3] is None else int(said[3]) + (2000 if len(said[3]) == 2 else 0)
        rest = rest.replace(said[0], " ", 1)
    who = " ".join(rest.split()).strip(" ,;")
    return Hour(who, clock, day, month, year) if who else None
