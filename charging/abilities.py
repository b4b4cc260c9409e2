"""What a station says it can do, in configuration keys that it was asked about; what it never said is not known."""

from stations.models import ConfigurationKey, Station


def told(station: Station, *keys: str) -> dict[str, str]:
    """The values of those keys that have one."""
    known = ConfigurationKey.objects.filter(station=station, key__in=keys, is_known=True).exclude(value=None)
    return {key: value or "" for key, value in known.values_list("key", "value")}


def whole(text: str | None) -> int | None:
    """A whole number above 0; None for anything else."""
    digits = (text or "").strip()
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
    return number or None
