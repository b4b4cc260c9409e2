"""Malformed frames of every kind: answered or counted as OCPP-J says, and no socket suffers but, at most, its own."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from ocpp_consumer.models import Frame
from ocpp_consumer.tests.conformance.charger import CALL, ERROR, PATIENCE, RESULT, Charger, connected
from ocpp_consumer.tests.conformance.server import Server
from ocpp_consumer.tests.conformance.site import make_site

Say = Callable[[str], Any]


def boot(**fields: Any) -> dict[str, Any]:
    """What a BootNotification says, with something wrong."""
    return {"chargePointVendor": "Conformance", "chargePointModel": "Suite"} | fields


# What is sent, by the id that may be in it, and what answers: nothing, RESULT or the code of an ERROR.
KINDS: dict[str, tuple[Say, str | int | None]] = {
    "not_json": (lambda own: f'[2,"{own}","Heartbeat",{{}}', None),
    "not_an_array": (lambda own: {"id": own}, None),
    "empty_array": (lambda own: [], None),
    "no_id": (lambda own: [CALL], None),
    "unknown_message_type": (lambda own: [9, own, "Heartbeat", {}], None),
    "message_type_as_text": (lambda own: ["2", own, "Heartbeat", {}], None),
    "call_too_short": (lambda own: [CALL, own, "Heartbeat"], "FormationViolation"),
    "call_too_long": (lambda own: [CALL, own, "Heartbeat", {}, {}], "FormationViolation"),
    "action_is_no_text": (lambda own: [CALL, own, ["Heartbeat"], {}], "FormationViolation"),
    "payload_is_no_object": (lambda own: [CALL, own, "Heartbeat", []], "FormationViolation"),
    "payload_is_null": (lambda own: [CALL, own, "Heartbeat", None], RESULT),
    "id_too_long": (lambda own: [CALL, own.ljust(40, "x"), "Heartbeat", {}], "FormationViolation"),
    "id_is_an_object": (lambda own: [CALL, {"id": own}, "Heartbeat", {}], None),
    "unknown_action": (lambda own: [CALL, own, "Teleport", {}], "NotImplemented"),
    "unsupported_action": (lambda own: [CALL, own, "Reset", {"type": "Hard"}], "NotSupported"),
    "missing_field": (lambda own: [CALL, own, "Authorize", {}], "OccurenceConstraintViolation"),
    "wrong_type": (lambda own: [CALL, own, "BootNotification", boot(meterType=7)], "TypeConstraintViolation"),
    "value_out_of_range": (
        lambda own: [CALL, own, "FirmwareStatusNotification", {"status": "Baked"}],
        "PropertyConstraintViolation",
    ),
    "unexpected_field": (lambda own: [CALL, own, "BootNotification", boot(colour="green")], RESULT),
    "result_nobody_asked_for": (lambda own: [RESULT, own, {"status": "Accepted"}], None),
    "result_too_short": (lambda own: [RESULT, own], None),
    "error_nobody_asked_for": (lambda own: [ERROR, own, "GenericError", "", {}], None),
    "error_too_short": (lambda own: [ERROR, own], None),
    "deeply_nested": (lambda own: "[" * 100_000, None),
    "huge_number": (lambda own: f'[2,"{own}","Heartbeat",{{"n":{"9" * 5000}}}]', RESULT),
    "not_a_number": (lambda own: f'[2,"{own}","Heartbeat",{{"n":NaN}}]', None),
    "lone_surrogate": (lambda own: f'[2,"{own}","Authorize",{{"idTag":"\\ud800\\u0000"}}]', RESULT),
    "binary": (lambda own: json.dumps([CALL, own, "Heartbeat", {}]).encode(), None),
}


@pytest.fixture(scope="module")
def neighbour(server: Server) -> Iterator[Charger]:
    """Another station on the same server, which must not notice."""
    with connected(make_site(), server.url) as charger:
        charger.booted()
        yield charger


def kept(cp: Charger) -> list[Frame]:
    """What the journal has of the station's frames with something wrong in them."""
    return list(Frame.objects.filter(station_id=cp.site.station_id, direction="in", error__gt=""))


def check_both_live(cp: Charger, neighbour: Charger) -> None:
    """The next frame of either station is answered, and nothing was said in between."""
    for station in (cp, neighbour):
        station.ask("Heartbeat")


@pytest.mark.parametrize("kind", KINDS)
def test_dp_frame(cp: Charger, neighbour: Charger, kind: str) -> None:
    """A malformed frame is answered as the table says and kept; what comes next is heard as ever"""
    say, expected = KINDS[kind]
    own = kind[:36]
    cp.send(say(own))
    if expected is not None:
        answer = json.loads(cp.socket.recv(timeout=PATIENCE))
        assert answer[1].startswith(own)
        assert expected in answer[:3:2]
    check_both_live(cp, neighbour)
    assert len(kept(cp)) == 1 or expected == RESULT


def test_dp_frame_id_is_a_number(cp: Charger, neighbour: Charger) -> None:
    """A message id that is a number goes back as one"""
    cp.send([CALL, 77, "Heartbeat", {}])
    kind, message_id, conf = json.loads(cp.socket.recv(timeout=PATIENCE))
    assert (kind, message_id, set(conf)) == (RESULT, 77, {"currentTime"})
    check_both_live(cp, neighbour)


def test_dp_frame_duplicate_id(cp: Charger, neighbour: Charger) -> None:
    """Two CALLs with one id"""
    for _ in range(2):
        cp.send([CALL, "twice", "Authorize", {"idTag": cp.site.card}])
    first, second = (json.loads(cp.socket.recv(timeout=PATIENCE)) for _ in range(2))
    assert (first[0], first[1], second[1]) == (RESULT, "twice", "twice")
    check_both_live(cp, neighbour)


def test_dp_frame_invalid_utf8(cp: Charger, neighbour: Charger) -> None:
    """A text frame that is not UTF-8 closes its own socket alone"""
    check_closes(cp, b'[2,"1","Heartbeat",{"\xff":1}]', 1007)
    neighbour.ask("Heartbeat")


def test_dp_frame_too_big(cp: Charger, neighbour: Charger) -> None:
    """A frame beyond the limit closes its own socket alone"""
    check_closes(cp, b'[2,"1","Authorize",{"idTag":"' + b"x" * 1024 * 1024 + b'"}]', 1009)
    neighbour.ask("Heartbeat")


def check_closes(cp: Charger, text: bytes, code: int) -> None:
    """The socket is closed for a text frame of these bytes, and the station may come back at once."""
    cp.socket.send(text, text=True)
    with pytest.raises(ConnectionClosed):
        cp.socket.recv(timeout=PATIENCE)
    assert cp.socket.close_code == code
