"""What stations remember against what the tables hold: what was acknowledged must be there, once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from charging import clock
from charging.models import MeterReading, Session
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.faults.charger import Charger, Memory


@dataclass
class Balance:
    """Everything but `acknowledged`, `repeated` and `doubled` must be zero."""

    acknowledged: int = 0
    repeated: int = 0  # sent more than once, because an answer was lost
    doubled: int = 0  # stored more often than sent
    lost_frames: int = 0
    lost_starts: int = 0
    doubled_starts: int = 0
    lost_stops: int = 0
    lost_readings: int = 0
    refused: int = 0

    @property
    def is_even(self) -> bool:
        """Whether nothing was lost, refused or begun twice."""
        harmless = self.acknowledged + self.repeated + self.doubled
        return bool(sum(getattr(self, one.name) for one in fields(self)) == harmless)

    def __str__(self) -> str:
        return ", ".join(f"{one.name.replace('_', ' ')} {getattr(self, one.name)}" for one in fields(self))


def draw(chargers: Sequence[Charger]) -> Balance:
    """Compare every station's memory with the tables."""
    balance = Balance()
    for charger in chargers:
        _frames(balance, charger)
        _sessions(balance, charger)
        _readings(balance, charger.memory)
        balance.refused += len(charger.memory.refused)
    return balance


def _frames(balance: Balance, charger: Charger) -> None:
    memory = charger.memory
    ids = Frame.objects.filter(station=charger.site.station_id, direction="in", message_type=2)
    kept = Counter(ids.values_list("message_id", flat=True))
    balance.acknowledged += len(memory.acknowledged)
    balance.repeated += sum(times > 1 for times in memory.sent.values())
    balance.lost_frames += sum(not kept[message_id] for message_id in memory.acknowledged)
    balance.doubled += sum(kept[message_id] > times for message_id, times in memory.sent.items())


def _sessions(balance: Balance, charger: Charger) -> None:
    memory = charger.memory
    sessions = {int(one.ocpp_id): one for one in Session.objects.filter(station=charger.site.station_id)}
    told = set().union(*memory.starts.values())
    balance.lost_starts += len(told - sessions.keys())
    balance.doubled_starts += sum(len(answers) > 1 for answers in memory.starts.values()) + len(sessions.keys() - told)
    balance.lost_stops += sum(
        sessions[number].stopped_at is None or sessions[number].meter_stop_wh != register
        for number, register in memory.stops.items()
        if number in sessions
    )


def _readings(balance: Balance, memory: Memory) -> None:
    kept: Counter[tuple[Any, ...]] = Counter(
        MeterReading.objects.filter(session_key__in=memory.stops).values_list("session_key", "at", "value")
    )
    for transaction, at, value in memory.readings:
        balance.lost_readings += kept[transaction, clock.read(at), int(value)] != 1
