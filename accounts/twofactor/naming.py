"""What the library's models are called on our pages: its own names are no words that a catalogue could translate."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

# One, and many, of them.
MODELS: dict[type[models.Model], tuple[Any, Any]] = {
    StaticDevice: (_("recovery codes"), _("recovery codes")),
    StaticToken: (_("recovery code"), _("recovery codes")),
    TOTPDevice: (_("second factor"), _("second factors")),
}
COLUMNS: dict[str, Any] = {
    "confirmed": _("confirmed"),
    "created_at": _("created"),
    "device": _("second factor"),
    "digits": _("digits"),
    "drift": _("drift"),
    "key": _("key"),
    "last_t": _("last code"),
    "last_used_at": _("last used"),
    "name": _("name"),
    "step": _("step, s"),
    "t0": _("beginning of the count"),
    "throttling_failure_count": _("failed tries"),
    "throttling_failure_timestamp": _("last failed try"),
    "token": _("code"),
    "tolerance": _("tolerance, codes"),
    "user": _("person"),
}


def name_models() -> None:
    """Give them our names; their migrations see none of it."""
    for model, names in MODELS.items():
        model._meta.verbose_name, model._meta.verbose_name_plural = names
        for field in model._meta.concrete_fields:
            if field.name in COLUMNS:
                field.verbose_name = COLUMNS[field.name]
