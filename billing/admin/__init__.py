"""Money as operators and finance see it: all of it to be read; only verbs write it."""

from billing.admin import payments, receipts, tariffs, wallets

__all__ = ["payments", "receipts", "tariffs", "wallets"]
