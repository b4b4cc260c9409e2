"""Reading what stations write and writing what they can read: whole numbers, words, times, verdicts."""

from datetime import UTC, datetime
from typing import Any

from charging import clock

# What a bigint column holds.
WIDEST = 2**63 - 1
HIGHEST_CONNECTOR = 100


def word(payload: dict[str, Any], name: str, longest: int = 255) -> str:
    """A text field, cut to what its column holds; a number is taken for its digits, anything else for nothing."""
    value = payload.get(name)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value)[:longest]


def whole(payload: dict[str, Any], name: str) -> int | None:
    """A whole number, also where it comes as 12.0 or "12" (S 6.45); None for anything else."""
    value = payload.get(name)
    if isinstance(value, str) and len(value) <= 20:
        try:
            value = float(value) if "." in value else int(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= WIDEST:
        return None
    return int(value)


def connector_number(payload: dict[str, Any]) -> int | None:
    """The connector that is named, if any station can have it."""
    number = whole(payload, "connectorId")
    return number if number is not None and 0 <= number <= HIGHEST_CONNECTOR else None


def effective_time(payload: dict[str, Any], *, received_at: datetime) -> datetime:
    """When it happened: the earlier of station time and receipt, the receipt where the station's is implausible."""
    return clock.effective(said=clock.read(payload.get("timestamp")), received_at=received_at).at


def zulu(at: datetime) -> str:
    """A UTC time that ends in Z: some stations refuse `+00:00`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def tag_info(status: str, *, expiry: datetime | None, parent: str) -> dict[str, Any]:
    """An idTagInfo (S 7.24); what is not known is left out."""
    said = {"status": status, "expiryDate": expiry and zulu(expiry), "parentIdTag": parent[:20]}
    return {name: value for name, value in said.items() if value}
