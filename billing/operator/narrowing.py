"""How filters of lists of money become conditions."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

# Filters by the column that they mean.
SAME = ("kind", "subject", "state", "provider")


def of_wallet(said: Mapping[str, Any], path: str) -> Q:
    """Whose wallet at the end of that path, and in which currency."""
    named = {"user__public_id": "driver", "company__public_id": "company", "currency": "currency"}
    return Q(**{f"{path}{column}": said[name] for column, name in named.items() if said.get(name)})


def of_row(said: Mapping[str, Any]) -> Q:
    """Of which kind, about what, and when it was made."""
    wanted = Q(**{name: said[name] for name in SAME if said.get(name)})
    if said.get("since"):
        wanted &= Q(made_at__gte=said["since"])
    return wanted & Q(made_at__lt=said["until"]) if said.get("until") else wanted
