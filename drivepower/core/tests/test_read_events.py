"""Readers of events go on where they were; after a restore they tell nothing twice and miss nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from drivepower.core import events, reading
from drivepower.core.models import Alert, Event, EventCursor
from drivepower.core.tests.test_settled import writing
from drivepower.core.tests.waiting import on_another_thread

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
# A number that this cluster has not come to, and one that it will come to soon.
FAR, SOON = 2**40, 300


def happen(kind: str, at: datetime = NOON) -> None:
    events.record(kind=kind, subject="thing:1", payload={}, at=at)


def restored(kind: str, number: int) -> None:
    """An event that another cluster wrote in that transaction."""
    Event.objects.create(kind=kind, subject="thing:1", transaction=number, at=NOON)


def left_at(number: int, kind: str) -> None:
    """Where the reader was in the other cluster."""
    key = Event.objects.get(kind=kind).pk
    EventCursor.objects.create(reader="tests", transaction=number, event_id=key, moved_at=NOON)


@transaction.atomic
def read(most: int = 10) -> list[str]:
    kinds = dict(Event.objects.values_list("pk", "kind"))
    return [kinds[key] for key in reading.read("tests", most=most, at=NOON)]


def next_number() -> int:
    happen("probe")
    probe = Event.objects.get(kind="probe")
    probe.delete()
    return probe.transaction


def pass_by(count: int) -> None:
    """That many transactions write something."""
    for _ in range(count):
        EventCursor.objects.update_or_create(reader="busy", defaults={"moved_at": NOON})


def test_it_reads_each_once_and_no_more_than_it_asks_for() -> None:
    for kind in ("a", "b", "c"):
        happen(kind)
    assert [read(2), read(2), read(2)] == [["a", "b"], ["c"], []]


def test_one_reads_at_a_time() -> None:
    read()
    happen("a")
    elsewhere: list[list[str]] = []
    with transaction.atomic():
        reading.read("tests", most=1, at=NOON)
        with on_another_thread(lambda: elsewhere.append(read())):
            pass
    assert elsewhere == [[]]


def test_after_a_restore_it_reads_what_was_left_and_what_is_new() -> None:
    for number, kind in enumerate(("told", "left", "left too")):
        restored(kind, FAR + number)
    left_at(FAR, "told")
    happen("new")
    assert read() == ["left", "left too"]
    assert [read(), read()] == [["new", "alert.opened"], []]
    happen("newer")
    assert read() == ["newer"]
    assert Alert.objects.open().get().kind == reading.BEGUN_ANEW


def test_numbers_that_come_again_tell_nothing_again() -> None:
    first = next_number()
    for number in range(SOON // 3, SOON):
        restored("told", first + number + SOON)
    restored("last", first + 3 * SOON)
    left_at(first + 3 * SOON, "last")
    assert read() == []
    pass_by(4 * SOON)
    assert next_number() > first + 3 * SOON
    happen("new")
    assert (read(), read()) == (["alert.opened", "new"], [])
    assert Event.objects.settled().count() == 2


def test_what_is_written_in_a_savepoint_is_ours() -> None:
    with transaction.atomic():
        for _ in range(3):
            with transaction.atomic():
                happen("kept")
    assert read() == ["kept"] * 3


def test_a_person_hears_of_a_reader_that_stands_still() -> None:
    read()
    happen("a")
    late = NOON + timedelta(minutes=5, seconds=1)
    with writing():  # holds back what is settled, and so all readers
        happen("b")
        assert read() == ["a"]
        assert reading.watch_readers(at=late - timedelta(seconds=1)) == 0
        assert reading.watch_readers(at=late) == 1
        alert = Alert.objects.open().get()
        assert (alert.kind, alert.subject) == (reading.NOT_READ, "reader:tests")
    assert read()[0] == "b"
    read()
    reading.watch_readers(at=NOON)
    assert not Alert.objects.open().exists()
