"""Simulated OCPP 1.6J stations for demos, tests and load, on the client side of the `ocpp` library.

They need neither Django nor a database, and share no code with the central system that they test.
"""

from .backoff import Backoff
from .battery import Battery
from .link import BadAnswerError, OfflineError
from .memory import Memory
from .plan import Plan, PlanError, parse_plan, read_plan
from .spec import ChargeSpec, ConnectorSpec, StationSpec
from .station import RefusedError, Station
from .transaction import Transaction
from .voice import Voice

__all__ = [
    "Backoff",
    "BadAnswerError",
    "Battery",
    "ChargeSpec",
    "ConnectorSpec",
    "Memory",
    "OfflineError",
    "Plan",
    "PlanError",
    "RefusedError",
    "Station",
    "StationSpec",
    "Transaction",
    "Voice",
    "parse_plan",
    "read_plan",
]
