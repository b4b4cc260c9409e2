"""What stations note when they are asked to start: which command it was, and when it came."""

import json
import time
from collections.abc import Sequence

from bench import frames
from bench.station import Station
from bench.wire import frame


def listen(stations: Sequence[Station]) -> list[str]:
    """Have stations refuse what they are asked; the list fills with "tag time", the time in seconds of the epoch."""
    told: list[str] = []
    for station in stations:
        station.socket.called = Refuser(station, told)
    return told


class Refuser:
    """Answers a CALL with Rejected and notes the tag in it."""

    def __init__(self, station: Station, told: list[str]) -> None:
        self.station = station
        self.told = told

    def __call__(self, text: bytes) -> None:
        """Note it first: the frame is on the wire."""
        at = time.time()
        _, message_id, _, payload = json.loads(text)
        self.told.append(f"{payload.get('idTag', '')} {at:.6f}")
        self.station.socket.transport.write(frame(frames.REJECTED % message_id.encode()))
