"""Money as operators and finance see it: all of it to be read; only verbs write it, and prices have versions."""

from billing.admin import adjustments, clients, payments, promos, receipts, statements, tariffs, wallets

__all__ = ["adjustments", "clients", "payments", "promos", "receipts", "statements", "tariffs", "wallets"]
