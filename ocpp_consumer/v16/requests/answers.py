"""What a station itself answered, told apart from what became of a command without it."""

from collections.abc import Mapping
from typing import Any

from stations.models import Command

ANSWERED = (Command.State.ACCEPTED, Command.State.REJECTED)
# The station may have carried it out, or never have heard of it.
LOST = frozenset({"", "disconnected", "database_away"})
# CALLERRORs of a station that lacks the feature: an outcome, not a fault (J 4.2.3).
ABSENT = frozenset({"NotImplemented", "NotSupported"})


def word_of(state: Command.State, answer: Mapping[str, Any]) -> str | None:
    """The status, or the code of the error, that settles the command; None where nobody knows what the station did."""
    if state in ANSWERED:
        return str(answer.get("status", ""))
    error = str(answer.get("error", ""))
    return None if state == Command.State.TIMED_OUT or error in LOST else error
