"""The simulated months on the clock of Bishkek: March is played and closed, then April."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Bishkek")
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
DAYS = 31
# From then on prices have 14 % in them, before 12 %.
NEW_TAX_ON = date(2026, 3, 16)
# Late ones are waited for until then.
MARCH_CLOSES, APRIL_CLOSES = date(2026, 4, 5), date(2026, 5, 3)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def clock(day: date, text: str = "00:00") -> datetime:
    """That time of that day on the wall, as an instant."""
    return datetime.combine(day, time.fromisoformat(text), ZONE).astimezone(UTC)


def march(number: int, text: str = "12:00") -> datetime:
    """A time of a day of March; the 32nd is the 1st of April."""
    return clock(MARCH + DAY * (number - 1), text)


def april(number: int, text: str = "12:00") -> datetime:
    """A time of a day of April."""
    return clock(APRIL + DAY * (number - 1), text)
