"""Days in the past with partitions of their own, and words in them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import User
from drivepower.core import partitions
from ocpp_consumer.log import search, wanted
from ocpp_consumer.log.days import Day, every
from ocpp_consumer.log.indexing import WORDS
from ocpp_consumer.log.search import Found, Walk
from ocpp_consumer.log.wanted import Wanted
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import make_station
from stations.models import Station

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def day(ago: int, *, is_indexed: bool = False) -> Day:
    """That day's partition, with an index of its words if wanted, made in the test's own transaction."""
    start = TODAY - timedelta(days=ago)
    table = f"ocpp_consumer_frame_{start:%Y%m%d}"
    partitions.make(table="ocpp_consumer_frame", name=table, start=start.date(), end=start.date() + timedelta(days=1))
    if is_indexed:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE INDEX {table}_words ON {table} USING gin ({WORDS})")
    return next(one for one in every() if one.start == start)


def station(identity: str = "CP 1") -> Station:
    """One more station."""
    return make_station(identity)[0]


def say(of: Station, text: str, *, ago: float = 0, hour: float = 12, **fields: Any) -> Frame:
    """A frame of so many days ago, at that hour UTC."""
    at = TODAY + timedelta(days=-ago, hours=hour)
    said = {"epoch": 1, "direction": "in", "message_type": 2, "message_id": "m", "action": "DataTransfer"}
    return Frame.objects.create(station=of, received_at=at, text=text, **{**said, **fields})


def found(most: int = 50, *, is_strict: bool = False, **said: Any) -> Found:
    """The first page of what is asked for."""
    return search.find(wanted.sought(Wanted(**said), person=User()), Walk(most, is_strict=is_strict))


def texts(found: Found) -> list[str]:
    """What the frames say."""
    return [frame.text for frame in found.frames]


def every_page(most: int, *, is_onward: bool = False, **said: Any) -> list[int]:
    """The keys of all pages, one after the other."""
    sought, keys, start = wanted.sought(Wanted(**said), person=User()), [], None
    for _ in range(200):
        page = search.find(sought, Walk(most, start, is_onward=is_onward, is_strict=True))
        keys += [frame.pk for frame in page.frames]
        if page.further is None:
            return keys
        start = page.further
    raise AssertionError("pages without end")
