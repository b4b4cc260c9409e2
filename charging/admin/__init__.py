"""Charging as operators and support see it: all of it to be read; only verbs change it."""

from charging.admin import approvals, cards, figures, hosts, kept, records, sessions, sites

__all__ = ["approvals", "cards", "figures", "hosts", "kept", "records", "sessions", "sites"]
