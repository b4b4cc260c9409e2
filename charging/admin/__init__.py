"""Charging as operators and support see it: all of it to be read; only verbs change it."""

from charging.admin import alerts, approvals, cards, figures, hosts, kept, records, sessions, sites

__all__ = ["alerts", "approvals", "cards", "figures", "hosts", "kept", "records", "sessions", "sites"]
