"""The payment providers by name."""

from billing.payments.protocol import Provider
from billing.payments.sandbox import Sandbox

PROVIDERS: dict[str, Provider] = {"sandbox": Sandbox()}
