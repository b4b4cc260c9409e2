"""Seeded mutations of valid frames, and what each must be answered with, told by a reading of our own."""

import json
import math
import random
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from ocpp_consumer.tests.faults import hostile

HOLE = "a hole for a literal"
LONGEST_ID = 36
SOFT = frozenset({"MeterValues", "StartTransaction", "StatusNotification", "StopTransaction"})
LONGEST_FRAME = 1024 * 1024
# One frame in so many is as heavy as can be: some, since each of them takes a second of its socket's time.
HEAVY_EVERY = 60


@dataclass(frozen=True)
class Mutated:
    """A text; if it is a CALL with an id that can be read, that id, its action, and whether it must be heard."""

    text: str
    is_call: bool = False
    id: Any = None
    action: Any = None
    must_be_heard: bool = False


class Mutator:
    """The same frames for the same seed."""

    def __init__(self, seed: str) -> None:
        self._chance = random.Random(seed)
        self._count = 0
        self.transaction = 1

    def frame(self) -> Mutated:
        """The next one; a tenth of them is left as it was."""
        self._count += 1
        action = self._chance.choice(list(hostile.VALID))
        payload = json.loads(json.dumps(hostile.VALID[action]).replace(str(hostile.TRANSACTION), str(self.transaction)))
        message: list[Any] = [2, f"m{self._count}", action, payload]
        for _ in range(self._chance.choice([0, 1, 1, 1, 1, 1, 2, 2, 3, 5])):
            change = self._chance.choice([self._value, self._value, self._value, self._field, self._envelope])
            change(message)
        if self._chance.randrange(HEAVY_EVERY) == 0:
            return read(self._heavy(action, payload))
        text = json.dumps(message, ensure_ascii=True)
        if HOLE in text:
            text = text.replace(f'"{HOLE}"', self._chance.choice(hostile.LITERALS))
        if self._chance.random() < 0.15:
            text = self._spoil(text)
        return read(text if len(text) <= LONGEST_FRAME else "[]")

    def _value(self, message: list[Any]) -> None:
        """Put something hostile in the place of a value, at any depth."""
        place: Any = message[-1]
        while isinstance(place, (dict, list)) and place:
            key = self._chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
            if not isinstance(place[key], (dict, list)) or not place[key] or self._chance.random() < 0.3:
                place[key] = HOLE if self._chance.random() < 0.1 else self._any(hostile.VALUES)
                return
            place = place[key]

    def _field(self, message: list[Any]) -> None:
        """Take a field away, or add one that nobody knows."""
        payload = message[-1]
        if not isinstance(payload, dict):
            return
        if payload and self._chance.random() < 0.5:
            del payload[self._chance.choice(list(payload))]
        else:
            name = self._chance.choice(["extra", "", "connectorid", "customData", "\x00", "x" * 300, "__proto__"])
            payload[name] = self._any(hostile.VALUES)

    def _envelope(self, message: list[Any]) -> None:
        """Change type, id, action, payload or length of the frame."""
        which = self._chance.randrange(6)
        if which < len(message) and which < 4:
            choices = (hostile.KINDS, hostile.IDS, hostile.ACTIONS, hostile.VALUES)[which]
            message[which] = self._any(choices)
        elif which == 4:
            message.append(self._any(hostile.VALUES))
        elif message:
            message.pop()

    def _heavy(self, action: str, payload: dict[str, Any]) -> str:
        """A frame with one huge value in it, or a huge text that is no frame."""
        if self._chance.random() < 0.3:
            return self._chance.choice(hostile.PUMPED)
        heavy = self._chance.choice([*hostile.HEAVY, *hostile.PUMPED])
        name = self._chance.choice([*(payload or ["extra"]), "meterValue", "data"])
        text = json.dumps([2, f"m{self._count}", action, {**payload, name: heavy}], separators=(",", ":"))
        return text if len(text) <= LONGEST_FRAME else self._chance.choice(hostile.PUMPED)

    def _any(self, choices: list[Any]) -> Any:
        """One of them, to be changed freely."""
        return deepcopy(self._chance.choice(choices))

    def _spoil(self, text: str) -> str:
        """Change the text itself."""
        if self._chance.random() < 0.2:
            return self._chance.choice(hostile.TEXTS)
        at = self._chance.randrange(len(text) + 1)
        letter = self._chance.choice(['"', "[", "]", "{", "}", ",", ":", "\\", "\x00", "\ufeff", " ", "9", "é", "\n"])
        cut = self._chance.choice([0, 0, 1, 5, len(text)])
        return text[:at] + self._chance.choice(["", letter]) + text[at + cut :]


def read(text: str) -> Mutated:
    """What a text is by J 4.2; what is nested too deep to read is taken for no JSON."""
    try:
        message = json.loads(text, parse_int=_integer, parse_float=_float, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return Mutated(text)
    if not isinstance(message, list) or len(message) < 2 or type(message[0]) is not int or message[0] != 2:
        return Mutated(text)
    if type(message[1]) not in (str, int, float):
        return Mutated(text)
    action = message[2] if len(message) > 2 else None
    is_whole = len(message) == 4 and isinstance(message[3], dict | None)
    fits = len(str(message[1])) <= LONGEST_ID
    must_be_heard = is_whole and fits and isinstance(action, str) and action in SOFT
    return Mutated(text, is_call=True, id=message[1], action=action, must_be_heard=must_be_heard)


def _integer(digits: str) -> Any:
    return int(digits) if len(digits) <= 30 else digits


def _float(digits: str) -> Any:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _refuse(name: str) -> Any:
    raise ValueError(name)
