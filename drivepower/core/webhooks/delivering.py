"""Deliveries on their way: each webhook's in their order, several webhooks at a time, so that a slow one keeps none."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import F, Min
from rest_framework.utils.encoders import JSONEncoder

from drivepower.core import outward
from drivepower.core.alerts import closed_by_people, open_alert, resolve_alert
from drivepower.core.alone import alone
from drivepower.core.models import Delivery, Event, Webhook
from drivepower.core.webhooks.keeping import secrets_of
from drivepower.core.webhooks.signing import headers_for

# After each failure so long until the next try: together three days, then it is given up.
LADDER = [timedelta(seconds=5 * 4**step) for step in range(7)] + [timedelta(hours=8)] * 8
# What whoever dies with it keeps from the others.
LEASE = timedelta(seconds=60)
FAILING = closed_by_people("webhook_failing")
# A person is told of what has failed for longer.
PATIENCE = timedelta(minutes=10)
HOOKS_AT_ONCE = 4
# A webhook's turn, and all of a run: what was begun then takes seconds more, and a task may take two minutes.
TURN_SECONDS, RUN_SECONDS = 10.0, 60.0
GONE = 410

State = Delivery.State
Clock = Callable[[], datetime]
log = structlog.stdlib.get_logger(__name__)


def deliver(*, now: Clock) -> dict[str, int]:
    """Send what is due, who waits longest first; answers how many were done, put off or given up.

    `now` is asked again for each: one run takes up to a minute.
    """
    due = Delivery.objects.filter(state=State.WAITING, next_at__lte=now(), webhook__is_active=True)
    waiting = due.order_by().values_list("webhook_id").annotate(since=Min("next_at")).order_by("since")
    hooks = [webhook_id for webhook_id, _ in waiting]
    did: dict[str, int] = {}
    with ThreadPoolExecutor(HOOKS_AT_ONCE) as pool:
        for ended in pool.map(partial(send_to, now=now, until=time.monotonic() + RUN_SECONDS), hooks):
            for name in ended:
                did[name] = did.get(name, 0) + 1
    return did


def send_to(webhook_id: int, *, now: Clock, until: float) -> list[str]:
    """Send a webhook what is due, until one does not arrive, its turn is over or the run; answers what became of each.

    Nothing where another worker sends to it, so that what it is told keeps its order.
    """
    until = min(until, time.monotonic() + TURN_SECONDS)
    if time.monotonic() >= until:
        return []
    try:
        with alone(f"webhook {webhook_id}") as is_ours:
            return send_due(webhook_id, now=now, until=until) if is_ours else []
    finally:
        connection.close()


def send_due(webhook_id: int, *, now: Clock, until: float) -> list[str]:
    """The same, by the one who may."""
    ended: list[str] = []
    while time.monotonic() < until and (found := claim(webhook_id, at=now())):
        ended.append(attempt(found, at=now()))
        if ended[-1] != State.DONE:
            break
    return ended


def claim(webhook_id: int, *, at: datetime) -> Delivery | None:
    """The next one that is due, taken for a minute; None where nothing is."""
    due = Delivery.objects.filter(webhook=webhook_id, state=State.WAITING, next_at__lte=at)
    for found in due.select_related("webhook", "event").order_by("next_at", "id")[:10]:
        mine = due.filter(pk=found.pk, next_at=found.next_at)
        if mine.update(next_at=at + LEASE, last_at=at, attempts=F("attempts") + 1):
            found.next_at, found.attempts = at + LEASE, found.attempts + 1
            return found
    return None


def attempt(delivery: Delivery, *, at: datetime) -> str:
    """Send one and write what became of it; answers that."""
    webhook, body = delivery.webhook, body_of(delivery.event, reader=delivery.webhook.company)
    signed = headers_for(message=str(delivery.event.public_id), body=body, secrets=secrets_of(webhook, at=at), at=at)
    said = {"Content-Type": "application/json", "User-Agent": "DrivePower-Webhooks/1", **signed}
    status, why = None, ""
    try:
        status = outward.post(
            url=webhook.url, body=body, headers=said, allowed_hosts=settings.WEBHOOK_PRIVATE_HOSTS
        ).status
    except outward.Unreachable as trouble:
        why = str(trouble)[:200]
    if status is not None and 200 <= status < 300:
        return arrived(delivery, status, at=at)
    return put_off(delivery, status, why or f"It answered {status}.", at=at)


def body_of(event: Event, *, reader: UUID | None) -> bytes:
    """An event as it is told outside (Standard Webhooks: type, timestamp, data), the same text every time.

    `reader`: the company that is told, by its public id; who charged is told to the driver's own company alone.
    """
    data: dict[str, Any] = {
        "id": f"{event.transaction}-{event.pk}",
        "event_id": event.public_id,
        "kind": event.kind,
        "subject": event.subject,
        "station_id": event.station,
        "location_id": event.location,
        "client_id": event.driver if reader in (None, event.company) else None,
        "payload": event.payload,
        "at": event.at,
    }
    told = {"type": event.kind, "timestamp": event.at, "data": data}
    return json.dumps(told, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":")).encode()


def arrived(delivery: Delivery, status: int, *, at: datetime) -> str:
    """It is done, and its webhook is well."""
    ended(delivery, State.DONE, status=status, next_at=None, error="")
    webhook = delivery.webhook
    if Webhook.objects.filter(pk=webhook.pk, failing_since__isnull=False).update(failing_since=None):
        resolve_alert(kind=FAILING, subject=f"webhook:{webhook.public_id}", at=at)
    return State.DONE


def put_off(delivery: Delivery, status: int | None, why: str, *, at: datetime) -> str:
    """Try it later, or give it up; a webhook that says it is gone is turned off (410)."""
    over = delivery.attempts > len(LADDER) or status == GONE
    state, next_at = (State.GIVEN_UP, None) if over else (State.WAITING, at + LADDER[delivery.attempts - 1])
    ended(delivery, state, status=status, next_at=next_at, error=why)
    webhook = delivery.webhook
    Webhook.objects.filter(pk=webhook.pk, failing_since=None).update(failing_since=at)
    if status == GONE:
        Webhook.objects.filter(pk=webhook.pk).update(is_active=False)
    log.info("webhook failed", webhook=str(webhook.public_id), attempts=delivery.attempts, status=status, why=why)
    if over or (webhook.failing_since and webhook.failing_since <= at - PATIENCE):
        open_alert(kind=FAILING, subject=f"webhook:{webhook.public_id}", text=f"{webhook.name}: {why}", at=at)
    return state if over else "put_off"


def ended(delivery: Delivery, state: str, **said: Any) -> None:
    """Write what became of this try, unless somebody sent it anew meanwhile."""
    mine = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING, next_at=delivery.next_at)
    mine.update(state=state, **said)
