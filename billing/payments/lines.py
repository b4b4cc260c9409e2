"""Our own requests to providers as lines of a top-up's conversation, bounded however often the same is asked."""

import re

import structlog
from django.db import connection, transaction
from django.db.models import F, QuerySet

from billing.models import ProviderEvent

# Of lines with the same verdict on a top-up the first and the newest are kept.
MOST = 100
LONGEST_TROUBLE = 200
# Where in memory something stood, as some libraries tell: another place each time.
PLACE = re.compile(r" (object )?at 0x[0-9a-f]+")
FETCH_STATUS = "fetch_status"

log = structlog.stdlib.get_logger(__name__)


def write(line: ProviderEvent) -> None:
    """Write a request of ours, or count it where the newest of its kind got the same answer; never raises.

    Asked before anything is booked, in a transaction of its own: a payment that fails or rolls back leaves it.
    """
    try:
        with transaction.atomic():
            if not counted(line):
                line.save(force_insert=True)
                forget_beyond(line)
    except Exception as error:  # whatever is wrong with a line, the payment goes on
        log.warning("a line of a conversation is lost", top_up=line.top_up_id, said=line.verdict, error=repr(error))
        if not connection.in_atomic_block:
            connection.close()  # the payment begins with one that works


def counted(line: ProviderEvent) -> bool:
    """Whether the newest line of its kind says the same; then that one was counted up."""
    alike = of_a_kind(line).filter(verdict__startswith=f"{line.verdict.partition(':')[0]}:")
    if refund := line.facts.get("refund"):
        alike = alike.filter(facts__refund=refund)
    newest = alike.order_by("-id").only("verdict", "facts").first()
    if newest is None or (newest.verdict, newest.facts) != (line.verdict, line.facts):
        return False
    again = {"times": F("times") + 1, "last_at": line.received_at, "took_ms": line.took_ms}
    return ProviderEvent.objects.filter(pk=newest.pk).update(**again) == 1


def of_a_kind(line: ProviderEvent) -> QuerySet[ProviderEvent]:
    """Our requests about the same top-up."""
    return ProviderEvent.objects.filter(top_up_id=line.top_up_id, direction=ProviderEvent.Direction.CALL)


def forget_beyond(line: ProviderEvent) -> None:
    """Delete what answers that change all the time have left between the first and the newest lines."""
    same = of_a_kind(line).filter(verdict=line.verdict).order_by("-id")
    surplus = list(same.values_list("pk", flat=True)[MOST - 1 :])[:-1]
    if surplus:
        ProviderEvent.objects.filter(pk__in=surplus).delete()


def in_a_line(text: str) -> str:
    """What went wrong, without breaks and without what differs each time."""
    return " ".join(PLACE.sub("", text).split())[:LONGEST_TROUBLE]
