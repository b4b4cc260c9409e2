"""What a journal takes: plain rows, their fields in the order of the columns."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from charging.clock import DAWN
from charging.metering import Sample

# A sample from before our time or from the future is filed here, so that no clock can make partitions.
ODD = datetime(1970, 1, 1, tzinfo=UTC)
A_DAY = timedelta(days=1)


class Frame(NamedTuple):
    """One frame, one way; its text is masked already."""

    station_id: int
    epoch: int
    received_at: datetime
    direction: str
    message_type: int | None
    message_id: str
    action: str
    text: str
    error: str = ""
    session_key: int = 0
    latency_ms: float | None = None


class Seen(NamedTuple):
    """A station spoke; `boot` is the JSON of its BootNotification's fields, `boots` 1 if it booted."""

    station_id: int
    last_frame_at: datetime
    last_heartbeat_at: datetime | None = None
    booted_at: datetime | None = None
    boot: str = "{}"
    boots: int = 0


class Status(NamedTuple):
    """A connector said how it is."""

    station_id: int
    number: int
    status: str
    error_code: str
    info: str
    vendor_id: str
    vendor_error_code: str
    effective_at: datetime
    received_at: datetime


class Readings(NamedTuple):
    """What one frame says was measured, for one session; session 0 means none. Its rows are made when it is stored."""

    session_key: int
    station_id: int
    number: int
    received_at: datetime
    samples: Sequence[Sample]


class Reading(NamedTuple):
    """One sampled value as a row."""

    part_at: datetime
    session_key: int
    station_id: int
    number: int
    at: datetime
    measurand: str
    phase: str
    location: str
    context: str
    unit: str
    value: Decimal | None
    raw: str


class Attribution(NamedTuple):
    """A session is known now to which readings of its connector belong that were stored without one."""

    session_id: int
    station_id: int
    number: int
    since: datetime
    until: datetime


class Meter(NamedTuple):
    """How a session stands by new readings (Wh, W, %), or by the limits thread; None leaves what is there."""

    session_id: int
    energy_wh: int | None = None
    power_w: int | None = None
    soc: Decimal | None = None
    last_reading_at: datetime | None = None
    running_cost: Decimal | None = None
    cost_at: datetime | None = None


Fact = Frame | Seen | Status | Readings | Attribution | Meter


def reading(sample: Sample, read: Readings) -> Reading:
    """A sample as a row."""
    return Reading(
        filed_at(sample.at, received_at=read.received_at),
        read.session_key,
        read.station_id,
        read.number,
        sample.at,
        sample.measurand,
        sample.phase,
        sample.location,
        sample.context,
        sample.unit,
        sample.value,
        sample.raw,
    )


def filed_at(at: datetime, *, received_at: datetime) -> datetime:
    """By which time a sample is filed."""
    return at if DAWN <= at < received_at + A_DAY else ODD


def bare(frame: Frame, *, error: str) -> Frame:
    """A frame whose facts could not be stored: its words alone, as PostgreSQL takes any text."""
    return frame._replace(
        text=plain(frame.text),
        action=plain(frame.action),
        message_id=plain(frame.message_id),
        error=plain(error)[:200],
        session_key=0,
    )


def plain(text: str) -> str:
    """A text with what PostgreSQL refuses (NUL, lone surrogates) replaced by marks."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
