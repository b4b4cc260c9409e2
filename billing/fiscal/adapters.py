"""The cash registers by name; FISCAL_ADAPTER names the one that new receipts go to, or none."""

from billing.fiscal.protocol import Adapter
from billing.fiscal.sandbox import Sandbox

ADAPTERS: dict[str, Adapter] = {"sandbox": Sandbox()}
