"""The wall clock of a station and the way OCPP 1.6 writes time (S 3.15: UTC, ISO 8601)."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


def stamp(at: datetime) -> str:
    """A moment as OCPP writes it: milliseconds and Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str | None) -> datetime | None:
    """Reads a time from the central system; without a zone it is UTC, and what is no time is None."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
