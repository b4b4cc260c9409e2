"""The table of what stations may say, and the rules that hold for all of it: schemas, gating, always an answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import structlog

from ocpp_consumer import rpc
from ocpp_consumer.conversation import Conversation
from ocpp_consumer.heard import Heard
from ocpp_consumer.journal import Unavailable
from ocpp_consumer.v16 import (
    authorize,
    boot_notification,
    data_transfer,
    diagnostics_status_notification,
    firmware_status_notification,
    heartbeat,
    log_status_notification,
    meter_values,
    schemas,
    security_event_notification,
    sign_certificate,
    signed_firmware_status_notification,
    signs,
    start_transaction,
    status_notification,
    stop_transaction,
)
from ocpp_consumer.v16.quirks import NO_QUIRKS
from stations.models import Station

# What ExtendedTriggerMessage calls these messages (W 5.5).
CALLED_BY_TRIGGERS = {
    "SignCertificate": "SignChargePointCertificate",
    "SignedFirmwareStatusNotification": "FirmwareStatusNotification",
}

log = structlog.stdlib.get_logger(__name__)


class Action(NamedTuple):
    """What hears an action; a soft one is answered however odd it is, because a refusal would lose what it says."""

    hear: Callable[[Heard, dict[str, Any]], Awaitable[dict[str, Any] | None]]
    is_soft: bool = False
    # Fields whose type stations get wrong without harm.
    lenient: frozenset[str] = frozenset()


ACTIONS = {
    "Authorize": Action(authorize.hear),
    "BootNotification": Action(boot_notification.hear),
    "DataTransfer": Action(data_transfer.hear, lenient=frozenset({"data"})),
    "DiagnosticsStatusNotification": Action(diagnostics_status_notification.hear),
    "FirmwareStatusNotification": Action(firmware_status_notification.hear),
    "Heartbeat": Action(heartbeat.hear),
    "LogStatusNotification": Action(log_status_notification.hear),
    "MeterValues": Action(meter_values.hear, is_soft=True),
    "SecurityEventNotification": Action(security_event_notification.hear, is_soft=True),
    "SignCertificate": Action(sign_certificate.hear),
    "SignedFirmwareStatusNotification": Action(signed_firmware_status_notification.hear),
    "StartTransaction": Action(start_transaction.hear, is_soft=True),
    "StatusNotification": Action(status_notification.hear, is_soft=True),
    "StopTransaction": Action(stop_transaction.hear, is_soft=True),
}


def begin(heard: Heard, call: rpc.Call, stored: "asyncio.Future[None]") -> bool:
    """Hand in what a CALL says that needs nobody to be asked and whose answer is empty; False for every other CALL.

    Nearly everything that stations say is a MeterValues of a running transaction: those need no turn of a task. The
    future has its outcome with that of the words.
    """
    conversation = heard.conversation
    if call.action != "MeterValues" or conversation.quirks is not NO_QUIRKS or conversation.awaited:
        return False
    try:
        if _refusal(heard, call) is None and meter_values.begin(heard, call.payload, stored):
            return True
    except Exception:  # `hear` comes to it again, and says so
        log.debug("a frame is not handed in at once", action=call.action)
    heard.findings.clear()
    return False


async def hear(heard: Heard, call: rpc.Call) -> str:
    """The text that answers a CALL, once what it said is stored; raises Unavailable if it could not be."""
    refusal = await heard.work_out(_refusal, heard, call)
    if refusal:
        await heard.write(error=": ".join(refusal))
        return rpc.write_error(call.id, *refusal)
    action = ACTIONS[call.action]
    quirks = heard.conversation.quirks
    payload = call.payload if quirks is NO_QUIRKS else quirks.amend(call.action, call.payload)
    try:
        answer = await action.hear(heard, payload)
    except Unavailable:
        raise
    except Exception as error:
        log.exception("an action failed on a frame that is kept", action=call.action)
        await heard.write(error=f"{type(error).__name__}: {error}")
        # A Start needs an id, which only a session can give: it is refused, and sent again.
        answer = {} if action.is_soft and call.action != "StartTransaction" else None
    if answer is None:
        return rpc.write_error(call.id, "InternalError", "")
    if heard.conversation.awaited or call.action == "BootNotification":
        signs.show(heard, call.action, payload)
    return rpc.write_result(call.id, answer)


def _refusal(heard: Heard, call: rpc.Call) -> tuple[str, str] | None:
    """Code and reason to refuse a CALL with; what is odd but bearable becomes a finding."""
    if not _may_say(heard.conversation, call.action):
        return "SecurityError", "the station is not accepted yet"
    if call.action not in ACTIONS:
        known = call.action in schemas.KNOWN
        return ("NotSupported", "") if known else ("NotImplemented", "")
    action = ACTIONS[call.action]
    problem = schemas.problem(call.action, call.payload, lenient=action.lenient)
    if problem is None:
        return None
    if problem.is_tolerable or action.is_soft:
        heard.findings.append(problem.text)
        return None
    return problem.code, problem.text


def _may_say(conversation: Conversation, action: str) -> bool:
    """Before it is accepted a station may only boot (JE 3.8), and while it waits send what we asked for (S 4.2)."""
    if conversation.registration == Station.Registration.ACCEPTED or action == "BootNotification":
        return True
    is_asked_for = not conversation.triggered.isdisjoint({action, CALLED_BY_TRIGGERS.get(action, action)})
    return conversation.registration == Station.Registration.PENDING and is_asked_for
