"""What meter values say (OCPP 1.6, 4.7 and 7.31 to 7.49): pure parsing, lenient, never raising on odd input."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from charging import clock
from drivepower.core.texts import storable

REGISTER = "Energy.Active.Import.Register"
POWER = "Power.Active.Import"
SOC = "SoC"

# Unit as sent, folded: (unit kept, factor, offset before the factor).
UNITS: Mapping[str, tuple[str, Decimal, Decimal]] = {
    folded: (unit, Decimal(factor), Decimal(offset))
    for folded, unit, factor, offset in (
        ("wh", "Wh", "1", "0"),
        ("kwh", "Wh", "1000", "0"),
        ("varh", "varh", "1", "0"),
        ("kvarh", "varh", "1000", "0"),
        ("w", "W", "1", "0"),
        ("kw", "W", "1000", "0"),
        ("va", "VA", "1", "0"),
        ("kva", "VA", "1000", "0"),
        ("var", "var", "1", "0"),
        ("kvar", "var", "1000", "0"),
        ("a", "A", "1", "0"),
        ("v", "V", "1", "0"),
        ("celsius", "Celsius", "1", "0"),
        ("celcius", "Celsius", "1", "0"),
        ("k", "Celsius", "1", "-273.15"),
        ("fahrenheit", "Celsius", "0.55555555555555555556", "-32"),
        ("percent", "Percent", "1", "0"),
        ("hertz", "Hertz", "1", "0"),
        ("hz", "Hertz", "1", "0"),
    )
}
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,2})?", re.ASCII)
# A column holds 16 digits before the point and 4 after it; an int4 column holds this much power.
WIDEST = Decimal(10) ** 16
STEP = Decimal("0.0001")
LONGEST_NUMBER = 40
MOST_POWER_W = 2**31 - 1
PHASES = ("L1", "L2", "L3")


@dataclass(frozen=True, slots=True)
class Sample:
    """One sampled value in its base unit (Wh, W, …); `raw` keeps the words of the station where they differ."""

    at: datetime
    measurand: str
    phase: str
    location: str
    context: str
    unit: str
    value: Decimal | None
    raw: str


@dataclass(frozen=True, slots=True)
class Summary:
    """How a session stands by its newest samples; what was not said is None, never 0."""

    energy_wh: int | None = None
    power_w: int | None = None
    soc: Decimal | None = None
    at: datetime | None = None


def parse(meter_value: object, *, received_at: datetime) -> list[Sample]:
    """The samples of a MeterValue list; what cannot be read as a number keeps its words and has no value."""
    return [
        sample(sampled, at=at)
        for entry in _objects(meter_value)
        for at in [clock.read(entry.get("timestamp")) or received_at]
        for sampled in _objects(entry.get("sampledValue"))
    ]


def sample(sampled: Mapping[str, Any], *, at: datetime) -> Sample:
    """One sampledValue with the defaults of the specification (7.43: an energy register in Wh at the outlet)."""
    measurand = _word(sampled, "measurand", 60) or REGISTER
    said_unit = _word(sampled, "unit", 20) or ("Wh" if measurand.startswith("Energy.Active") else "")
    said = sampled.get("value")
    unit, factor, offset = UNITS.get(said_unit.lower(), (said_unit, Decimal(1), Decimal(0)))
    number = None if _word(sampled, "format", 20) == "SignedData" else number_of(said)
    value = None if number is None else _fit((number + offset) * factor)
    words = _words(said)
    odd = value is None or unit != said_unit or "," in words
    return Sample(
        at=at,
        measurand=measurand,
        phase=_word(sampled, "phase", 10),
        location=_word(sampled, "location", 20) or "Outlet",
        context=_word(sampled, "context", 30) or "Sample.Periodic",
        unit=unit,
        value=value,
        raw=f"{words} {said_unit}".strip() if odd else "",
    )


def number_of(said: object) -> Decimal | None:
    """A plain decimal number, a comma taken for its point; None for anything else (NaN, hex, words, blobs)."""
    text = _words(said).strip()
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", "."))


def summary(samples: Sequence[Sample], *, meter_start_wh: int | None) -> Summary:
    """Energy since the start (Wh), power (W) and state of charge (%) by the newest samples that say them."""
    register = newest(samples, REGISTER)
    power = newest(samples, POWER)
    soc = newest(samples, SOC, additive=False)
    times = [found[0] for found in (register, power, soc) if found]
    return Summary(
        energy_wh=None
        if register is None or meter_start_wh is None
        else since_start(int(register[1]), meter_start_wh=meter_start_wh),
        power_w=int(power[1]) if power and abs(power[1]) <= MOST_POWER_W else None,
        soc=soc[1].quantize(Decimal("0.01")) if soc and 0 <= soc[1] <= 100 else None,
        at=max(times, default=None),
    )


def newest(samples: Sequence[Sample], measurand: str, *, additive: bool = True) -> tuple[datetime, Decimal] | None:
    """The newest value of a measurand and its time: at the outlet if it was measured there, over all phases."""
    told = [one for one in samples if one.measurand == measurand and one.value is not None]
    told = [one for one in told if one.location == "Outlet"] or told
    for at in sorted({one.at for one in told}, reverse=True):
        values = {one.phase: one.value for one in told if one.at == at and one.value is not None}
        value = total(values) if additive else values.get("", next(iter(values.values())))
        if value is not None:
            return at, value
    return None


def total(by_phase: Mapping[str, Decimal]) -> Decimal | None:
    """The value over all phases: as said, else the sum of L1 to L3, measured to neutral or not, never both."""
    if "" in by_phase:
        return by_phase[""]
    for names in (PHASES, tuple(f"{phase}-N" for phase in PHASES)):
        parts = [by_phase[name] for name in names if name in by_phase]
        if parts:
            return sum(parts, Decimal(0))
    return None


def since_start(register_wh: int, *, meter_start_wh: int) -> int:
    """Energy since the start in Wh, never below 0.

    A register far below the one at the start does not count on from it: some stations report a lifetime register at
    the start and a session's own in between. One that slipped back a little has delivered nothing yet.
    """
    if register_wh >= meter_start_wh:
        return register_wh - meter_start_wh
    return max(0, register_wh) if register_wh * 2 < meter_start_wh else 0


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return (item for item in items if isinstance(item, dict))


def _word(sampled: Mapping[str, Any], name: str, longest: int) -> str:
    value = sampled.get(name)
    return str(storable(value.strip()))[:longest] if isinstance(value, str) else ""


def _words(said: object) -> str:
    if isinstance(said, str):
        return str(storable(said))
    if isinstance(said, bool) or not isinstance(said, (int, float)) or abs(said) >= 10**LONGEST_NUMBER:
        return type(said).__name__
    return str(said)


def _fit(value: Decimal) -> Decimal | None:
    if abs(value) >= WIDEST:
        return None
    fitted = value.quantize(STEP)
    return fitted if abs(fitted) < WIDEST else None
