"""Receipts: gap-free numbers per seller and year, lines that never change, corrections that are differences."""

from billing.receipts.entries import of_price, rows_of
from billing.receipts.frozen import parties
from billing.receipts.giving import give_receipt, give_refund_receipt
from billing.receipts.numbers import take_number

__all__ = ["give_receipt", "give_refund_receipt", "of_price", "parties", "rows_of", "take_number"]
