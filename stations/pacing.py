"""How many commands one person may ask of stations each second: whole grids hang on what many stations do at once."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from drivepower.core import alerts
from drivepower.core.refusals import Refusal
from drivepower.core.sentences import sentence
from stations.models import Command

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
# So many commands of one person in a minute are worth a look, each of them however small.
MANY_A_MINUTE = 60
ALERT = alerts.closed_by_people("many_commands")
# One person's requests wait for each other; the number is this room's own.
TAKE_TURNS = "SELECT pg_advisory_xact_lock(160117, %s)"


class Turn(NamedTuple):
    """The moment at which a person's turn came, and how many commands they may ask in it."""

    at: datetime
    left: int


@contextmanager
def in_turn(*, asked_by: str) -> Iterator[Turn]:
    """Wait for this person's other requests, in a transaction that ends with the turn."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(TAKE_TURNS, [zlib.crc32(asked_by.encode()) % 2**31])
        at = timezone.now()
        yield Turn(at, settings.COMMANDS_PER_SECOND - asked(asked_by=asked_by, since=at - SECOND))
        watch(asked_by=asked_by, at=at)


@contextmanager
def one_turn(*, asked_by: str) -> Iterator[datetime]:
    """The moment at which this person may ask one thing; Refusal too_many_requests where that is not now."""
    with in_turn(asked_by=asked_by) as turn:
        if turn.left < 1:
            raise Refusal("too_many_requests", "Too many commands in one second.", {"retry_after": 1})
        yield turn.at


def asked(*, asked_by: str, since: datetime) -> int:
    """How many commands this person has asked since then."""
    return Command.objects.filter(asked_by=asked_by, asked_at__gt=since).count()


def watch(*, asked_by: str, at: datetime) -> None:
    """An alert is opened for a person who has asked very many commands within a minute."""
    count = asked(asked_by=asked_by, since=at - MINUTE)
    if count > MANY_A_MINUTE:
        text = sentence("%(count)s commands of one person within a minute.", count=count)
        alerts.open_alert(kind=ALERT, subject=asked_by, text=text, at=at)
