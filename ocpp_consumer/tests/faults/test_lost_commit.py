"""The connection is lost exactly while a batch is committed: it is stored once, whether it was committed or not."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from drivepower.tests.house import database_url
from ocpp_consumer.journal import Journal, facts, outcome
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.faults.proxy import Proxy
from ocpp_consumer.tests.server import in_db

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def frame(text: str) -> facts.Frame:
    """A frame of noon."""
    return facts.Frame(1, 1, NOON, "in", 2, text, "Heartbeat", text)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("words", [b"COMMIT", b"pg_current_xact_id", b"COPY ocpp_consumer_frame"])
async def test_it_stores_a_batch_once_whenever_the_connection_is_lost(words: bytes) -> None:
    async with Proxy(database_url()).running() as proxy:

        def connect() -> psycopg.Connection[Any]:
            return psycopg.connect(proxy.url, autocommit=True)

        journal = Journal(connect=connect, patience=20.0)
        try:
            await journal.write(frame("before"))
            proxy.loses_answer_to = words
            await journal.write(frame("lost"))
            assert proxy.loses_answer_to == b"", "nothing was lost"
            await journal.write(frame("after"))
        finally:
            await asyncio.to_thread(journal.stop)
    texts = await in_db(lambda: list(Frame.objects.order_by("id").values_list("text", flat=True)))()
    assert texts == ["before", "lost", "after"]


@pytest.mark.django_db(transaction=True)
async def test_it_waits_for_a_transaction_that_is_not_decided() -> None:
    def decide() -> None:
        with (
            psycopg.connect(database_url(), autocommit=True) as one,
            psycopg.connect(database_url(), autocommit=True) as other,
        ):
            number = outcome.begin(one.cursor())
            with pytest.raises(psycopg.OperationalError, match="not decided"):
                outcome.is_committed(other, number)
            one.commit()
            assert outcome.is_committed(other, number)
            undone = outcome.begin(one.cursor())
            one.rollback()
            assert not outcome.is_committed(other, undone)
            assert not outcome.is_committed(other, str(2**40))

    await in_db(decide)()
