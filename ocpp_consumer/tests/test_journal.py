"""The journal by itself: what it acknowledges is stored, whatever is wrong with a neighbour, a lock or the database."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction

from ocpp_consumer.journal import Journal, Unavailable, database, facts
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import in_db, make_station, wait_until
from stations.models import ConnectorState, Station, StationSeen

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@contextmanager
def running_journal(**how: Any) -> Iterator[Journal]:
    """A journal that is stopped, and has given up its connection, afterwards."""
    journal = Journal(**how)
    try:
        yield journal
    finally:
        journal.stop()


def frame(text: str = "[]", *, station_id: int = 1) -> facts.Frame:
    """A frame of noon."""
    return facts.Frame(station_id, 1, NOON, "in", 2, "1", "StatusNotification", text)


def status(number: int, *, station_id: int = 1, info: str = "", at: datetime = NOON) -> facts.Status:
    """A status of noon."""
    return facts.Status(station_id, number, "Available", "NoError", info, "", "", at, NOON)


def texts() -> list[str]:
    """What is kept of all frames."""
    return sorted(Frame.objects.values_list("text", flat=True))


@pytest.mark.django_db(transaction=True)
async def test_it_lets_one_poisoned_entry_spoil_no_other() -> None:
    with running_journal() as journal:
        with held_up(journal):
            writes = [
                asyncio.ensure_future(journal.write(frame(f"good {number}"), status(number))) for number in range(20)
            ]
            writes.append(asyncio.ensure_future(journal.write(frame("bad\x00one"), status(50, info="N\x00UL"))))
            writes.append(asyncio.ensure_future(journal.write(frame("too far"), status(2**40))))
            writes.append(asyncio.ensure_future(journal.write(frame("too long"), status(51, info="x" * 300))))
            await asyncio.sleep(0)
        await asyncio.gather(*writes)
    kept = await in_db(texts)()
    assert set(kept) == {*(f"good {number}" for number in range(20)), "bad\ufffdone", "too far", "too long"}
    assert await in_db(ConnectorState.objects.count)() == 20
    errors = await in_db(lambda: dict(Frame.objects.exclude(error="").values_list("text", "error")))()
    assert set(errors) == {"bad\ufffdone", "too far", "too long"}
    assert "too long for type" in errors["too long"]


@contextmanager
def held_up(journal: Journal) -> Iterator[None]:
    """Everything that is handed in meanwhile goes into one batch."""
    with journal._wake:
        yield


@pytest.mark.django_db(transaction=True)
async def test_it_stores_a_batch_as_if_one_word_came_after_the_other() -> None:
    with running_journal() as journal:
        with held_up(journal):
            boot = facts.Seen(1, NOON, booted_at=NOON, boot='{"a": 1}', boots=1)
            later = NOON.replace(minute=1)
            writes = [journal.write(boot), journal.write(facts.Seen(1, later, last_heartbeat_at=later))]
            writes += [journal.write(facts.Seen(1, later, booted_at=later, boot='{"a": 2}', boots=1))]
            going = [asyncio.ensure_future(write) for write in writes]
            await asyncio.sleep(0)
        await asyncio.gather(*going)
    seen = await in_db(StationSeen.objects.get)()
    assert (seen.boot, seen.boot_count, seen.booted_at, seen.last_heartbeat_at) == ({"a": 2}, 2, later, later)


@pytest.mark.django_db(transaction=True)
async def test_it_waits_for_no_lock_that_verbs_hold() -> None:
    """Verbs lock stations, connectors, sessions and wallets; the journal needs none of these rows."""
    stations = [(await in_db(make_station)(f"locked {number}"))[0] for number in range(3)]
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Station.objects.select_for_update().order_by("pk"))
            held.set()
            free.wait()
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        await asyncio.to_thread(held.wait)
        with running_journal() as journal:
            for station in stations:
                await journal.write(
                    frame(station_id=station.pk), status(1, station_id=station.pk), facts.Seen(station.pk, NOON)
                )
    finally:
        free.set()
        holder.join()
    assert await in_db(Frame.objects.count)() == 3


@pytest.mark.django_db(transaction=True)
async def test_it_deadlocks_neither_with_its_like_nor_for_ever() -> None:
    """Two processes hear of the same connectors, one of them in the opposite order."""
    with running_journal() as one, running_journal() as other:
        for round_ in range(10):
            at = NOON.replace(minute=round_)
            told = [status(number, at=at) for number in range(30)]
            await asyncio.gather(
                one.write(frame(), *told), other.write(frame(), *reversed(told)), one.write(*told), other.write(*told)
            )
    assert await in_db(ConnectorState.objects.count)() == 30


@pytest.mark.django_db(transaction=True)
async def test_it_tries_a_whole_batch_again_after_a_collision() -> None:
    """A row of its own table is locked by somebody else for longer than the lock timeout."""
    with running_journal(patience=30.0) as journal:
        await journal.write(status(1))
        with await in_db(psycopg.connect)(**parameters()) as locker:
            locker.execute("SELECT * FROM stations_connectorstate FOR UPDATE")
            writing = asyncio.ensure_future(journal.write(frame("patient"), status(1, at=NOON.replace(minute=1))))
            waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            await in_db(wait_until)(lambda: asked(waiting), "the journal waits for the lock")
            await in_db(wait_until)(lambda: not asked(waiting), "the journal gave up once")
            assert not writing.done()
        await writing
    assert await in_db(texts)() == ["patient"]


def parameters() -> dict[str, Any]:
    """How to reach the test's database by hand."""
    given = connection.get_connection_params()
    return {name: given[name] for name in ("dbname", "user", "password", "host", "port") if name in given}


