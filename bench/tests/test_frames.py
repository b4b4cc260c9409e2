"""What bench stations say is OCPP 1.6 to the letter, so that nothing on the server takes a way out."""

import json
from datetime import datetime

import pytest

from bench import frames
from ocpp_consumer.rpc import Call, parse
from ocpp_consumer.v16 import schemas

AT = b"2026-03-02T09:00:00.000000Z"
SAID = [
    frames.meter_values(7, 3),
    frames.HEARTBEAT % 7,
    frames.BOOT % (7, b"SN00001"),
    frames.STATUS % (7, 1, b"Available", AT),
    frames.AUTHORIZE % (7, b"CARD"),
    frames.START % (7, b"CARD", 1000, AT),
    frames.STOP % (7, 3, b"CARD", 2000, AT),
]


@pytest.mark.parametrize("text", SAID, ids=lambda text: json.loads(text)[2])
def test_it_says_what_the_schemas_allow(text: bytes) -> None:
    call = parse(text.decode())
    assert isinstance(call, Call)
    assert call.id == "7"
    assert schemas.validator(call.action).is_valid(call.payload)


def test_it_never_says_the_same_samples_twice() -> None:
    one, other = (json.loads(frames.meter_values(count, 3))[3]["meterValue"][0] for count in (1, 2))
    assert len(one["sampledValue"]) == frames.SAMPLES
    assert datetime.fromisoformat(one["timestamp"]) < datetime.fromisoformat(other["timestamp"])
    assert one["sampledValue"][0]["value"] != other["sampledValue"][0]["value"]


def test_it_has_a_key_of_forty_digits_for_every_station() -> None:
    keys = {frames.key(number) for number in range(100)}
    assert len(keys) == 100
    assert all(len(bytes.fromhex(key)) == 20 for key in keys)
