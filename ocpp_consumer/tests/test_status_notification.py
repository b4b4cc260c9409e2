"""Only by effective time may a status be stale; spans are cut in that order."""

from datetime import UTC, datetime
from typing import Any

from ocpp_consumer.tests.server import Talk, eventually, in_db
from stations.models import Connector, ConnectorState, StatusSpan


def status(name: str, minute: int | None, **fields: Any) -> dict[str, Any]:
    """A StatusNotification payload of a minute of one hour."""
    said = {"connectorId": 1, "errorCode": "NoError", "status": name, **fields}
    return said if minute is None else said | {"timestamp": f"2026-01-01T10:{minute:02}:00Z"}


def minute_of(at: datetime | None) -> int | None:
    """The minute that a test gave."""
    return at.minute if at else None


async def spans() -> list[tuple[str, int | None, int | None]]:
    """Status, from, until."""
    rows = await in_db(lambda: list(StatusSpan.objects.order_by("since", "id")))()
    return [(row.status, minute_of(row.since), minute_of(row.until)) for row in rows]


async def test_it_keeps_the_newest_by_effective_time(talk: Talk) -> None:
    for said in (status("Preparing", 10), status("Charging", 20), status("Finishing", 20), status("Available", 5)):
        await talk.ask("StatusNotification", said)
    state = await in_db(ConnectorState.objects.get)()
    assert (state.status, state.effective_at) == ("Finishing", datetime(2026, 1, 1, 10, 20, tzinfo=UTC))
    assert await spans() == [("Preparing", 10, 20), ("Charging", 20, 20), ("Finishing", 20, None)]


async def test_it_cuts_no_span_by_a_repetition(talk: Talk) -> None:
    for minute in (10, 20, 30):
        await talk.ask("StatusNotification", status("Available", minute))
    await talk.ask("StatusNotification", status("Faulted", 40, errorCode="GroundFailure"))
    assert await spans() == [("Available", 10, 40), ("Faulted", 40, None)]


async def test_it_takes_the_receipt_where_the_station_names_no_time_or_an_impossible_one(talk: Talk) -> None:
    for connector, timestamp in ((1, None), (2, "1970-01-01T00:00:00Z"), (3, "2199-01-01T00:00:00Z"), (4, "noon")):
        said = status("Available", None, connectorId=connector)
        await talk.ask("StatusNotification", said if timestamp is None else said | {"timestamp": timestamp})
    states = await in_db(lambda: list(ConnectorState.objects.all()))()
    assert [state.effective_at == state.received_at for state in states] == [True] * 4


async def test_it_keeps_every_field_and_makes_the_connector(talk: Talk) -> None:
    more = {"errorCode": "OtherError", "info": "hot\x00", "vendorId": "V", "vendorErrorCode": "E1"}
    await talk.ask("StatusNotification", status("Occupied", 1, connectorId=0, **more))
    state = await in_db(ConnectorState.objects.get)()
    said = (state.number, state.status, state.error_code, state.info, state.vendor_id, state.vendor_error_code)
    assert said == (0, "Occupied", "OtherError", "hot", "V", "E1")
    await eventually(lambda: Connector.objects.filter(number=0).exists(), "the connector is made")
