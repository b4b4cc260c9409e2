"""Zones for tests that need the middle of a day, at whatever hour they run."""

from datetime import UTC, datetime


def midday(at: datetime) -> str:
    """The name of a zone in which that is between noon and one o'clock: no day or month ends meanwhile."""
    offset = 12 - at.astimezone(UTC).hour
    return f"Etc/GMT{-offset:+d}" if offset else "UTC"
