"""The writer: one thread per gateway takes what all sockets have handed in and commits it together."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog

from ocpp_consumer.journal import attributions, database, facts, frames, meters, outcome, readings, seen, statuses
from ocpp_consumer.journal.patience import Unavailable, Waiters

CAPACITY = 20_000
MOST_AT_ONCE = 1_000
# How long a socket waits for its words to be stored before it is closed, so that its station keeps them and comes back.
PATIENCE_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
# A batch costs its statements whatever it holds. After one of so many entries many are speaking, and a moment's wait
# makes one batch of what would be two or three.
MANY, MOMENT = 16, 0.005

# In this order in every batch of every process, so that no two batches can wait for each other.
TABLES: tuple[tuple[type, Callable[[psycopg.Cursor[Any], Sequence[Any]], None]], ...] = (
    (facts.Frame, frames.store),
    (facts.Readings, readings.store),
    (facts.Attribution, attributions.store),
    (facts.Seen, seen.store),
    (facts.Status, statuses.store),
    (facts.Meter, meters.store),
)

Rows = Mapping[type, Sequence[facts.Fact]]

log = structlog.stdlib.get_logger(__name__)


@dataclass(slots=True)
class Entry:
    """Facts that are stored together or not at all, and who waits for them."""

    facts: tuple[facts.Fact, ...]
    stored: "asyncio.Future[None] | None" = None


class Journal:
    """A bounded queue and its writer."""

    def __init__(
        self,
        *,
        connect: Callable[[], psycopg.Connection[Any]] = database.connect,
        after_batch: Callable[[Rows], None] = lambda stored: None,
        capacity: int = CAPACITY,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.away = False
        self.patience = patience
        self._connect = connect
        self._after_batch = after_batch
        self._capacity = capacity
        self._entries: deque[Entry] = deque()
        self._wake = threading.Condition()
        self._sleeps = False
        self._many_speak = False
        self._waiters: Waiters | None = None
        self._ending = threading.Event()
        self._connection: psycopg.Connection[Any] | None = None
        # The batch's transaction, from its COMMIT on: it may be committed though nobody has told us.
        self._decided_by = ""
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    async def write(self, *said: facts.Fact) -> None:
        """Return when these facts are committed; raises Unavailable when they are not in time."""
        stored = asyncio.get_running_loop().create_future()
        self.hand_in(*said, stored=stored)
        await stored

    def hand_in(self, *said: facts.Fact, stored: "asyncio.Future[None]") -> None:
        """Give a future its outcome when these facts are committed; raises Unavailable when too many wait already."""
        self._put(Entry(said, stored))
        waiters, loop = self._waiters, stored.get_loop()
        if waiters is None or waiters.loop is not loop:
            waiters = self._waiters = Waiters(loop, self.patience)
        waiters.add(stored)

    def post(self, *said: facts.Fact) -> None:
        """Hand in facts for the next batch without waiting; dropped when too many wait already."""
        try:
            self._put(Entry(said))
        except Unavailable:
            log.debug("a fact that nobody waits for is dropped")

    def stop(self) -> None:
        """Store what has been handed in, as far as the database is there, and end the thread."""
        self._ending.set()
        with self._wake:
            self._wake.notify()
        self._thread.join()

    def _put(self, entry: Entry) -> None:
        if len(self._entries) >= self._capacity or self._ending.is_set():
            raise Unavailable
        self._entries.append(entry)
        # Under load the writer is at work and looks again by itself: then there is no lock to take.
        if self._sleeps:
            with self._wake:
                self._wake.notify()

    def _take(self) -> list[Entry]:
        """What is there, at least one entry; nothing at the end."""
        with self._wake:
            self._sleeps = True  # said before looking, so that whoever hands in after this look sees it
            self._wake.wait_for(lambda: self._entries or self._ending.is_set())
            self._sleeps = False
        if self._many_speak:
            time.sleep(MOMENT)
        batch = [self._entries.popleft() for _ in range(min(len(self._entries), MOST_AT_ONCE))]
        self._many_speak = len(batch) >= MANY
        return batch

    def _run(self) -> None:
        while batch := self._take():
            try:
                self._store(batch)
            except Exception:
                # Whatever it was, the next batch gets its try; this one stays unacknowledged.
                log.exception("a batch could not be stored")
                release(batch, Unavailable())
        if self._connection:
            self._connection.close()

    def _store(self, batch: Sequence[Entry]) -> None:
        """Commit a batch and release who waits; the entry that the database cannot take is kept as bare words."""
        rows = by_kind(batch)
        try:
            if not self._commit_patiently(rows):
                release(batch, Unavailable())
                return
        except Exception as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                self._store(batch[:middle])
                self._store(batch[middle:])
            else:
                self._keep_words(batch[0], error)
            return
        release(batch)
        self._after_batch(rows)

    def _keep_words(self, entry: Entry, error: Exception) -> None:
        """Store the frames of a poisoned entry with the error; it counts as stored, its station hears no complaint."""
        log.warning("an entry is kept as bare words", error=type(error).__name__)
        words = [facts.bare(fact, error=repr(error)) for fact in entry.facts if isinstance(fact, facts.Frame)]
        stored = self._commit_patiently({facts.Frame: words})
        release([entry], None if stored else Unavailable())

    def _commit_patiently(self, rows: Rows) -> bool:
        """Commit, again and again while the database is away; False if it still is when we end. Raises data errors."""
        pause, self._decided_by = FIRST_PAUSE, ""
        while True:
            try:
                self._commit(rows)
            except database.COLLISIONS as error:
                log.info("a batch collided and is tried again", error=type(error).__name__)
            except Exception as error:
                if readings.is_repetition(error):
                    continue  # the same batch again, more carefully
                if database.is_about_data(error):
                    raise
                self._lose_connection(error)
            else:
                self.away = False
                return True
            if self._ending.wait(pause) and self.away:
                return False
            pause = min(pause * 2, LONGEST_PAUSE)

    def _commit(self, rows: Rows) -> None:
        if self._connection is None:
            self._connection = self._connect()
            if self._decided_by and outcome.is_committed(self._connection, self._decided_by):
                return
        self._decided_by = ""
        cursor = self._connection.cursor()
        try:
            number = outcome.begin(cursor)
            for kind, store in TABLES:
                if kind in rows:
                    store(cursor, rows[kind])
        except BaseException:
            with suppress(psycopg.Error):
                self._connection.rollback()
            raise
        self._decided_by = number
        cursor.execute("COMMIT")

    def _lose_connection(self, error: Exception) -> None:
        if not self.away:
            log.warning("the journal's database is away", error=type(error).__name__)
        self.away = True
        if self._connection:
            self._connection.close()
        self._connection = None


def by_kind(batch: Sequence[Entry]) -> dict[type, list[facts.Fact]]:
    """The facts of a batch by the table that takes them."""
    rows: dict[type, list[facts.Fact]] = {kind: [] for kind, _ in TABLES}
    for entry in batch:
        for fact in entry.facts:
            rows[type(fact)].append(fact)
    return {kind: of_kind for kind, of_kind in rows.items() if of_kind}


def release(batch: Sequence[Entry], error: Unavailable | None = None) -> None:
    """Let everyone go on who waits for these entries, on their own event loops."""
    waiting: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for entry in batch:
        if entry.stored:
            waiting.setdefault(entry.stored.get_loop(), []).append(entry.stored)
    for loop, futures in waiting.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, futures, error)


def settle(futures: Sequence["asyncio.Future[None]"], error: Unavailable | None) -> None:
    """Give the futures their outcome; whoever gave up has cancelled theirs."""
    for future in futures:
        if future.done():
            continue
        if error:
            future.set_exception(error)
        else:
            future.set_result(None)
