"""Names in what a provider says: of its invoices, transactions and refunds, and of our orders."""

from typing import Any

# As long as the columns that keep them.
LONGEST_NAME = 80


def name_in(said: Any, key: str) -> str:
    """A name in what was said, as text; empty where there is none, or one that cannot be a name."""
    name = said.get(key) if isinstance(said, dict) else None
    return name if isinstance(name, str) and len(name) <= LONGEST_NAME else ""


def name_or_number_in(said: Any, key: str) -> str:
    """The same of a provider that writes its names as numbers too."""
    name = text_in(said, key)
    return name if len(name) <= LONGEST_NAME else ""


def text_in(said: Any, *keys: str) -> str:
    """The first of these that says something, as text or whole number; empty if none does."""
    for key in keys if isinstance(said, dict) else ():
        value = said.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
            return str(value)
    return ""
