"""Rows as COPY BINARY takes them, put together by hand: going through an adapter for each value takes twice as long.

Values that do not fit raise struct.error or UnicodeError, which is the entry's own fault (`database.is_about_data`).
"""

import struct
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.adapt import PyFormat

from ocpp_consumer.journal import facts

BEGINNING, END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
NULL, EMPTY = b"\xff\xff\xff\xff", bytes(4)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
A_DAY, A_SECOND = 86_400, 1_000_000

LENGTH = struct.Struct(">i").pack
SMALL = struct.Struct(">ih").pack
# The columns of fixed width that rows begin with, each behind its width; before all of them, how many columns come.
FRAME_HEAD = struct.Struct(">hiqiqiq").pack
FRAME_TAIL, FRAME_TAIL_WITHOUT_LATENCY = struct.Struct(">iiid").pack, struct.Struct(">iii").pack
READING_HEAD = struct.Struct(">hiqiiiqiiiq").pack
# How many digits of base 10,000, the power of the first one, the sign, the places, and the digits.
SHORT_NUMERIC, NUMERIC = struct.Struct(">ihhHhhh").pack, struct.Struct(">ihhHhhhh").pack
FRAME_COLUMNS, READING_COLUMNS = len(facts.Frame._fields), len(facts.Reading._fields)

number: Any = psycopg.adapters.get_dumper(Decimal, PyFormat.BINARY)(Decimal).dump


def copy(cursor: psycopg.Cursor[Any], statement: str, rows: Iterable[bytes]) -> None:
    """Carry out a COPY FROM STDIN (FORMAT BINARY)."""
    with cursor.copy(statement) as writer:
        writer.write(b"".join((BEGINNING, *rows, END)))


def frame(said: facts.Frame) -> bytes:
    """A frame's row."""
    station_id, epoch, received_at, direction, kind, message_id, action, text, error, session_key, latency = said
    words, named = text.encode(), message_id.encode()
    return b"".join(
        (
            FRAME_HEAD(FRAME_COLUMNS, 8, station_id, 8, epoch, 8, microseconds(received_at)),
            common(direction),
            NULL if kind is None else SMALL(2, kind),
            LENGTH(len(named)),
            named,
            common(action),
            LENGTH(len(words)),
            words,
            word(error),
            FRAME_TAIL_WITHOUT_LATENCY(4, session_key, -1)
            if latency is None
            else FRAME_TAIL(4, session_key, 8, latency),
        )
    )


def readings(read: facts.Readings) -> list[bytes]:
    """Rows of readings; in the order of their bytes they are in an order of keys, the same in every process."""
    session_key, station_id, connector, received_at, samples = read
    rows: list[bytes] = []
    at, head = None, b""
    for sample in samples:
        if sample.at is not at:  # those of one moment share it
            at = sample.at
            part, moment = microseconds(facts.filed_at(at, received_at=received_at)), microseconds(at)
            head = READING_HEAD(READING_COLUMNS, 8, part, 4, session_key, 8, station_id, 4, connector, 8, moment)
        said = kind_of_sample(sample.measurand, sample.phase, sample.location, sample.context, sample.unit)
        value = NULL if sample.value is None else numeric(sample.value)
        rows.append(b"".join((head, said, value, word(sample.raw))))
    return rows


def numeric(value: Decimal) -> bytes:
    """A numeric of no more than four places, which is one digit of base 10,000 behind the point."""
    scaled = int(value * 10_000)
    if 0 <= scaled < 10**8:
        return SHORT_NUMERIC(12, 2, 0, 0, 4, *divmod(scaled, 10_000))
    if 0 < scaled < 10**12:
        whole, places = divmod(scaled, 10_000)
        return NUMERIC(14, 3, 1, 0, 4, *divmod(whole, 10_000), places)
    return word_of(number(value))


def microseconds(at: datetime) -> int:
    """A timestamptz."""
    since = at - EPOCH
    return (since.days * A_DAY + since.seconds) * A_SECOND + since.microseconds


def word(text: str) -> bytes:
    """A text of any length."""
    return word_of(text.encode()) if text else EMPTY


def word_of(said: bytes | bytearray) -> bytes:
    """Bytes behind their number."""
    return LENGTH(len(said)) + said


# Stations say the same few of these over and over.
common = lru_cache(1024)(word)


@lru_cache(4096)
def kind_of_sample(*words: str) -> bytes:
    """What a sample says besides its value."""
    return b"".join(map(word, words))
