"""Webhooks as people make and change them; each has a secret that is shown once."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from drivepower.core.events import is_known
from drivepower.core.models import Webhook
from drivepower.core.outward import Unreachable, target_of
from drivepower.core.refusals import Refusal

PREFIX = "whsec_"
SECRET_BYTES = 32
# For so long after a change both secrets sign, so that whoever receives can change theirs in peace.
BOTH = timedelta(hours=24)
MOST_KINDS = 50


def make(*, name: str, url: str, kinds: Sequence[str], company: UUID | None, by: str, at: datetime) -> Webhook:
    """A webhook with a new secret, in its `secret`; refuses invalid_parameters."""
    check(url=url, kinds=kinds)
    return Webhook.objects.create(
        name=name, url=url, kinds=list(kinds), company=company, secret=new_secret(), made_by=by, made_at=at
    )


def change(*, webhook: Webhook, **said: Any) -> Webhook:
    """Change its name, url, kinds or is_active; refuses invalid_parameters."""
    check(url=said.get("url", webhook.url), kinds=said.get("kinds", webhook.kinds))
    for name, value in said.items():
        setattr(webhook, name, value)
    webhook.save(update_fields=list(said))
    return webhook


def check(*, url: str, kinds: Sequence[str]) -> None:
    """Refuse an address that we would never ask, and kinds that no event has."""
    try:
        target_of(url, allowed_hosts=settings.WEBHOOK_PRIVATE_HOSTS)
    except Unreachable as why:
        details = {"url": [f"Nothing is sent there: {why}."]}
        raise Refusal("invalid_parameters", "Nothing is sent to that address.", details) from why
    if not 1 <= len(kinds) <= MOST_KINDS or not all(map(is_known, kinds)):
        details = {"kinds": ["Name kinds like session.settled, session.* or *."]}
        raise Refusal("invalid_parameters", "Those are no kinds of events.", details)


def rotate(*, webhook: Webhook, at: datetime) -> str:
    """Give it a new secret, which is answered; for a day the one before signs too."""
    secret = new_secret()
    same = Webhook.objects.filter(pk=webhook.pk, secret=webhook.secret)
    if not same.update(secret=secret, previous_secret=webhook.secret, rotated_at=at):
        raise Refusal("webhook_changed", "Somebody has changed the secret this very moment.")
    return secret


def secrets_of(webhook: Webhook, *, at: datetime) -> list[str]:
    """Those that sign now, the newest first."""
    both = webhook.previous_secret and webhook.rotated_at and at < webhook.rotated_at + BOTH
    return [webhook.secret, webhook.previous_secret] if both else [webhook.secret]


def forget_previous_secrets(*, at: datetime) -> int:
    """Blank secrets that sign no longer; answers how many."""
    old = Webhook.objects.filter(rotated_at__lte=at - BOTH).exclude(previous_secret="")
    return old.update(previous_secret="")


def new_secret() -> str:
    """32 random bytes as Standard Webhooks write them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
