"""Keeping a connector for somebody: asked of the station, answered, used by a Start, or over (OCPP 1.6, 5.13)."""

from charging.reservations.answers import RESERVED, note_answer, note_cancelled, note_status
from charging.reservations.asking import cancel, record, reserve
from charging.reservations.starts import at_connector, own, use
from charging.reservations.sweeping import sweep

__all__ = [
    "RESERVED",
    "at_connector",
    "cancel",
    "note_answer",
    "note_cancelled",
    "note_status",
    "own",
    "record",
    "reserve",
    "sweep",
    "use",
]
