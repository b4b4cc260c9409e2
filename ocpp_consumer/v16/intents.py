"""What we want of a station, in the words of OCPP 1.6, and what its answers mean."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from stations.models import Command, Station

# Every other status of an answer says no; an answer without one (GetConfiguration, GetDiagnostics) says yes.
YES = frozenset({"Accepted", "AcceptedCanceled", "RebootRequired", "Scheduled", "Unlocked"})
# S 4.2: a station that waits to be accepted charges nobody.
NOT_WHILE_PENDING = frozenset({"RemoteStartTransaction", "RemoteStopTransaction"})


class Request(NamedTuple):
    """A request of 1.6."""

    action: str
    payload: dict[str, Any]


def start_charging(wish: Mapping[str, Any]) -> Request:
    """RemoteStartTransaction (S 5.11); the station chooses where no connector is named."""
    said = {"connectorId": wish.get("connector"), "idTag": wish["id_tag"]}
    return Request("RemoteStartTransaction", {name: value for name, value in said.items() if value is not None})


def stop_charging(wish: Mapping[str, Any]) -> Request:
    """RemoteStopTransaction (S 5.12); here a transaction's id is a number."""
    return Request("RemoteStopTransaction", {"transactionId": int(wish["ocpp_id"])})


INTENTS: dict[str, Callable[[Mapping[str, Any]], Request]] = {
    "start_charging": start_charging,
    "stop_charging": stop_charging,
}


def translate(intent: str, wish: Mapping[str, Any]) -> Request:
    """An intent as a request; an unknown one is an action of 1.6 through the operator's door, payload and all."""
    known = INTENTS.get(intent)
    return known(wish) if known else Request(intent, dict(wish))


def may_be_asked(action: str, *, registration: str) -> bool:
    """Whether a station of that registration may be sent this at all (S 4.2)."""
    if registration == Station.Registration.PENDING:
        return action not in NOT_WHILE_PENDING
    return registration == Station.Registration.ACCEPTED


def verdict(answer: Mapping[str, Any]) -> Command.State:
    """What an answer means for the command."""
    status = answer.get("status")
    return Command.State.ACCEPTED if status is None or status in YES else Command.State.REJECTED
