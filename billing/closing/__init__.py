"""Closes: each day is counted once it is over, and a month that adds up takes no entries any more."""

from billing.closing.days import close_days
from billing.closing.months import close_month

__all__ = ["close_days", "close_month"]
