"""A Stop is always answered, changes only this station's own session, and once."""

from typing import Any

import pytest
from django.db import connection

from charging.models import MeterReading, Session, StrayMessage
from drivepower.core.models import Alert
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Server, Talk, basic, in_db, make_station, now, talking
from ocpp_consumer.v16.words import zulu
from stations.models import SecurityEvent

DATA = [{"timestamp": "2026-01-01T10:00:00Z", "sampledValue": [{"value": "900", "context": "Transaction.End"}]}]


async def begin(talk: Talk, *, connector: int = 1) -> int:
    """A running transaction's id."""
    said = {"connectorId": connector, "idTag": "CARD", "meterStart": 100, "timestamp": now()}
    number: int = (await talk.ask("StartTransaction", said))["transactionId"]
    return number


def stop(transaction: int, **fields: Any) -> dict[str, Any]:
    """A StopTransaction payload."""
    return {"transactionId": transaction, "meterStop": 1000, "timestamp": now(), **fields}


async def test_it_ends_the_session_and_keeps_what_was_measured(talk: Talk) -> None:
    transaction = await begin(talk, connector=2)
    answer = await talk.ask("StopTransaction", stop(transaction, reason="Local", idTag="CARD", transactionData=DATA))
    assert answer == {"idTagInfo": {"status": "Invalid"}}
    session = await in_db(Session.objects.get)()
    assert (session.state, session.meter_stop_wh, session.stop_reason) == ("ended", 1000, "Local")
    reading = await in_db(MeterReading.objects.get)()
    assert (reading.session_key, reading.number, reading.value, reading.context) == (
        transaction,
        2,
        900,
        "Transaction.End",
    )
    assert (await in_db(Frame.objects.get)(action="StopTransaction", direction="in")).session_key == transaction


async def test_it_changes_nothing_by_a_second_stop(talk: Talk) -> None:
    transaction = await begin(talk)
    assert await talk.ask("StopTransaction", stop(transaction)) == {}
    assert await talk.ask("StopTransaction", stop(transaction, meterStop=5000, reason="Reboot")) == {}
    session = await in_db(Session.objects.get)()
    assert (session.meter_stop_wh, session.stop_reason, session.revision) == (1000, "Local", 0)
    assert await in_db(StrayMessage.objects.count)() == 0


@pytest.mark.parametrize(
    ("odd", "finding"), [({"timestamp": "1970-01-01T00:00:04Z"}, "clock"), ({"meterStop": "soon"}, "malformed_stop")]
)
async def test_it_doubts_a_stop_that_says_odd_things(talk: Talk, odd: dict[str, Any], finding: str) -> None:
    transaction = await begin(talk)
    assert await talk.ask("StopTransaction", stop(transaction, **odd)) == {}
    session = await in_db(Session.objects.get)()
    assert session.state == "ended"
    assert finding in session.findings


async def test_it_keeps_a_stop_of_which_nobody_knows_the_start(talk: Talk) -> None:
    assert await talk.ask("StopTransaction", stop(4711, transactionData=DATA)) == {}
    stray = await in_db(StrayMessage.objects.get)()
    assert (stray.action, stray.payload["transactionId"], stray.payload["meterStop"]) == ("StopTransaction", 4711, 1000)
    assert (await in_db(MeterReading.objects.get)()).session_key == 0


async def test_it_lets_no_station_stop_or_meter_for_another(server: Server, talk: Talk) -> None:
    transaction = await begin(talk)
    other, key = await in_db(make_station)("foreign")
    async with talking(server, "/ocpp/foreign", headers=basic("foreign", key)) as foreign:
        assert await foreign.ask("StopTransaction", stop(transaction, transactionData=DATA)) == {}
        metered = {"connectorId": 1, "transactionId": transaction, "meterValue": DATA}
        assert await foreign.ask("MeterValues", metered) == {}
    assert (await in_db(Session.objects.get)()).state == "active"
    assert await in_db(MeterReading.objects.filter(session_key=transaction).count)() == 0
    assert await in_db(MeterReading.objects.filter(session_key=0).count)() == 2
    stray = await in_db(StrayMessage.objects.get)()
    assert stray.tried == "transaction of another station"
    event = await in_db(SecurityEvent.objects.get)()  # one in a minute
    assert (event.type, event.source, event.station_id) == ("ForeignTransaction", "central_system", other.pk)
    frame = await in_db(Frame.objects.get)(action="MeterValues", direction="in")
    assert frame.error == "transaction of another station"


async def test_it_cries_out_when_nothing_but_the_frame_is_left(talk: Talk) -> None:
    """As if neither the session nor a stray could be written."""
    transaction = await begin(talk)
    await in_db(refuse)("charging_session", "charging_straymessage")
    try:
        assert await talk.ask("StopTransaction", stop(transaction)) == {}
        alert = await in_db(Alert.objects.open().get)()
        frame = await in_db(Frame.objects.get)(action="StopTransaction", direction="in")
    finally:
        await in_db(accept)("charging_session", "charging_straymessage")
    assert (alert.kind, alert.subject.endswith(f":stop:{transaction}")) == ("stop_not_kept", True)
    assert zulu(frame.received_at) in alert.text
    assert frame.error


def refuse(*tables: str) -> None:
    """Let no row of these tables be written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE check_violation USING MESSAGE = 'refused'; END $$"
        )
        for table in tables:
            cursor.execute(f"CREATE TRIGGER refused BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION refused()")


def accept(*tables: str) -> None:
    """Let them be written again."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DROP TRIGGER refused ON {table}")
        cursor.execute("DROP FUNCTION refused()")
