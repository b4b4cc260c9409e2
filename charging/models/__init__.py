"""The story of a charge."""

from charging.models.readings import MeterReading, SessionMeter, StrayMessage
from charging.models.session import ARROWS, OPEN_STATES, Session
from charging.models.settlement import Settlement

__all__ = [
    "ARROWS",
    "OPEN_STATES",
    "MeterReading",
    "Session",
    "SessionMeter",
    "Settlement",
    "StrayMessage",
]
