"""What `check --deploy` says of payments."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Info


def check_bank(*, app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Say which ways of filling a wallet are closed, because only the demo has their bank."""
    if settings.DEMO_MODE:
        return []
    closed = [name for name in ("PAYMENT_PROVIDER", "CARD_PROVIDER") if getattr(settings, name) == "sandbox"]
    sentence = "The setting {} is sandbox, whose bank opens with DEMO_MODE only: nobody can fill a wallet that way."
    return [Info(sentence.format(name), id="billing.I001") for name in closed]
