"""The operator's door: any request of OCPP 1.6, its rules checked first; a wrong one goes out once it is confirmed."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import jsonschema_rs
from django.db import transaction

from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable
from ocpp_consumer.masking import holds_secrets
from ocpp_consumer.v16 import intents, schemas
from ocpp_consumer.v16.requests import REQUESTS
from ocpp_consumer.v16.requests.kinds import Prepared, Request
from stations import commands
from stations.models import Command, Station

EXPIRY = timedelta(seconds=60)
# A station answers one request after the other; beyond this many an operator is only adding to the pile.
MOST_QUEUED = 50
MISFITS = {
    "additionalProperties": "{where} has a field that the specification does not know.",
    "enum": "{where} is none of the values that the specification knows.",
    "maxItems": "{where} holds too many entries.",
    "maxLength": "{where} is too long.",
    "minItems": "{where} holds too few entries.",
    "required": "{where} is missing.",
    "type": "{where} is of the wrong type.",
}


def ask(
    *,
    station: Station,
    action: str,
    payload: dict[str, Any],
    asked_by: str,
    at: datetime,
    expires_at: datetime | None = None,
    force: bool = False,
    subject: str = "",
) -> Command:
    """Queue a request for a connected station; `force` skips its schema and rules, as a person confirmed.

    `subject` is what it is for, where the request has none of its own.

    Raises Refusal unknown_action, command_malformed, station_offline, station_not_accepted, station_contested,
    command_forbidden, too_many_commands; command_breaks_rules, with `problems`, where force would send it all the same.
    """
    request = REQUESTS.get(action)
    if request is None:
        raise Refusal("unknown_action", f"OCPP 1.6 has no request {action} to stations.")
    refuse_malformed(payload)
    station = Station.objects.select_related("gateway").get(pk=station.pk)
    refuse_unreachable(station, action, at=at)
    if station.contested_at and (request.needs_secrecy or holds_secrets(payload)):
        raise Refusal(
            "station_contested", f"Two sockets fight for station {station.code}: nothing secret is sent to it."
        )
    if forbidden := [*private_keys(payload), *request.forbid(station, payload)]:
        raise Refusal("command_forbidden", " ".join(forbidden), {"problems": forbidden})
    plain = {name: value for name, value in payload.items() if name not in request.own}
    misfits = shape_problems(action, plain, filled=request.filled)
    problems = misfits or list(request.check(station, payload))
    if problems and not force:
        raise Refusal("command_breaks_rules", " ".join(problems), {"problems": problems})
    with transaction.atomic():
        prepared = Prepared(plain) if misfits else prepare(request, station, payload, asked_by=asked_by, at=at)
        return commands.send(
            station=station,
            intent=action,
            payload=prepared.payload,
            subject=prepared.subject or subject,
            awaits=prepared.awaits,
            is_forced=bool(problems),
            holds_secret=holds_secrets(prepared.payload),
            asked_by=asked_by,
            at=at,
            expires_at=expires_at or at + EXPIRY,
        )


def refuse_malformed(payload: Any) -> None:
    """Raise Refusal command_malformed for what is no JSON object."""
    try:
        json.dumps(payload, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise Refusal("command_malformed", "The payload cannot be written as JSON.") from error
    if not isinstance(payload, dict):
        raise Refusal("command_malformed", "The payload is not a JSON object.")
    if storable(payload) != payload:
        raise Refusal("command_malformed", "The payload holds characters that no text has.")


def private_keys(payload: dict[str, Any]) -> Iterator[str]:
    """Nobody's private key goes to a station or into the ledger of commands."""
    if "PRIVATE KEY-" in json.dumps(payload):
        yield "It holds a private key, which no station is sent."


def refuse_unreachable(station: Station, action: str, *, at: datetime) -> None:
    """Raise the Refusal for a station that cannot be asked this now."""
    if not station.is_online(at=at):
        raise Refusal("station_offline", f"Station {station.code} is not connected.")
    if not intents.may_be_asked(action, registration=station.registration):
        raise Refusal("station_not_accepted", f"Station {station.code} is {station.get_registration_display()}.")
    if Command.objects.filter(station=station).queued(at=at).count() >= MOST_QUEUED:
        raise Refusal("too_many_commands", f"{MOST_QUEUED} commands wait for station {station.code} already.")


def shape_problems(action: str, payload: dict[str, Any], *, filled: frozenset[str]) -> list[str]:
    """How the payload breaks its JSON schema, in sentences; fields that are put in later may be missing."""
    found = []
    for error in schemas.validator(action).iter_errors(payload):
        if error.kind.name == "multipleOf":  # rates are rounded to one decimal before they are sent
            continue
        steps = [str(step) for step in error.instance_path]
        if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
            steps.append(error.kind.property)
            if ".".join(steps) in filled:
                continue
        sentence = MISFITS.get(error.kind.name, "{where} is not what the specification asks for.")
        found.append(sentence.format(where=".".join(steps) or "The payload"))
    return found


def prepare(request: Request, station: Station, payload: dict[str, Any], *, asked_by: str, at: datetime) -> Prepared:
    """The request as its Command will keep it."""
    if request.prepare is None:
        return Prepared(payload)
    return request.prepare(station=station, payload=payload, asked_by=asked_by, at=at)
