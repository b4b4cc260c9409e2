"""The operator's door: any request of OCPP 1.6, its rules checked first; a wrong one goes out once it is confirmed."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import jsonschema_rs
from django.db import transaction
from django.utils.translation import gettext_noop

from drivepower.core.refusals import Refusal
from drivepower.core.sentences import joined, sentence
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
MISFIT = gettext_noop("%(where)s is not what the specification asks for.")
MISFITS = {
    "additionalProperties": gettext_noop("%(where)s has a field that the specification does not know."),
    "enum": gettext_noop("%(where)s is none of the values that the specification knows."),
    "maxItems": gettext_noop("%(where)s holds too many entries."),
    "maxLength": gettext_noop("%(where)s is too long."),
    "minItems": gettext_noop("%(where)s holds too few entries."),
    "required": gettext_noop("%(where)s is missing."),
    "type": gettext_noop("%(where)s is of the wrong type."),
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
    request = known(action)
    refuse_malformed(payload)
    station = Station.objects.select_related("gateway").get(pk=station.pk)
    refuse_unreachable(station, action, at=at)
    refuse_forbidden(request, station, payload)
    plain = {name: value for name, value in payload.items() if name not in request.own}
    misfits = shape_problems(action, plain, filled=request.filled)
    problems = misfits or list(request.check(station, payload))
    if problems and not force:
        raise Refusal("command_breaks_rules", joined(problems), {"problems": problems})
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


def known(action: str) -> Request:
    """The request of that name; Refusal unknown_action."""
    request = REQUESTS.get(action)
    if request is None:
        raise Refusal("unknown_action", sentence("OCPP 1.6 has no request %(action)s to stations.", action=action))
    return request


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


def refuse_forbidden(request: Request, station: Station, payload: dict[str, Any]) -> None:
    """Raise Refusal station_contested or command_forbidden for what nobody may send, confirmed or not."""
    if station.contested_at and (request.needs_secrecy or holds_secrets(payload)):
        text = sentence(
            "Two sockets fight for station %(station)s: nothing secret is sent to it.", station=station.code
        )
        raise Refusal("station_contested", text)
    if forbidden := [*private_keys(payload), *request.forbid(station, payload)]:
        raise Refusal("command_forbidden", joined(forbidden), {"problems": forbidden})


def private_keys(payload: dict[str, Any]) -> Iterator[str]:
    """Nobody's private key goes to a station or into the ledger of commands."""
    if "PRIVATE KEY-" in json.dumps(payload):
        yield sentence("It holds a private key, which no station is sent.")


def refuse_unreachable(station: Station, action: str, *, at: datetime) -> None:
    """Raise the Refusal for a station that cannot be asked this now."""
    if not station.is_online(at=at):
        raise Refusal("station_offline", sentence("Station %(station)s is not connected.", station=station.code))
    if not intents.may_be_asked(action, registration=station.registration):
        text = sentence("Station %(station)s is %(state)s.", station=station.code, state=sentence(station.registration))
        raise Refusal("station_not_accepted", text)
    if Command.objects.filter(station=station).queued(at=at).count() >= MOST_QUEUED:
        text = sentence(
            "%(count)s commands wait for station %(station)s already.", count=MOST_QUEUED, station=station.code
        )
        raise Refusal("too_many_commands", text)


def shape_problems(action: str, payload: dict[str, Any], *, filled: frozenset[str]) -> list[str]:
    """How the payload breaks its JSON schema, in sentences; fields that are put in later may be missing."""
    found: list[str] = []
    for error in schemas.validator(action).iter_errors(payload):
        if error.kind.name == "multipleOf":  # rates are rounded to one decimal before they are sent
            continue
        steps = [str(step) for step in error.instance_path]
        if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
            steps.append(error.kind.property)
            if ".".join(steps) in filled:
                continue
        where = ".".join(steps) or sentence("The payload")
        found.append(sentence(MISFITS.get(error.kind.name, MISFIT), where=where))
    return found


def prepare(request: Request, station: Station, payload: dict[str, Any], *, asked_by: str, at: datetime) -> Prepared:
    """The request as its Command will keep it."""
    if request.prepare is None:
        return Prepared(payload)
    return request.prepare(station=station, payload=payload, asked_by=asked_by, at=at)
