"""Cards, starts, stops and meters in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from charging import metering
from charging.metering import Sample
from ocpp_consumer.v16.decoded.parts import (
    Payload,
    Said,
    clean,
    connector,
    energy,
    entries,
    entry,
    figure,
    moment,
    tag,
    text,
    texts,
    transaction,
)
from ocpp_consumer.v16.words import whole

MOST_ENTRIES, MOST_VALUES = 3, 60
MOST_OTHERS = 6
OUTLET = "Outlet"
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
UNITS = {"Percent": "%", "Celsius": "°C", "Hertz": "Hz"}


def authorize(said: Payload, zone: ZoneInfo) -> list[str]:
    """Whether a tag may charge."""
    return [tag(said)]


def start(said: Payload, zone: ZoneInfo) -> list[str]:
    """Where, whose, from which reading, when."""
    begun = energy(whole(dict(said), "meterStart"))
    meter = _("meter %(reading)s") % {"reading": begun} if begun else ""
    return [connector(said), tag(said), meter, moment(said, "timestamp", zone)]


def stop(said: Payload, zone: ZoneInfo) -> list[str]:
    """Which, why, at which reading, when."""
    ended, reason = energy(whole(dict(said), "meterStop")), text(said, "reason")
    meter = _("meter %(reading)s") % {"reading": ended} if ended else ""
    because = _("reason %(reason)s") % {"reason": reason} if reason else ""
    return [transaction(said), because, meter, tag(said), moment(said, "timestamp", zone)]


def meter_values(said: Payload, zone: ZoneInfo) -> list[str]:
    """Energy, power and charge of the newest samples, then what else was measured."""
    return [*measured(said), connector(said), transaction(said)]


def measured(said: Payload) -> list[str]:
    """What the newest samples say."""
    return in_words(sorted(metering.parse(newest(said), received_at=UNDATED), key=lambda sample: sample.at))


def in_words(samples: Iterable[Sample]) -> list[str]:
    """The last of each kind: first what is billed and shown, at the outlet where that was measured."""
    found = {(one.measurand, one.phase, one.location): one for one in samples}
    keys = [key for name in FIRST if (key := whole_of(name, found))]
    told = [quantity(found.pop(key)) for key in keys]
    others = [f"{named(one)} {quantity(one)}" for one in found.values()]
    return [*told, *others[:MOST_OTHERS], left_off(others)]


def newest(said: Payload) -> list[Payload]:
    """The entries that can be the newest: of very long messages both ends, for some are told backwards."""
    told = entries(said, "meterValue")
    if len(told) > 2 * MOST_ENTRIES:
        told = [*told[:MOST_ENTRIES], *told[-MOST_ENTRIES:]]
    return [{**one, "sampledValue": entries(one, "sampledValue")[:MOST_VALUES]} for one in told]


def whole_of(name: str, found: Mapping[tuple[str, str, str], Sample]) -> tuple[str, str, str] | None:
    """Where the value over all phases stands that bills count: at the outlet, else wherever there is one."""
    keys = [key for key in found if key[:2] == (name, "")]
    return next((key for key in keys if key[2] == OUTLET), keys[0] if keys else None)


def named(sample: Sample) -> str:
    """What was measured, in which phase, and where, if that is not the outlet."""
    place = "" if sample.location == OUTLET else clean(sample.location)
    return " ".join(filter(None, [clean(sample.measurand), clean(sample.phase), place]))


def left_off(others: Sequence[str]) -> str:
    """How many more there are."""
    more = len(others) - MOST_OTHERS
    return _("%(count)s more values") % {"count": more} if more > 0 else ""


def quantity(sample: Sample) -> str:
    """A value with its unit, in thousands where those are usual."""
    if sample.value is None:
        return sample.raw[:40]
    if sample.unit in ("Wh", "W"):
        return f"{figure(sample.value / 1000, 2)} k{sample.unit}"
    return f"{figure(sample.value, 2)} {UNITS.get(sample.unit, sample.unit)}".strip()


def info(said: Payload, zone: ZoneInfo) -> list[str]:
    """What was said of a tag, and the transaction that was made."""
    about = entry(said, "idTagInfo")
    parent = text(about, "parentIdTag")
    group = _("group %(tag)s") % {"tag": parent} if parent else ""
    until = moment(about, "expiryDate", zone)
    expiry = _("valid until %(time)s") % {"time": until} if until else ""
    return [*texts(about, "status"), transaction(said), group, expiry]


FIRST = (metering.REGISTER, metering.INTERVAL, metering.POWER, metering.SOC)
CALLS: Mapping[str, Said] = {
    "Authorize": authorize,
    "MeterValues": meter_values,
    "StartTransaction": start,
    "StopTransaction": stop,
}
ANSWERS: Mapping[str, Said] = {"Authorize": info, "StartTransaction": info, "StopTransaction": info}
