"""Signatures of Standard Webhooks: HMAC-SHA256 over id, time and body, one by each secret."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from drivepower.core.webhooks.keeping import PREFIX


def headers_for(*, message: str, body: bytes, secrets: Iterable[str], at: datetime) -> dict[str, str]:
    """The three headers of a message that is sent now."""
    time = str(int(at.timestamp()))
    said = b".".join([message.encode(), time.encode(), body])
    return {
        "webhook-id": message,
        "webhook-timestamp": time,
        "webhook-signature": " ".join(f"v1,{signature(said, secret)}" for secret in secrets),
    }


def signature(said: bytes, secret: str) -> str:
    """What one secret makes of it, in base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
