"""Registers of payment providers: read, compared with what we have booked, stored, and booked once looked at.

What is something else there is booked line by line, by whoever knows what it is (entries).
"""

from billing.registers.booking import book
from billing.registers.clearing import Clearing, clearing_of, unnamed
from billing.registers.entries import approve, ask_back, ask_entry, is_open, may_go_back, refuse
from billing.registers.importing import Look, compare_again, look, note, store
from billing.registers.layouts import LAYOUTS, Layout

__all__ = [
    "LAYOUTS",
    "Clearing",
    "Layout",
    "Look",
    "approve",
    "ask_back",
    "ask_entry",
    "book",
    "clearing_of",
    "compare_again",
    "is_open",
    "look",
    "may_go_back",
    "note",
    "refuse",
    "store",
    "unnamed",
]
