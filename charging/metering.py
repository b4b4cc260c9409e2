"""What meter values say (OCPP 1.6, 4.7 and 7.31 to 7.49): pure parsing, lenient, never raising on odd input."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from charging import clock
from drivepower.core.texts import storable

REGISTER = "Energy.Active.Import.Register"
INTERVAL = "Energy.Active.Import.Interval"
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
CENT = Decimal("0.01")
# Digits and one point, no longer than this, with no more than four digits after it, need no further look.
SHORT, PLACES = 15, 4
# A network's stations say the same few kinds of samples over and over: what a kind means is worked out once. What
# makes kinds without end, or long ones, is worked out each time and not kept.
MOST_KINDS, LONGEST_KIND = 4096, 200
MOST_POWER_W = 2**31 - 1
PHASES = ("L1", "L2", "L3")


@dataclass(slots=True)  # frozen ones take three times as long to make, and these are made by the million
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


@dataclass(slots=True)
class Summary:
    """How a session stands by its newest samples; what was not said is None, never 0."""

    energy_wh: int | None = None
    power_w: int | None = None
    soc: Decimal | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What a sample says besides its value, with the defaults of the specification filled in."""

    measurand: str
    phase: str
    location: str
    context: str
    said_unit: str
    unit: str
    factor: Decimal
    offset: Decimal
    is_signed: bool
    is_converted: bool
    is_base: bool


KINDS: dict[tuple[object, ...], Kind] = {}


def parse(meter_value: object, *, received_at: datetime) -> list[Sample]:
    """The samples of a MeterValue list; what cannot be read as a number keeps its words and has no value."""
    found: list[Sample] = []
    for entry in _objects(meter_value):
        at = clock.read(entry.get("timestamp")) or received_at
        found += [sample(sampled, at=at) for sampled in _objects(entry.get("sampledValue"))]
    return found


def sample(sampled: Mapping[str, Any], *, at: datetime) -> Sample:
    """One sampledValue with the defaults of the specification (7.43: an energy register in Wh at the outlet)."""
    word = sampled.get
    try:  # what `kind_of` looks for first, without the way there
        kind = KINDS[word("measurand"), word("unit"), word("phase"), word("location"), word("context"), word("format")]
    except (KeyError, TypeError):
        kind = kind_of(sampled)
    said = word("value")
    if kind.is_base and type(said) is str and _is_plain(said):
        return Sample(at, kind.measurand, kind.phase, kind.location, kind.context, kind.unit, Decimal(said), "")
    number = None if kind.is_signed else number_of(said)
    value = None if number is None else _fit((number + kind.offset) * kind.factor)
    words = _words(said)
    odd = value is None or kind.is_converted or "," in words
    raw = f"{words} {kind.said_unit}".strip() if odd else ""
    return Sample(at, kind.measurand, kind.phase, kind.location, kind.context, kind.unit, value, raw)


def kind_of(sampled: Mapping[str, Any]) -> Kind:
    """What is said besides the value, worked out, and kept for the next sample of the kind."""
    word = sampled.get
    key = (word("measurand"), word("unit"), word("phase"), word("location"), word("context"), word("format"))
    kind = _kind(sampled)
    is_common = all(word is None or isinstance(word, str) for word in key)
    if is_common and len(KINDS) < MOST_KINDS and len(repr(key)) <= LONGEST_KIND:
        KINDS[key] = kind
    return kind


def _kind(sampled: Mapping[str, Any]) -> Kind:
    measurand = _word(sampled, "measurand", 60) or REGISTER
    said_unit = _word(sampled, "unit", 20)
    meant = said_unit or ("Wh" if measurand.startswith("Energy.Active") else "")
    unit, factor, offset = UNITS.get(meant.lower(), (meant, Decimal(1), Decimal(0)))
    is_signed = _word(sampled, "format", 20) == "SignedData"
    return Kind(
        measurand=measurand,
        phase=_word(sampled, "phase", 10),
        location=_word(sampled, "location", 20) or "Outlet",
        context=_word(sampled, "context", 30) or "Sample.Periodic",
        said_unit=said_unit,
        unit=unit,
        factor=factor,
        offset=offset,
        is_signed=is_signed,
        is_converted=unit != meant,
        is_base=unit == meant and factor == 1 and not offset and not is_signed,
    )


def _is_plain(said: str) -> bool:
    """Whether a text is a number that fits its column as it stands, by the cheapest look that can tell."""
    if len(said) > SHORT or not said.isascii():
        return False
    if said.isdigit():
        return True
    whole, _, places = said.partition(".")
    return len(places) <= PLACES and (whole + places).isdigit()


def number_of(said: object) -> Decimal | None:
    """A plain decimal number, a comma taken for its point; None for anything else (NaN, hex, words, blobs)."""
    text = _words(said).strip()
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", "."))


def summary(samples: Sequence[Sample], *, meter_start_wh: int | None) -> Summary:
    """Energy since the start (Wh), power (W) and state of charge (%) by the newest samples that say them."""
    told: dict[str, list[Sample]] = {REGISTER: [], POWER: [], SOC: []}
    for one in samples:
        if one.measurand in told and one.value is not None:
            told[one.measurand].append(one)
    found = Summary()
    if register := newest(told[REGISTER]):
        found.at, register_wh = register[0], int(register[1])
        if meter_start_wh is not None:
            found.energy_wh = since_start(register_wh, meter_start_wh=meter_start_wh)
    if power := newest(told[POWER]):
        found.at, watts = max(found.at or power[0], power[0]), int(power[1])
        found.power_w = watts if abs(watts) <= MOST_POWER_W else None
    if soc := newest(told[SOC], additive=False):
        found.at, percent = max(found.at or soc[0], soc[0]), soc[1]
        found.soc = percent.quantize(CENT) if 0 <= percent <= 100 else None
    return found


def newest(told: Sequence[Sample], *, additive: bool = True) -> tuple[datetime, Decimal] | None:
    """The newest value of one measurand and its time: at the outlet if it was measured there, over all phases."""
    if len(told) == 1 and told[0].value is not None and not told[0].phase:
        return told[0].at, told[0].value
    if not told:
        return None
    told = [one for one in told if one.location == "Outlet"] or told
    for at in sorted({one.at for one in told}, reverse=True):
        values = {one.phase: one.value for one in told if one.at == at and one.value is not None}
        value = total(values) if additive else values.get("", next(iter(values.values())))
        if value is not None:
            return at, value
    return None


def registers(samples: Sequence[Sample]) -> list[tuple[datetime, int]]:
    """The energy registers at the outlet over all phases, each (time, Wh) in order of time."""
    by_time: dict[datetime, dict[str, Decimal]] = {}
    for one in samples:
        if one.measurand == REGISTER and one.value is not None and one.location == "Outlet":
            by_time.setdefault(one.at, {})[one.phase] = one.value
    found = ((at, total(by_time[at])) for at in sorted(by_time))
    return [(at, int(value)) for at, value in found if value is not None]


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


def _objects(value: object) -> list[Mapping[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


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
