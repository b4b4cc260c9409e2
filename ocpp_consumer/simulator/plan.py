"""The plan file: many stations in one JSON document.

    {"seed": 1,
     "stations": [
       {"identity": "DP-0001", "password": "<key, or null>",
        "vendor": "...", "model": "...", "serial": "...", "firmware": "...", "meter_interval": 5,
        "connectors": [{"number": 1, "type": "CCS2", "max_power_w": 60000}],
        "charge": {"id_tags": ["..."], "energy_wh": [3000, 20000], "pause_seconds": [20, 180]}}]}

Only `stations` and `identity` are needed. `charge` is null for a station that only waits to be started from afar;
otherwise drivers with one of the cards come again and again, draw an energy between the two (Wh) and leave a pause
between the two (seconds). Further keys of a station: `speed` (simulated seconds per real second, for energy),
`plug_seconds` (after a remote start; null: nobody plugs in), `unplug_seconds` (after a transaction; null: the car
stays) and `step_seconds` (of a reboot, a firmware update). Further keys of a connector: `curve` (dc, ac, constant;
by the type if absent) and `register_wh` (what the meter shows at first). The same seed plays the same drivers.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .spec import CURVES, ChargeSpec, ConnectorSpec, StationSpec

PLUG_SECONDS, UNPLUG_SECONDS = 3.0, 20.0
CONNECTOR_KEYS = {"number", "type", "max_power_w", "curve", "register_wh"}
CHARGE_KEYS = {"id_tags", "energy_wh", "pause_seconds"}
STATION_KEYS = {
    "identity", "password", "vendor", "model", "serial", "firmware", "meter_interval", "connectors", "charge",
    "speed", "plug_seconds", "unplug_seconds", "step_seconds",
}  # fmt: skip


class PlanError(ValueError):
    """The plan file cannot be used; the text says where and why."""


@dataclass(frozen=True)
class Plan:
    """The stations to play, and the seed of everything that is left to chance."""

    seed: str
    stations: tuple[StationSpec, ...]


class _Fields:
    """Reads the fields of one JSON object, and knows its place in the file."""

    def __init__(self, document: Any, *, place: str, known: set[str]) -> None:
        if not isinstance(document, dict):
            raise PlanError(f"{place}: an object is expected")
        for key in document:
            if key not in known:
                raise PlanError(f"{place}.{key}: there is no such key; known are {', '.join(sorted(known))}")
        self._document = document
        self.place = place

    def get(self, key: str) -> Any:
        """The raw value; None when absent."""
        return self._document.get(key)

    def text(self, key: str, default: str) -> str:
        """A text that is not empty."""
        value = self._document.get(key, default)
        if not isinstance(value, str) or not (value or default == ""):
            raise PlanError(f"{self.place}.{key}: a text is expected, not {value!r}")
        return value

    def whole(self, key: str, default: int, *, least: int) -> int:
        """A whole number of at least so much."""
        value = self._document.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise PlanError(f"{self.place}.{key}: a whole number of at least {least} is expected, not {value!r}")
        return value

    def number(self, key: str, default: float, *, above: float = -1.0) -> float:
        """A number that is larger than `above`."""
        value: Any = self._document.get(key, default)
        if not _is_number(value) or value <= above:
            raise PlanError(f"{self.place}.{key}: a number above {above:g} is expected, not {value!r}")
        return float(value)

    def seconds_or_never(self, key: str, default: float) -> float | None:
        """A time in seconds, or null."""
        return None if self._document.get(key, default) is None else self.number(key, default)

    def items(self, key: str) -> list[Any]:
        """A list that is not empty."""
        value = self._document.get(key)
        if not isinstance(value, list) or not value:
            raise PlanError(f"{self.place}.{key}: a list that is not empty is expected")
        return value

    def span(self, key: str, default: tuple[float, float]) -> tuple[float, float]:
        """Two numbers: from and to."""
        value = self._document.get(key, list(default))
        is_pair = isinstance(value, list) and len(value) == 2 and all(_is_number(part) for part in value)
        if not is_pair or not 0 <= value[0] <= value[1]:
            raise PlanError(f"{self.place}.{key}: two numbers [from, to] are expected, not {value!r}")
        return value[0], value[1]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def read_plan(path: Path) -> Plan:
    """Reads a plan file; PlanError with one sentence when it cannot be used."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise PlanError(f"{path}: it is not JSON: {error}") from error
    return parse_plan(document)


