"""OCPP-J 1.6 frames: parsed, classified and written; knows no action, and no text makes it raise."""

import json
import math
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii
from typing import Any

import orjson

from drivepower.core.texts import storable

CALL, RESULT, ERROR = 2, 3, 4
# J 4.1.4: no id is longer; one that is too long is still echoed, so that the station can match the refusal.
LONGEST_ID = 36
# J Table 4: what comes longer is cut.
LONGEST_CODE, LONGEST_DESCRIPTION = 50, 255
# Deeper than anything that OCPP nests; what is below is dropped.
DEEPEST = 32
# Integers of more digits stay text: turning them into numbers costs quadratic time, and Python refuses 4,300.
MOST_DIGITS = 30

Id = str | int | float


@dataclass(slots=True)  # a frozen one takes twice as long to make
class Call:
    """A request: `[2, id, action, payload]`."""

    id: Id
    action: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """An answer: `[3, id, payload]`."""

    id: Id
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Error:
    """A refusal: `[4, id, code, description, details]`."""

    id: Id
    code: str
    description: str


@dataclass(frozen=True, slots=True)
class Faulty:
    """A CALL that cannot be heard but whose id could be read, so it is refused with this code of J Table 7."""

    id: Id
    reason: str
    code: str = "FormationViolation"


@dataclass(frozen=True, slots=True)
class Garbled:
    """An answer that cannot be understood but whose id could be read, so nobody need wait for it any longer."""

    id: Id
    kind: int
    reason: str


@dataclass(frozen=True, slots=True)
class Noise:
    """A text that holds nothing to answer."""

    reason: str


Frame = Call | Result | Error | Faulty | Garbled | Noise


def parse(text: str) -> Frame:
    """What a text frame says (J 4.2); a null payload is an empty one."""
    try:
        message = _read(text)
    except (ValueError, RecursionError):
        return Noise("not JSON")
    if not isinstance(message, list):
        return Noise("not an array")
    if len(message) < 2 or not _is_id(message[1]):
        return Noise("no message id")
    kind = message[0]
    if type(kind) is not int or kind not in (CALL, RESULT, ERROR):
        return Noise("unknown message type")
    if ("\\" in text and "\\u" in text) or text.count("[") + text.count("{") > DEEPEST:
        message[2:] = [_tame(part, DEEPEST) for part in message[2:]]
    if kind == CALL:
        return _call(message)
    return _result(message) if kind == RESULT else _error(message)


def _read(text: str) -> Any:
    """What a JSON text holds; raises ValueError or RecursionError.

    The fast reader refuses what is odd, and the careful one decides. Only a whole number beyond 64 bits goes through as
    a float: nothing in OCPP is one, except that an id must go back as it came.
    """
    try:
        message = orjson.loads(text)
    except ValueError:
        return DECODER.decode(text)
    is_rounded = isinstance(message, list) and len(message) > 1 and isinstance(message[1], float)
    return DECODER.decode(text) if is_rounded else message


def write_call(call_id: str, action: str, payload: dict[str, Any]) -> str:
    """The text of a request of ours."""
    return _dump([CALL, call_id, action, payload])


def write_result(call_id: Id, payload: dict[str, Any]) -> str:
    """The text of an answer."""
    if type(call_id) is str and not payload:  # what nearly every answer is
        return f"[3,{encode_basestring_ascii(call_id)},{{}}]"
    return _dump([RESULT, call_id, payload])


def write_error(call_id: Id, code: str, description: str) -> str:
    """The text of a refusal, with a code of J Table 7."""
    return _dump([ERROR, call_id, code, description, {}])


def message_type(frame: Frame) -> int | None:
    """Its number on the wire, as far as it could be told."""
    match frame:
        case Call() | Faulty():
            return CALL
        case Result():
            return RESULT
        case Error():
            return ERROR
        case Garbled():
            return frame.kind
    return None


def _call(message: list[Any]) -> Call | Faulty:
    call_id = message[1]
    if len(message) != 4:
        return Faulty(call_id, "a CALL has four elements")
    action, payload = message[2], _payload(message[3])
    if not isinstance(action, str):
        return Faulty(call_id, "the action is not a string")
    if payload is None:
        return Faulty(call_id, "the payload is not an object")
    if len(str(call_id)) > LONGEST_ID:
        return Faulty(call_id, "the message id is longer than 36 characters")
    return Call(call_id, action, payload)


def _result(message: list[Any]) -> Result | Garbled:
    payload = _payload(message[2]) if len(message) == 3 else None
    if payload is None:
        return Garbled(message[1], RESULT, "a CALLRESULT is its id and an object")
    return Result(message[1], payload)


def _error(message: list[Any]) -> Error | Garbled:
    # Some stations leave out empty description and details; the code is what matters.
    if not 3 <= len(message) <= 5 or not isinstance(message[2], str):
        return Garbled(message[1], ERROR, "a CALLERROR is its id, code, description and details")
    description = message[3] if len(message) > 3 and isinstance(message[3], str) else ""
    return Error(message[1], message[2][:LONGEST_CODE], description[:LONGEST_DESCRIPTION])


def _payload(value: Any) -> dict[str, Any] | None:
    if value is None:
        return {}
    return value if isinstance(value, dict) else None


def _tame(value: Any, depth: int) -> Any:
    """The same value, storable and no deeper than `depth`."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {_tame(name, 1): _tame(item, depth - 1) for name, item in value.items()} if depth else None
    if isinstance(value, list):
        return [_tame(item, depth - 1) for item in value] if depth else None
    return value


def _is_id(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= MOST_DIGITS else digits


def _number(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _dump(message: list[Any]) -> str:
    # Escaped, so that an id with a lone surrogate goes back as it came.
    return ENCODER.encode(message)


ENCODER = json.JSONEncoder(separators=(",", ":"))
DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_number, parse_constant=_constant)
