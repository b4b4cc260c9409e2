"""Messages in a few readable words, for the lines that a station prints. Secrets are left out."""

from dataclasses import asdict, is_dataclass
from typing import Any

HIDDEN = "authorizationkey"
LONGEST = 60


def describe(message: object) -> str:
    """The fields of a request or an answer, in one short line."""
    if is_dataclass(message) and not isinstance(message, type):
        return describe(asdict(message))
    if not isinstance(message, dict):
        return str(message)
    if str(message.get("key", "")).lower() == HIDDEN:
        message = {**message, "value": "***"}
    return " ".join(_words(name, value) for name, value in message.items() if value not in (None, [], {}))


def _words(name: str, value: object) -> str:
    if name in ("meter_value", "transaction_data") and isinstance(value, list):
        return _readings(value[-1])
    if isinstance(value, list):
        return f"{name}={len(value)}"
    if isinstance(value, dict):
        return describe(value) if name == "id_tag_info" else f"{name}=({describe(value)})"
    text = str(value)
    return f"{name}={text if len(text) <= LONGEST else text[:LONGEST] + '...'}"


def _readings(meter_value: dict[str, Any]) -> str:
    return " ".join(f"{v['value']} {v['unit']}" for v in meter_value["sampled_value"])
