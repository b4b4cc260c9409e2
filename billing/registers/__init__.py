"""Registers of payment providers: read, compared with what we have booked, stored, and booked once looked at."""

from billing.registers.booking import book
from billing.registers.clearing import Clearing, clearing_of, unnamed
from billing.registers.importing import Look, compare_again, look, note, store
from billing.registers.layouts import LAYOUTS, Layout

__all__ = [
    "LAYOUTS",
    "Clearing",
    "Layout",
    "Look",
    "book",
    "clearing_of",
    "compare_again",
    "look",
    "note",
    "store",
    "unnamed",
]
