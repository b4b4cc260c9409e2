"""Which event goes to which webhook: every new one by the outbox, chosen ones again, and one to try it out."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from drivepower.core import doorbell, reading
from drivepower.core.models import Delivery, Event, Webhook
from drivepower.core.webhooks.delivering import FAILING

READER = "webhooks"
TEST = "webhook.test"
AT_ONCE = 1000
MOST_ROUNDS = 20

# Of a company's webhook only what it pays for and what happens at its locations. A test is for the one that is tested,
# and that a webhook fails is for all but itself.
MATCHING = f"""
FROM core_event event
JOIN core_webhook webhook ON webhook.is_active AND event.kind <> '{TEST}'
    AND (webhook.company IS NULL OR webhook.company IN (event.company, event.host))
    AND (split_part(event.kind, '.', 1) = 'alert' AND event.payload ->> 'kind' = '{FAILING}'
        AND event.payload ->> 'subject' = 'webhook:' || webhook.public_id) IS NOT TRUE
    AND webhook.kinds && ARRAY['*', event.kind, split_part(event.kind, '.', 1) || '.*']::varchar[]
"""  # our own word
INSERT = """
INSERT INTO core_delivery (public_id, webhook_id, event_id, state, attempts, next_at, error)
SELECT gen_random_uuid(), webhook.id, event.id, 'waiting', 0, %(at)s, ''
"""
NEW = f"""{INSERT} {MATCHING}
WHERE event.id = ANY(%(events)s) ORDER BY event.transaction, event.id, webhook.id ON CONFLICT DO NOTHING
"""
AGAIN = f"""{INSERT} {MATCHING} AND webhook.id = %(webhook)s
WHERE event.at >= %(since)s AND event.at < %(until)s ORDER BY event.transaction, event.id
ON CONFLICT (webhook_id, event_id) DO UPDATE SET state = 'waiting', attempts = 0, next_at = excluded.next_at, error = ''
"""


def fan_out(*, at: datetime) -> int:
    """Make a delivery of every event that was not looked at yet, for each webhook that wants it; answers how many."""
    made = 0
    for _ in range(MOST_ROUNDS):
        read, delivered = one_round(at)
        made += delivered
        if read < AT_ONCE:
            break
    return made


@transaction.atomic
def one_round(at: datetime) -> tuple[int, int]:
    """How many events were read and how many deliveries made; nothing where another process reads."""
    found = reading.read(READER, most=AT_ONCE, at=at)
    return len(found), write(NEW, {"at": at, "events": found}) if found else 0


def replay(*, webhook: Webhook, since: datetime, until: datetime, at: datetime) -> int:
    """Send a webhook its events of that time again, done or given up; answers how many."""
    return write(AGAIN, {"at": at, "webhook": webhook.pk, "since": since, "until": until})


@transaction.atomic
def test(*, webhook: Webhook, at: datetime) -> Delivery:
    """Send a webhook an event that says nothing."""
    event = Event.objects.create(
        kind=TEST, subject=f"webhook:{webhook.public_id}", company=webhook.company, payload={}, at=at
    )
    made = Delivery.objects.create(webhook=webhook, event=event, next_at=at)
    doorbell.hint("core.deliver")
    return made


def write(statement: str, values: dict[str, Any]) -> int:
    """Make deliveries; whoever sends them is rung for."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        made: int = cursor.rowcount
    if made:
        doorbell.hint("core.deliver")
    return made
