"""The JSON schemas of OCPP 1.6 that the `ocpp` package ships, and what a payload that breaks one is answered with."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import jsonschema_rs

FOLDER = files("ocpp") / "v16" / "schemas"
# Every request of 1.6 and its security whitepaper, from either side.
KNOWN = frozenset(
    name.removesuffix(".json")
    for name in (file.name for file in FOLDER.iterdir())
    if name.endswith(".json") and not name.endswith("Response.json")
)
# Stations send longer serials, extra fields and local times: noted, never refused.
TOLERATED = frozenset({"additionalProperties", "maxLength", "format"})
# So many entries of a list are asked for everything that is wrong with them.
LOOKED_AT = 50
# J Table 7; one r in Occurence is how the specification spells it (JE 5.1).
CODES = {
    "type": "TypeConstraintViolation",
    "required": "OccurenceConstraintViolation",
    "minItems": "OccurenceConstraintViolation",
    "maxItems": "OccurenceConstraintViolation",
}


class Problem(NamedTuple):
    """Where a payload breaks its schema: the code to refuse it with, if it is refused, and where and how."""

    code: str
    text: str
    is_tolerable: bool


@cache
def validator(action: str) -> Any:
    """The compiled schema of a request."""
    return jsonschema_rs.validator_for(json.loads((FOLDER / f"{action}.json").read_text(encoding="utf-8-sig")))


def problem(action: str, payload: dict[str, Any], *, lenient: frozenset[str]) -> Problem | None:
    """The worst that is wrong with a request's payload; None if nothing is. Never quotes a value: it may be secret.

    What is wrong with a `lenient` field does no harm.
    """
    schema = validator(action)
    try:
        if schema.is_valid(payload):
            return None
        found = [_problem(error, lenient) for error in schema.iter_errors(_shortened(payload))]
        if not found:
            schema.validate(payload)
    except jsonschema_rs.ValidationError as error:  # far behind in a long list
        return _problem(error, lenient)
    except ValueError:
        return Problem("FormationViolation", "the payload cannot be validated", is_tolerable=False)
    return min(found, key=lambda one: one.is_tolerable)


def _shortened(value: Any) -> Any:
    """The same with its lists cut: each of very many entries may be wrong, and one such says what is to be said."""
    if isinstance(value, dict):
        return {name: _shortened(item) for name, item in value.items()}
    return [_shortened(item) for item in value[:LOOKED_AT]] if isinstance(value, list) else value


def _problem(error: jsonschema_rs.ValidationError, lenient: frozenset[str]) -> Problem:
    broken = error.kind.name
    path = [str(step) for step in error.instance_path]
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        path.append(error.kind.property)
    where = ".".join(path) or "payload"
    code = CODES.get(broken, "PropertyConstraintViolation")
    return Problem(code, f"{where}: {broken}"[:120], is_tolerable=broken in TOLERATED or where in lenient)
