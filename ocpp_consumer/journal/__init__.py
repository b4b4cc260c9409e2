"""Group commit: what all sockets of a process hear is stored in batches, and only then answered.

A table has one writing door: what is in `tables.py` is written here and nowhere else, and carries no foreign key.
"""

from ocpp_consumer.journal import facts
from ocpp_consumer.journal.patience import Unavailable
from ocpp_consumer.journal.writer import Journal

__all__ = ["Journal", "Unavailable", "facts"]
