"""Webhooks as tests make them, and what they hear."""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from drivepower.core import events, webhooks
from drivepower.core.models import Event, Webhook
from drivepower.core.tests.loopback import Heard, Receiver
from drivepower.core.tests.waiting import until

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FLEET, HOST = uuid.uuid4(), uuid.uuid4()


def hook(receiver: Receiver, *kinds: str, company: uuid.UUID | None = None, path: str = "hook") -> Webhook:
    return webhooks.make(
        name=path, url=f"http://{receiver.place}/{path}", kinds=kinds or ["*"], company=company, by="staff:1", at=NOON
    )


def record(kind: str = "session.settled", at: datetime = NOON, **more: Any) -> None:
    events.record(kind=kind, subject="session:1", payload={"cost": "12.50", "кто": "Аида"}, at=at, **more)


def fan_out(at: datetime = NOON) -> int:
    """As the sweep does, once nothing of other tests on this server counts as still being written."""
    until(lambda: Event.objects.settled().count() == Event.objects.ours().count())
    return webhooks.fan_out(at=at)


def told(at: datetime = NOON) -> dict[str, int]:
    """What the sweeps do at that time."""
    fan_out(at)
    return webhooks.deliver(now=lambda: at)


def kinds_heard(receiver: Receiver, path: str = "hook") -> list[str]:
    return [json.loads(heard.body)["type"] for heard in receiver.heard if heard.path == f"/{path}"]


def verified(heard: Heard, secret: str) -> bool:
    """As whoever receives it would, from the text of the standard alone."""
    signed = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
    key = base64.b64decode(secret.split("_", 1)[1])
    mine = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return f"v1,{mine}" in heard.headers["webhook-signature"].split(" ")
