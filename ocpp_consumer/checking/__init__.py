"""Run a check: is it there, does it speak, what is it set to, is its clock right, and what is to be done next."""

from ocpp_consumer.checking.asking import begin, last_of
from ocpp_consumer.checking.reading import Check, read
from ocpp_consumer.checking.verdicts import Verdict, unreachable

__all__ = ["Check", "Verdict", "begin", "last_of", "read", "unreachable"]
