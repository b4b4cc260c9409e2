import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F

from drivepower.core.tests.waiting import PATIENCE_SECONDS, on_another_thread, someone_waits_for_a_lock, until
from stations import commands
from stations.models import Command, Gateway, Station
from stations.tests.world import NOON, connect, gateway, seconds, station


def queue(to: Station, **fields: Any) -> Command:
    asked: dict[str, Any] = {"intent": "Reset", "payload": {}, "asked_by": "system", "expires_at": NOON + seconds(60)}
    return commands.send(station=to, at=NOON, **{**asked, **fields})


def claim(by: Gateway, after: float = 1) -> list[Command]:
    return commands.claim(gateway_id=by.pk, at=NOON + seconds(after))


@pytest.mark.django_db
def test_it_takes_what_is_queued_for_its_stations_in_order() -> None:
    ours = gateway(at=NOON)
    made = connect(station(), ours)
    first, second = queue(made), queue(made)
    taken = claim(ours)
    assert taken == [first, second]
    assert [(command.state, command.epoch, command.sent_at) for command in taken] == [
        ("sent", made.epoch, NOON + seconds(1))
    ] * 2
    kept = Command.objects.get(pk=first.pk)
    assert (kept.state, kept.epoch, kept.sent_at) == ("sent", made.epoch, NOON + seconds(1))


@pytest.mark.django_db
def test_it_takes_each_command_once() -> None:
    ours = gateway(at=NOON)
    queue(connect(station(), ours))
    assert len(claim(ours)) == 1
    assert claim(ours) == []


@pytest.mark.django_db
def test_it_leaves_the_stations_of_others_and_of_nobody() -> None:
    ours, theirs = gateway(at=NOON), gateway(at=NOON, process="web-2")
    queue(connect(station("BSK-01"), theirs))
    queue(station("BSK-02"))
    assert claim(ours) == []
    assert set(Command.objects.values_list("state", flat=True)) == {"queued"}


@pytest.mark.django_db
def test_it_leaves_what_has_expired() -> None:
    ours = gateway(at=NOON)
    queue(connect(station(), ours))
    assert claim(ours, after=60) == []


@pytest.mark.django_db
def test_it_follows_a_station_that_moved() -> None:
    ours, theirs = gateway(at=NOON), gateway(at=NOON, process="web-2")
    made = connect(station(), ours)
    command = queue(made)
    made = connect(made, theirs)
    assert claim(ours) == []
    [taken] = claim(theirs)
    assert (taken, taken.epoch) == (command, made.epoch)


@pytest.mark.django_db
def test_it_asks_the_table_once_while_nothing_is_queued(django_assert_num_queries: Any) -> None:
    ours = gateway(at=NOON)
    connect(station(), ours)
    with django_assert_num_queries(1):
        claim(ours)


@pytest.mark.django_db(transaction=True)
def test_two_who_claim_at_once_get_it_once() -> None:
    ours = gateway(at=NOON)
    queue(connect(station(), ours))
    first_has_it = threading.Event()
    taken: list[Command] = []

    def second() -> None:
        first_has_it.wait(PATIENCE_SECONDS)
        taken.extend(claim(ours))

    with on_another_thread(second), transaction.atomic():
        assert len(claim(ours)) == 1
        first_has_it.set()
        until(someone_waits_for_a_lock)
    assert taken == []


@pytest.mark.django_db(transaction=True)
def test_a_station_that_moves_meanwhile_takes_its_command_along() -> None:
    ours, theirs = gateway(at=NOON), gateway(at=NOON, process="web-2")
    made = connect(station(), ours)
    command = queue(made)
    reading = threading.Event()
    moved = threading.Event()
    taken: list[Command] = []

    def slow_claim() -> None:
        [stale] = Command.objects.queued(at=NOON).select_related("station")
        reading.set()
        moved.wait(PATIENCE_SECONDS)
        if commands.take(stale, gateway_id=ours.pk, at=NOON):
            taken.append(stale)

    with on_another_thread(slow_claim):
        reading.wait(PATIENCE_SECONDS)
        Station.objects.filter(pk=made.pk).update(gateway=theirs, epoch=F("epoch") + 1)
        moved.set()
    assert taken == []
    assert claim(theirs) == [command]


@pytest.mark.django_db(transaction=True)
def test_it_keeps_what_it_has_when_the_next_cannot_be_had() -> None:
    ours = gateway(at=NOON)
    made = connect(station(), ours)
    first, second = queue(made), queue(made)
    locked, free = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Command.objects.select_for_update().get(pk=second.pk)
            locked.set()
            free.wait(PATIENCE_SECONDS)

    with on_another_thread(hold):
        locked.wait(PATIENCE_SECONDS)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
            try:
                assert claim(ours) == [first]
            finally:
                cursor.execute("RESET lock_timeout")
                free.set()
    assert claim(ours) == [second]


@pytest.mark.django_db
def test_it_holds_for_the_socket_of_its_epoch_only() -> None:
    ours = gateway(at=NOON)
    made = connect(station(), ours)
    queue(made)
    [stale] = Command.objects.queued(at=NOON).select_related("station")
    connect(made, ours)
    assert not commands.take(stale, gateway_id=ours.pk, at=NOON)