def parse_plan(document: Any) -> Plan:
    """Turns a decoded plan document into specs; PlanError with one sentence when it cannot be used."""
    fields = _Fields(document, place="plan", known={"seed", "stations"})
    stations = tuple(_station(item, f"stations[{n}]") for n, item in enumerate(fields.items("stations")))
    identities = [station.identity for station in stations]
    for identity in identities:
        if identities.count(identity) > 1:
            raise PlanError(f"stations: {identity} stands there more than once")
    return Plan(str(fields.get("seed") or ""), stations)


def _station(document: Any, place: str) -> StationSpec:
    fields = _Fields(document, place=place, known=STATION_KEYS)
    if fields.get("identity") is None:
        raise PlanError(f"{place}.identity: it is missing")
    usual = StationSpec(identity="-")
    listed = fields.items("connectors") if fields.get("connectors") is not None else [{}]
    connectors = tuple(_connector(item, f"{place}.connectors[{n}]", n + 1) for n, item in enumerate(listed))
    if len({connector.number for connector in connectors}) != len(connectors):
        raise PlanError(f"{place}.connectors: a number stands there more than once")
    return StationSpec(
        identity=fields.text("identity", "-"),
        password=None if fields.get("password") is None else fields.text("password", "-"),
        vendor=fields.text("vendor", usual.vendor),
        model=fields.text("model", usual.model),
        serial=fields.text("serial", ""),
        firmware=fields.text("firmware", ""),
        meter_interval=fields.number("meter_interval", usual.meter_interval, above=0),
        connectors=connectors,
        charge=_charge(fields.get("charge"), f"{place}.charge"),
        speed=fields.number("speed", usual.speed, above=0),
        plug_seconds=fields.seconds_or_never("plug_seconds", PLUG_SECONDS),
        unplug_seconds=fields.seconds_or_never("unplug_seconds", UNPLUG_SECONDS),
        step_seconds=fields.number("step_seconds", usual.step_seconds),
    )


def _connector(document: Any, place: str, number: int) -> ConnectorSpec:
    fields = _Fields(document, place=place, known=CONNECTOR_KEYS)
    curve = fields.text("curve", "")
    if curve and curve not in CURVES:
        raise PlanError(f"{place}.curve: one of {', '.join(CURVES)} is expected, not {curve!r}")
    return ConnectorSpec(
        number=fields.whole("number", number, least=1),
        type=fields.text("type", "Type2"),
        max_power_w=fields.whole("max_power_w", 22_000, least=1),
        curve=curve,
        register_wh=fields.whole("register_wh", 0, least=0),
    )


def _charge(document: Any, place: str) -> ChargeSpec | None:
    if document is None:
        return None
    fields = _Fields(document, place=place, known=CHARGE_KEYS)
    id_tags = fields.items("id_tags")
    if not all(isinstance(tag, str) and 0 < len(tag) <= 20 for tag in id_tags):
        raise PlanError(f"{place}.id_tags: texts of 1 to 20 characters are expected")
    least, most = fields.span("energy_wh", (3_000, 20_000))
    if least < 1:
        raise PlanError(f"{place}.energy_wh: at least 1 Wh is expected")
    return ChargeSpec(
        id_tags=tuple(id_tags),
        energy_wh=(int(least), int(most)),
        pause_seconds=fields.span("pause_seconds", (20.0, 180.0)),
    )