def run(sql: str) -> None:
    """Carry out a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


def asked(sql: str) -> bool:
    """Whether a question has an answer."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone() is not None


class Line:
    """A way to the database that can be cut and mended."""

    def __init__(self) -> None:
        self.is_cut = False
        self.opened: list[psycopg.Connection[Any]] = []

    def connect(self) -> psycopg.Connection[Any]:
        """A journal's connection, or none."""
        if self.is_cut:
            return psycopg.connect(host="127.0.0.1", port=1, connect_timeout=1)
        self.opened.append(database.connect())
        return self.opened[-1]

    def cut(self) -> None:
        """End what is open and let nothing new through."""
        self.is_cut = True
        with psycopg.connect(**parameters(), autocommit=True) as other:
            for one in self.opened:
                other.execute("SELECT pg_terminate_backend(%s)", [one.info.backend_pid])


@pytest.mark.django_db(transaction=True)
async def test_it_acknowledges_nothing_while_the_database_is_away() -> None:
    line = Line()
    with running_journal(connect=line.connect, patience=2.0) as journal:
        await journal.write(frame("before"))
        await in_db(line.cut)()
        with pytest.raises(Unavailable):
            await journal.write(frame("meanwhile"))
        assert journal.away
        line.is_cut = False
        await in_db(wait_until)(lambda: not journal.away, "the journal is back by itself")
        await journal.write(frame("after"))
    assert await in_db(texts)() == ["after", "before", "meanwhile"]


class ReadOnly(Line):
    """A way to a database that has been made a standby."""

    def connect(self) -> psycopg.Connection[Any]:
        """A journal's connection, which may not write while the line is cut."""
        connection = database.connect()
        connection.execute(f"SET default_transaction_read_only TO {'on' if self.is_cut else 'off'}")
        self.opened.append(connection)
        return connection


@pytest.mark.django_db(transaction=True)
async def test_it_blames_no_entry_for_a_database_that_takes_nothing() -> None:
    line = ReadOnly()
    line.is_cut = True
    with running_journal(connect=line.connect, patience=0.5) as journal:
        with pytest.raises(Unavailable):
            await journal.write(frame("meanwhile"), status(1))
        assert journal.away
        line.is_cut = False
        await in_db(wait_until)(lambda: not journal.away, "the journal has found a database that it may write to")
    assert await in_db(lambda: list(Frame.objects.values_list("text", "error")))() == [("meanwhile", "")]
    assert await in_db(ConnectorState.objects.count)() == 1


@pytest.mark.django_db(transaction=True)
async def test_it_leaves_no_connection_open_that_it_cannot_prepare() -> None:
    line = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'unprepared'"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(database.LIVELINESS, "application_name", "unprepared")
        patch.setattr(database, "SESSION", "SELECT nothing_like_this")
        with pytest.raises(psycopg.errors.UndefinedColumn) as raised:
            await in_db(database.connect)()
        await in_db(wait_until)(lambda: not asked(line), "the connection is closed")
    assert raised.value.diag.sqlstate == "42703"  # the traceback, and all that it holds, lives until here


@pytest.mark.django_db(transaction=True)
async def test_it_holds_only_so_much_while_the_database_is_away() -> None:
    line = Line()
    line.is_cut = True
    with running_journal(connect=line.connect, patience=0.2, capacity=5) as journal:
        outcomes = await asyncio.gather(*(journal.write(frame()) for _ in range(50)), return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {Unavailable}
        assert len(journal._entries) <= 5
        journal.post(frame())
    assert await in_db(texts)() == []


@pytest.mark.django_db(transaction=True)
async def test_it_comes_back_after_the_server_has_ended_its_connection() -> None:
    line = Line()
    with running_journal(connect=line.connect) as journal:
        await journal.write(frame("before"))
        await in_db(line.cut)()
        line.is_cut = False
        await journal.write(frame("after"))
    assert await in_db(texts)() == ["after", "before"]


@pytest.mark.django_db(transaction=True)
async def test_it_stores_what_was_handed_in_before_it_stops() -> None:
    with running_journal() as journal:
        for number in range(50):
            journal.post(frame(f"{number:02}"))
    assert await in_db(texts)() == [f"{number:02}" for number in range(50)]
    with pytest.raises(Unavailable):
        await journal.write(frame())


@pytest.mark.django_db(transaction=True)
async def test_it_waits_for_the_disk() -> None:
    """Acknowledged means committed, whatever the database's own setting is."""
    database_name = connection.settings_dict["NAME"]
    line = Line()

    def shown() -> object:
        return line.opened[0].execute("SHOW synchronous_commit").fetchone()

    await in_db(run)(f"ALTER DATABASE {database_name} SET synchronous_commit = off")
    try:
        with running_journal(connect=line.connect) as journal:
            await journal.write(frame())
            assert await asyncio.to_thread(shown) == ("on",)
    finally:
        await in_db(run)(f"ALTER DATABASE {database_name} RESET synchronous_commit")
