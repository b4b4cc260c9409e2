"""Invoices: what a company that pays later has charged in a month, and what has paid it."""

from billing.invoices.making import make_invoices
from billing.invoices.paying import pay_invoice
from billing.invoices.settling import settle_invoices
from billing.invoices.taking_back import take_back_payment
from billing.invoices.watching import watch_invoices

__all__ = ["make_invoices", "pay_invoice", "settle_invoices", "take_back_payment", "watch_invoices"]
