"""Receipts at the tax office's cash register: queued with the receipt, sent by a sweep, repeated without a double."""

from billing.fiscal.queue import queue, retry
from billing.fiscal.sending import send_due
from billing.fiscal.told import told

__all__ = ["queue", "retry", "send_due", "told"]
