"""Charging profiles: the rules of OCPP 1.6, what stations are asked, and a mirror of what they have accepted."""

from charging.profiles.asking import clear_profiles, set_profile
from charging.profiles.mirror import Criteria, note_cleared, note_set, record, sweep
from charging.profiles.rules import Abilities, abilities_of, problems, rounded, transaction_problems

__all__ = [
    "Abilities",
    "Criteria",
    "abilities_of",
    "clear_profiles",
    "note_cleared",
    "note_set",
    "problems",
    "record",
    "rounded",
    "set_profile",
    "sweep",
    "transaction_problems",
]
