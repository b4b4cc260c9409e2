"""What we want of a station, in the words of OCPP 1.6, and what its answers mean."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from ocpp_consumer.v16.words import tag_info, zulu
from stations.models import Command, Station

# Every other status of an answer says no; an answer without one (GetConfiguration, GetDiagnostics) says yes.
YES = frozenset({"Accepted", "AcceptedCanceled", "RebootRequired", "Scheduled", "Unlocked"})
# S 4.2: a station that waits to be accepted charges nobody.
NOT_WHILE_PENDING = frozenset({"RemoteStartTransaction", "RemoteStopTransaction"})

Wish = Mapping[str, Any]


class Intent(NamedTuple):
    """The action that an intent is carried out by, and how its payload is said; as it is, if nothing is named."""

    action: str
    say: Callable[[Wish], dict[str, Any]] = dict


def start_charging(wish: Wish) -> dict[str, Any]:
    """RemoteStartTransaction (S 5.11); the station chooses where no connector is named."""
    said = {"connectorId": wish.get("connector"), "idTag": wish["id_tag"]}
    return {name: value for name, value in said.items() if value is not None}


def stop_charging(wish: Wish) -> dict[str, Any]:
    """RemoteStopTransaction (S 5.12); here a transaction's id is a number."""
    return {"transactionId": int(wish["ocpp_id"])}


def set_configuration(wish: Wish) -> dict[str, Any]:
    """ChangeConfiguration (S 5.3): every value is a text."""
    return {"key": wish["key"], "value": str(wish["value"])}


def read_configuration(wish: Wish) -> dict[str, Any]:
    """GetConfiguration (S 5.8); without a key it asks for all."""
    return {"key": list(wish["keys"])} if wish.get("keys") else {}


def trigger(wish: Wish) -> dict[str, Any]:
    """TriggerMessage (S 5.17)."""
    said = {"requestedMessage": wish["message"], "connectorId": wish.get("connector")}
    return {name: value for name, value in said.items() if value is not None}


def rotate_key(wish: Wish) -> dict[str, Any]:
    """ChangeConfiguration of the key, which is made when it is sent."""
    return {"key": "AuthorizationKey"}


def list_certificates(wish: Wish) -> dict[str, Any]:
    """GetInstalledCertificateIds (W 5.7)."""
    return {"certificateType": wish["kind"]}


def request_certificate(wish: Wish) -> dict[str, Any]:
    """ExtendedTriggerMessage (W 5.5): a request for a certificate has no connector."""
    return {"requestedMessage": "SignChargePointCertificate"}


def reserve(wish: Wish) -> dict[str, Any]:
    """ReserveNow (S 5.13); without a group there is no parentIdTag."""
    said = {
        "connectorId": wish["connector"],
        "expiryDate": zulu(datetime.fromisoformat(wish["until"])),
        "idTag": wish["id_tag"],
        "reservationId": wish["id"],
    }
    return said | ({"parentIdTag": wish["parent"]} if wish.get("parent") else {})


def cancel_reservation(wish: Wish) -> dict[str, Any]:
    """CancelReservation (S 5.1)."""
    return {"reservationId": wish["id"]}


def send_local_list(wish: Wish) -> dict[str, Any]:
    """SendLocalList (S 5.15): a tag without idTagInfo is taken out."""
    return {
        "listVersion": wish["version"],
        "updateType": "Full" if wish["is_full"] else "Differential",
        "localAuthorizationList": [_listed(tag, entry) for tag, entry in wish["entries"].items()],
    }


def _listed(tag: str, entry: Wish | None) -> dict[str, Any]:
    if entry is None:
        return {"idTag": tag}
    expires_at = entry.get("expires_at")
    expiry = datetime.fromisoformat(expires_at) if expires_at else None
    return {"idTag": tag, "idTagInfo": tag_info(entry["status"], expiry=expiry, parent=entry.get("parent", ""))}


def set_charging_profile(wish: Wish) -> dict[str, Any]:
    """SetChargingProfile (S 5.16)."""
    return {"connectorId": wish["connector"], "csChargingProfiles": wish["profile"]}


def clear_charging_profile(wish: Wish) -> dict[str, Any]:
    """ClearChargingProfile (S 5.5): what is not named counts for nothing."""
    names = {
        "profile_id": "id",
        "number": "connectorId",
        "purpose": "chargingProfilePurpose",
        "stack_level": "stackLevel",
    }
    return {names[name]: value for name, value in wish.items()}


INTENTS: dict[str, Intent] = {
    "start_charging": Intent("RemoteStartTransaction", start_charging),
    "stop_charging": Intent("RemoteStopTransaction", stop_charging),
    "set_configuration": Intent("ChangeConfiguration", set_configuration),
    "read_configuration": Intent("GetConfiguration", read_configuration),
    "trigger": Intent("TriggerMessage", trigger),
    "reserve": Intent("ReserveNow", reserve),
    "cancel_reservation": Intent("CancelReservation", cancel_reservation),
    "ask_list_version": Intent("GetLocalListVersion"),
    "send_local_list": Intent("SendLocalList", send_local_list),
    "set_charging_profile": Intent("SetChargingProfile", set_charging_profile),
    "clear_charging_profile": Intent("ClearChargingProfile", clear_charging_profile),
    "rotate_key": Intent("ChangeConfiguration", rotate_key),
    "update_firmware": Intent("UpdateFirmware"),
    "update_firmware_signed": Intent("SignedUpdateFirmware"),
    "request_certificate": Intent("ExtendedTriggerMessage", request_certificate),
    "sign_certificate_answer": Intent("CertificateSigned"),
    "install_certificate": Intent("InstallCertificate"),
    "list_certificates": Intent("GetInstalledCertificateIds", list_certificates),
    "delete_certificate": Intent("DeleteCertificate"),
}


def action_of(intent: str) -> str:
    """The action that carries it out; an unknown intent is itself an action of 1.6, through the operator's door."""
    known = INTENTS.get(intent)
    return known.action if known else intent


def translate(intent: str, wish: Wish) -> tuple[str, dict[str, Any]]:
    """An intent as action and payload; KeyError, TypeError or ValueError for a wish that lacks or garbles something."""
    known = INTENTS.get(intent)
    return (known.action, known.say(wish)) if known else (intent, dict(wish))


def may_be_asked(action: str, *, registration: str) -> bool:
    """Whether a station of that registration may be sent this at all (S 4.2)."""
    if registration == Station.Registration.PENDING:
        return action not in NOT_WHILE_PENDING
    return registration == Station.Registration.ACCEPTED


def verdict(answer: Mapping[str, Any]) -> Command.State:
    """What an answer means for the command."""
    status = answer.get("status")
    return Command.State.ACCEPTED if status is None or str(status) in YES else Command.State.REJECTED
