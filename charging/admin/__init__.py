"""Charging as operators and support see it: all of it to be read; only verbs change it."""

from charging.admin import records, sessions

__all__ = ["records", "sessions"]
