"""What each kind of job wants, checked before it is kept: the OCPP request it comes to, and what it is made from."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from billing.models import TariffPlan
from charging import clock
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from ocpp_consumer.masking import holds_secrets
from ocpp_consumer.v16 import door
from ocpp_consumer.v16.requests import REQUESTS
from stations import configuration, files
from stations.models import BulkCommand, ConfigurationTemplate

Kind = BulkCommand.Kind
RESETS = ("Soft", "Hard")
AVAILABILITIES = ("Operative", "Inoperative")
UPDATES = ("full", "differential")
# What may be asked of anybody without a second thought: nothing changes at the station.
HARMLESS = frozenset(
    {"ClearCache", "GetConfiguration", "GetDiagnostics", "GetLocalListVersion", "GetLog", "TriggerMessage"}
)


class Wish(NamedTuple):
    """The OCPP request, empty where rows are changed and no station is asked; and what is kept of the wish."""

    action: str
    payload: dict[str, Any]


def wish_for(*, kind: Kind, action: str, payload: dict[str, Any]) -> Wish:
    """The wish as it is kept.

    Refusals unknown_action, command_malformed, command_forbidden for secrets, invalid_parameters, firmware_not_signed.
    """
    door.refuse_malformed(payload)
    if kind == Kind.COMMAND:
        return _command(action, payload)
    return MAKERS[kind](payload)


def is_dangerous(*, kind: str, action: str, payload: Mapping[str, Any]) -> bool:
    """Whether cars, prices or the way back to a station hang on it, so that the number of stations is to be typed."""
    if kind == Kind.COMMAND:
        return action not in HARMLESS
    if kind == Kind.AVAILABILITY:
        return payload.get("type") == "Inoperative"
    return kind != Kind.LOCAL_LIST


def _command(action: str, payload: dict[str, Any]) -> Wish:
    if action not in REQUESTS:
        raise Refusal("unknown_action", "OCPP 1.6 has no such request to stations.", {"action": action})
    if holds_secrets(payload):
        raise Refusal("command_forbidden", "What holds a secret is asked of one station at a time.")
    return Wish(action, payload)


def _configuration(payload: dict[str, Any]) -> Wish:
    """Values as they are now: what becomes of a template later changes nothing of a job that runs."""
    if payload.get("template"):
        template = _found(ConfigurationTemplate, payload["template"], sentence("There is no such template."))
        said, more = template.wanted, {"template": template.name}
    else:
        said, more = payload.get("values"), {}
    if not isinstance(said, dict) or not said:
        raise _wrong(sentence("Name at least one key and its value."))
    values = {str(key).strip(): configuration.text_of(value) for key, value in said.items()}
    for key, value in values.items():
        if not configuration.is_of_templates(key) or holds_secrets({"key": key, "value": value}):
            raise Refusal(
                "command_forbidden", sentence("%(key)s is set at one station at a time.", key=key), {"key": key}
            )
    return Wish("ChangeConfiguration", {"values": values, **more})


def _firmware(payload: dict[str, Any]) -> Wish:
    image = files.find_image(payload.get("image", ""))
    if image is None:
        raise _wrong(sentence("There is no such image."))
    is_signed = bool(payload.get("signed"))
    if is_signed and (problem := files.signature_problem(image)):
        raise Refusal("firmware_not_signed", problem)
    retrieve_at = payload.get("retrieve_at") or ""
    if retrieve_at and clock.read(retrieve_at) is None:
        raise _wrong(sentence("retrieve_at is no time in ISO 8601."))
    kept = {"image": str(image.pk), "name": str(image), "signed": is_signed, "retrieve_at": retrieve_at}
    return Wish("SignedUpdateFirmware" if is_signed else "UpdateFirmware", kept)


def _reset(payload: dict[str, Any]) -> Wish:
    return Wish("Reset", {"type": _one_of(RESETS, payload, "type")})


def _availability(payload: dict[str, Any]) -> Wish:
    return Wish("ChangeAvailability", {"connectorId": 0, "type": _one_of(AVAILABILITIES, payload, "type")})


def _tariff(payload: dict[str, Any]) -> Wish:
    plan = _found(TariffPlan, payload.get("plan"), sentence("There is no such plan."))
    if plan.is_private:
        raise _wrong(sentence("That plan is private to one station."))
    return Wish("", {"plan": plan.pk, "name": plan.name})


def _local_list(payload: dict[str, Any]) -> Wish:
    return Wish("SendLocalList", {"update": _one_of(UPDATES, payload, "update")})


MAKERS: dict[str, Callable[[dict[str, Any]], Wish]] = {
    Kind.CONFIGURATION: _configuration,
    Kind.FIRMWARE: _firmware,
    Kind.RESET: _reset,
    Kind.AVAILABILITY: _availability,
    Kind.TARIFF: _tariff,
    Kind.LOCAL_LIST: _local_list,
}


def _one_of(words: tuple[str, ...], payload: Mapping[str, Any], name: str) -> str:
    said = payload.get(name)
    if said not in words:
        raise _wrong(sentence("%(name)s is one of %(words)s.", name=name, words=", ".join(words)))
    return str(said)


def _found(model: Any, named: Any, problem: str) -> Any:
    """By its number, or by its name."""
    is_number = isinstance(named, int) or (isinstance(named, str) and named.isdecimal() and len(named) < 18)
    found = model.objects.filter(**{"pk" if is_number else "name": named}).first() if named else None
    if found is None:
        raise _wrong(problem)
    return found


def _wrong(text: str) -> Refusal:
    return Refusal("invalid_parameters", text)
