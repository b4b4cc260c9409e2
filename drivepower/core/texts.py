"""What stations and strangers write, made storable: PostgreSQL refuses NUL, and jsonb lone surrogates too."""

from typing import Any


def storable(value: Any) -> Any:
    """The same value (text, list, dict) without NUL and with lone surrogates replaced, keys included."""
    if isinstance(value, str):
        if value.isascii() and "\x00" not in value:
            return value
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


def letters(text: str) -> str:
    """Only its letters and digits, without case: references of banks are written in many ways."""
    return "".join(one for one in text.casefold() if one.isalnum())
