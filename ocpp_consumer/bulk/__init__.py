"""Jobs over many stations: begun by a person who means it, told to the others, carried out in waves at their pace."""

from ocpp_consumer.bulk.beginning import ALERT, MOST_STATIONS, REMEMBERED, UNCONFIRMED, begin
from ocpp_consumer.bulk.ending import HALTED, resume, retry, stop
from ocpp_consumer.bulk.going_on import LOOKED_AT, go_on
from ocpp_consumer.bulk.preview import Preview, foresee
from ocpp_consumer.bulk.progress import progress
from ocpp_consumer.bulk.wishes import is_dangerous

__all__ = [
    "ALERT",
    "HALTED",
    "LOOKED_AT",
    "MOST_STATIONS",
    "REMEMBERED",
    "UNCONFIRMED",
    "Preview",
    "begin",
    "foresee",
    "go_on",
    "is_dangerous",
    "progress",
    "resume",
    "retry",
    "stop",
]
