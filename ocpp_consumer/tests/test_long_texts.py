"""A frame so long that it takes a while to read holds up its own socket, and no other."""

import asyncio
import threading
from datetime import UTC, datetime

from ocpp_consumer import long_texts
from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Server, Talk, basic, in_db, make_station, talking
from ocpp_consumer.v16 import schemas


async def test_it_serves_others_while_a_long_frame_is_read(server: Server, talk: Talk) -> None:
    _, key = await in_db(make_station)("other")
    is_read = threading.Event()
    async with talking(server, "/ocpp/other", headers=basic("other", key)) as other:
        reading = asyncio.run_coroutine_threadsafe(long_texts.work_out(is_read.wait, 30), server.loop)
        try:
            said = {"vendorId": "x", "data": "token=abc " * long_texts.LONG}
            await talk.send([2, "long", "DataTransfer", said])
            await talk.send([2, "short", "Heartbeat", {}])
            await other.ask("BootNotification", {"chargePointVendor": "a", "chargePointModel": "b"})
            await other.ask("Heartbeat", {})
            assert not await in_db(Frame.objects.filter(action="DataTransfer").exists)()
        finally:
            is_read.set()
        await asyncio.wrap_future(reading)
        assert [(await talk.hear())[1] for _ in range(2)] == ["long", "short"]
    kept = await in_db(Frame.objects.get)(action="DataTransfer", direction="in")
    assert ("token=***" in kept.text, "abc" in kept.text) == (True, False)


def test_it_finds_what_is_wrong_far_behind_in_a_long_list() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    values = [{"timestamp": at, "sampledValue": [{"value": "1"}]}] * 1000
    payload = {"connectorId": 1, "meterValue": [*values, {"timestamp": at}]}
    problem = schemas.problem("MeterValues", payload, lenient=frozenset())
    assert problem is not None
    assert problem.text == "meterValue.1000.sampledValue: required"
    assert schemas.problem("MeterValues", {"connectorId": 1, "meterValue": values}, lenient=frozenset()) is None
