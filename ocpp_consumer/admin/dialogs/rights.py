"""Who may ask what: some requests look and help, all others change a station."""

from typing import Any

from django.http import HttpRequest

# Requests that support may send; none of them leaves a station otherwise than it was.
SAFE = frozenset(
    {
        "GetCompositeSchedule",
        "GetConfiguration",
        "GetLocalListVersion",
        "RemoteStopTransaction",
        "TriggerMessage",
        "UnlockConnector",
    }
)


def may_ask(person: Any, action: str) -> bool:
    """Whether this person may send that request; staff of a company look only."""
    if person.company_id is not None:
        return False
    return may_command(person) or (action in SAFE and person.has_perm("stations.send_safe_command"))


def may_command(person: Any) -> bool:
    """Whether this person may send every request."""
    return bool(person.has_perm("stations.add_command"))


def may_break_rules(request: HttpRequest) -> bool:
    """Whether a rule may be broken on purpose: never by who has only the safe ones."""
    return may_command(request.user)
