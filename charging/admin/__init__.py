"""Charging as operators and support see it: all of it to be read; only verbs change it."""

from charging.admin import cards, kept, records, sessions

__all__ = ["cards", "kept", "records", "sessions"]
