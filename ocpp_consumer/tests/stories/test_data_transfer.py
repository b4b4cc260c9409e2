"""DataTransfer by vendor (S 4.3, TC_064): nothing is accepted that nobody has asked for."""

from typing import Any

import pytest
from django.conf import LazySettings

from ocpp_consumer.models import Frame
from ocpp_consumer.tests.server import Talk, in_db


async def test_it_knows_no_vendor_by_itself(talk: Talk) -> None:
    assert await talk.ask("DataTransfer", {"vendorId": "org.example", "data": "x"}) == {"status": "UnknownVendorId"}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"vendorId": "org.example", "messageId": "load"}, "Accepted"),
        ({"vendorId": "org.example", "messageId": "other"}, "UnknownMessageId"),
        ({"vendorId": "org.example"}, "UnknownMessageId"),
        ({"vendorId": "net.example"}, "Accepted"),
        ({"vendorId": "net.example", "messageId": "load"}, "UnknownMessageId"),
        ({"vendorId": "com.example", "messageId": "load"}, "UnknownVendorId"),
    ],
)
async def test_it_accepts_what_an_operator_wants_kept(
    talk: Talk, settings: LazySettings, said: dict[str, Any], status: str
) -> None:
    settings.OCPP_DATA_KEPT = ["org.example/load", "net.example"]
    assert await talk.ask("DataTransfer", {**said, "data": "{}"}) == {"status": status}
    assert '"data": "{}"' in (await in_db(Frame.objects.get)(direction="in")).text


@pytest.mark.parametrize("data", [{"load": [1, 2]}, ["x"], 7, None])
async def test_it_bears_data_that_is_no_text(talk: Talk, data: Any) -> None:
    """Situation 26: an object where a string belongs is kept and flagged."""
    assert await talk.ask("DataTransfer", {"vendorId": "x", "data": data}) == {"status": "UnknownVendorId"}
    assert (await in_db(Frame.objects.get)(direction="in")).error == "data: type"


async def test_it_still_refuses_a_transfer_of_nobody(talk: Talk) -> None:
    await talk.send([2, "1", "DataTransfer", {"data": {"a": 1}}])
    assert (await talk.hear())[:3] == [4, "1", "OccurenceConstraintViolation"]
