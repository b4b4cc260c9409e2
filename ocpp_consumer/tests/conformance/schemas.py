"""The JSON schemas of OCPP 1.6, read once more by the suite itself: every frame from us must obey them."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

FOLDER = files("ocpp") / "v16" / "schemas"
# J Table 7, spelt as it is there.
ERROR_CODES = frozenset(
    {
        "NotImplemented",
        "NotSupported",
        "InternalError",
        "ProtocolError",
        "SecurityError",
        "FormationViolation",
        "PropertyConstraintViolation",
        "OccurenceConstraintViolation",
        "TypeConstraintViolation",
        "GenericError",
    }
)


@cache
def validator(name: str) -> Any:
    """The compiled schema of a request (`Reset`) or of an answer (`ResetResponse`)."""
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8-sig")
    return jsonschema_rs.validator_for(json.loads(text), validate_formats=True)


def check(name: str, payload: Any) -> None:
    """Fail with what is wrong with a payload, if anything is."""
    problems = [f"{error.instance_path}: {error.message}" for error in validator(name).iter_errors(payload)]
    assert not problems, f"{name} breaks its schema: {problems} in {payload}"
