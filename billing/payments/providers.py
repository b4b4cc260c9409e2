"""The payment providers by name."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from billing.payments.odengi import Odengi
from billing.payments.protocol import Provider
from billing.payments.sandbox import Sandbox
from billing.payments.stripe_pages import Stripe
from drivepower.core import switches
from drivepower.core.refusals import Refusal

PROVIDERS: dict[str, Provider] = {"sandbox": Sandbox(), "odengi": Odengi(), "stripe": Stripe()}

for name in PROVIDERS:
    switches.declare(
        switches.provider(name),
        format_lazy(_("Top-ups by {name}: nobody can begin one; what is paid already is credited."), name=name),
    )


def check_on(name: str) -> None:
    """Refusal payment_provider_error for a provider that is turned off; its open invoices are credited all the same."""
    if not switches.is_on(switches.provider(name)):
        raise Refusal("payment_provider_error", "Top-ups this way are off for now.", {"provider": name})
