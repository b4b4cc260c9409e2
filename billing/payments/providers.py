"""The payment providers by name."""

from billing.payments.odengi import Odengi
from billing.payments.protocol import Provider
from billing.payments.sandbox import Sandbox
from billing.payments.stripe_pages import Stripe

PROVIDERS: dict[str, Provider] = {"sandbox": Sandbox(), "odengi": Odengi(), "stripe": Stripe()}
