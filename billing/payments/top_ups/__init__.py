"""A wallet is filled: an invoice at a provider, and a credit only after our own question to it."""

from billing.payments.top_ups.asking import GRACE, WATCHED, check_on_hint, check_top_up
from billing.payments.top_ups.crediting import PAYMENT_ODD, credit
from billing.payments.top_ups.opening import LIFETIME, cancel_top_up, open_top_up, start_top_up
from billing.payments.top_ups.sweeping import sweep_top_ups, watch_credited

__all__ = [
    "GRACE",
    "LIFETIME",
    "PAYMENT_ODD",
    "WATCHED",
    "cancel_top_up",
    "check_on_hint",
    "check_top_up",
    "credit",
    "open_top_up",
    "start_top_up",
    "sweep_top_ups",
    "watch_credited",
]
