"""A location's supply, shared among the charges that run there, so that together they never take more (F17)."""

from charging.sites.carrying import carry_out
from charging.sites.changes import note_change, note_charge
from charging.sites.places import ASKED_BY
from charging.sites.planning import Want, plan
from charging.sites.sweeping import let_go, sweep

__all__ = ["ASKED_BY", "Want", "carry_out", "let_go", "note_change", "note_charge", "plan", "sweep"]
