"""A CALL and its answer make one exchange, over all pages once, whichever of the two was found."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import User
from ocpp_consumer.log import pairs, rows, search, wanted
from ocpp_consumer.log.explained import Ways
from ocpp_consumer.log.pairs import Exchange
from ocpp_consumer.log.rows import Row
from ocpp_consumer.log.search import Walk
from ocpp_consumer.log.wanted import Wanted
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.log.days import station
from stations.models import Station

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def keep(of: Station, kind: int, number: str, *, way: str = "in", ago: float = 60, **fields: object) -> Frame:
    """A frame that came so many seconds ago."""
    rest = {2: '"Reset",{}', 3: '{"status":"Accepted"}', 4: '"InternalError","",{}'}
    text = f'[{kind},"{number}",{rest[kind]}]'
    said = {"epoch": 1, "action": "Reset", "text": text, "received_at": NOW - timedelta(seconds=ago)}
    kept = {"message_type": kind, "message_id": number, "direction": way} | said | fields
    return Frame.objects.create(station=of, **kept)


def talk(most: int = 50, **said: object) -> list[Exchange]:
    """All pages of a conversation."""
    sought = wanted.sought(Wanted(**said), person=User())  # type: ignore[arg-type]  # as the tests say
    found: list[Exchange] = []
    start = None
    while True:
        page = search.find(sought, Walk(most, start, is_strict=True))
        found += pairs.exchanges(page.frames, sought)
        if page.further is None:
            return found
        start = page.further


def drawn(exchanges: list[Exchange]) -> list[Row]:
    """As a page shows them."""
    with translation.override("en"):
        return rows.of_exchanges(exchanges, now=NOW, ways=Ways(sessions=False, stations=False))


@pytest.mark.parametrize("most", [1, 2, 3, 50])
def test_each_call_stands_with_its_answer_once(most: int) -> None:
    one, two = station(), station("CP 2")
    keep(one, 2, "a", ago=60)
    keep(two, 2, "a", ago=59)
    keep(one, 3, "a", way="out", ago=58, latency_ms=12.5)
    keep(two, 4, "a", way="out", ago=57)
    keep(one, 2, "b", way="out", ago=50)
    keep(one, 3, "b", ago=49)

    found = talk(most)

    assert [(one.first.station_id, one.first.message_id) for one in found] == [
        (one.pk, "b"),
        (two.pk, "a"),
        (one.pk, "a"),
    ]
    assert [one.answer.message_type if one.answer else None for one in found] == [3, 4, 3]
    first, refused, timed = drawn(found)
    assert (first.latency, first.way, first.answer) == ("1000 ms", "←", "Accepted")
    assert (timed.latency, timed.tone) == ("12.5 ms", "")
    assert refused.tone == "bad"
    assert refused.answer.startswith("refused")


def test_another_connection_another_time_and_the_same_way_are_no_answer() -> None:
    one = station()
    keep(one, 2, "a", ago=3600)
    keep(one, 3, "a", way="out", ago=3590, epoch=2)
    keep(one, 3, "a", way="in", ago=3580)
    keep(one, 3, "a", way="out", ago=30)

    found = talk()

    assert [(one.call is not None, one.answer is not None) for one in found] == [
        (False, True),
        (False, True),
        (False, True),
        (True, False),
    ]
    assert [row.answer for row in drawn(found)] == ["answers nothing that we know of"] * 3 + ["never answered"]


def test_a_call_that_still_waits_says_so() -> None:
    keep(station(), 2, "a", ago=2)

    [row] = drawn(talk())

    assert (row.answer, row.tone) == ("not answered yet", "wait")


def test_an_answer_that_is_found_brings_its_call() -> None:
    one = station()
    keep(one, 2, "a", ago=60)
    keep(one, 4, "a", way="out", ago=59, text='[4,"a","InternalError","needle",{}]')

    [found] = talk(q="needle")

    assert found.call is not None
    assert found.answer is not None


def test_the_nearest_of_two_with_one_id_belongs_together() -> None:
    one = station()
    keep(one, 2, "a", ago=60)
    keep(one, 3, "a", way="out", ago=59)
    keep(one, 2, "a", ago=40)
    keep(one, 3, "a", way="out", ago=38)

    found = talk()

    assert [round(one.latency_ms or 0, -2) for one in found] == [2000, 1000]


@pytest.mark.parametrize("most", [1, 2, 3, 50])
def test_two_at_once_with_one_id_are_answered_in_turn(most: int) -> None:
    one = station()
    for kind, way, ago in ((2, "in", 60.0), (2, "in", 59.95), (3, "out", 59.9), (4, "out", 59.8)):
        keep(one, kind, "7", way=way, ago=ago)

    second, first = talk(most)

    assert [found.answer and found.answer.message_type for found in (first, second)] == [3, 4]
    assert [round(found.latency_ms or 0) for found in (first, second)] == [100, 150]


@pytest.mark.parametrize("most", [1, 50])
def test_a_lost_call_does_not_take_the_answer_of_the_next(most: int) -> None:
    one = station()
    keep(one, 2, "1", ago=400)
    keep(one, 2, "1", ago=100)
    keep(one, 3, "1", way="out", ago=99)

    answered, lost = talk(most)

    assert (lost.answer, round(answered.latency_ms or 0)) == (None, 1000)


def test_a_station_that_knows_one_id_has_each_call_answered() -> None:
    one = station()
    for turn in range(200):
        keep(one, 2, "1", ago=400 - turn)
        keep(one, 3, "1", way="out", ago=399.9 - turn)

    found = talk(15)

    assert [round(one.latency_ms or 0) for one in found] == [100] * 200


def test_what_is_no_message_stands_alone() -> None:
    keep(station(), 2, "", message_type=None, text="<html>", error="not JSON")

    [row] = drawn(talk())

    assert (row.said, row.error, row.answer) == ("cannot be understood: not JSON", "not JSON", "")


def test_it_asks_as_often_for_many_as_for_few() -> None:
    one = station()

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            drawn(talk())
        return len(queries)

    keep(one, 2, "x", ago=60)
    keep(one, 3, "x", way="out", ago=59)
    few = asked()
    for number in range(12):
        keep(station(f"CP {number + 2}"), 2, str(number), ago=50 - number)
        keep(one, 3, str(number), way="out", ago=49 - number)
    assert asked() == few
