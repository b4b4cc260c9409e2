"""The lists by which stations decide while they are alone, kept in step with what we would say (OCPP 1.6, 5.15)."""

from charging.local_lists.answers import note_sent, note_version
from charging.local_lists.entries import Entries, Portion
from charging.local_lists.keeping import compare, compare_now
from charging.local_lists.wanted import limits_of, refused

__all__ = [
    "Entries",
    "Portion",
    "compare",
    "compare_now",
    "limits_of",
    "note_sent",
    "note_version",
    "refused",
]
