"""Frames are told in a line of words, by the clock of the place; no text of anybody makes that fail."""

import json
import unicodedata
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from ocpp_consumer import rpc
from ocpp_consumer.v16 import decoded, schemas
from ocpp_consumer.v16.decoded.parts import LONGEST, UNSEEN

BISHKEK = ZoneInfo("Asia/Bishkek")
HOSTILE = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "\u202egnp.exe", "a\x00b", "x" * 5000, "\ud800"]
FOREVER = 10**40


def told(action: str, payload: Any, *, language: str = "en") -> str:
    """A CALL in words."""
    with translation.override(language):
        return decoded.line(json.dumps([2, "1", action, payload]), action=action, zone=BISHKEK)


def answered(action: str, payload: Any) -> str:
    """What a CALL was answered, in words."""
    with translation.override("en"):
        return decoded.line(json.dumps([3, "1", payload]), action=action, zone=BISHKEK)


METER = {
    "connectorId": 2,
    "transactionId": 77,
    "meterValue": [
        {"timestamp": "2026-11-20T12:00:00Z", "sampledValue": [{"value": "11000"}]},
        {
            "timestamp": "2026-11-20T12:01:00Z",
            "sampledValue": [
                {"value": "12.4", "unit": "kWh"},
                {"value": "11000", "unit": "W", "measurand": "Power.Active.Import"},
                {"value": "80", "unit": "Percent", "measurand": "SoC"},
                {"value": "231.5", "unit": "V", "measurand": "Voltage", "phase": "L1"},
            ],
        },
    ],
}
FAULT = {
    "connectorId": 2,
    "status": "Faulted",
    "errorCode": "GroundFailure",
    "vendorErrorCode": "E17",
    "timestamp": "2026-11-20T12:00:00Z",
}


@pytest.mark.parametrize(
    ("action", "payload", "line"),
    [
        ("MeterValues", METER, "MeterValues: 12.4 kWh, 11 kW, 80 %, Voltage L1 231.5 V, connector 2, transaction 77"),
        (
            "StatusNotification",
            FAULT,
            "StatusNotification: connector 2 Faulted, GroundFailure, vendor E17, 20 Nov 2026 18:00:00",
        ),
        (
            "StartTransaction",
            {"connectorId": 1, "idTag": "KG-1", "meterStart": 1200, "timestamp": "2026-11-20T12:00:00Z"},
            "StartTransaction: connector 1, tag KG-1, meter 1.2 kWh, 20 Nov 2026 18:00:00",
        ),
        (
            "StopTransaction",
            {"transactionId": 77, "reason": "EVDisconnected", "meterStop": "24000", "timestamp": "yesterday"},
            "StopTransaction: transaction 77, reason EVDisconnected, meter 24 kWh, yesterday",
        ),
        (
            "BootNotification",
            {"chargePointVendor": "V", "chargePointModel": "M", "firmwareVersion": "1.2"},
            "BootNotification: V M, firmware 1.2",
        ),
        ("Heartbeat", {}, "Heartbeat"),
        ("Reset", {"type": "Hard"}, "Reset: Hard"),
        ("ChangeConfiguration", {"key": "A", "value": "1"}, "ChangeConfiguration: A = 1"),
        ("GetConfiguration", {}, "GetConfiguration: all keys"),
        (
            "ChangeAvailability",
            {"connectorId": 0, "type": "Inoperative"},
            "ChangeAvailability: the whole station, Inoperative",
        ),
        (
            "SetChargingProfile",
            {
                "connectorId": 1,
                "csChargingProfiles": {
                    "chargingProfilePurpose": "TxProfile",
                    "chargingSchedule": {
                        "chargingRateUnit": "A",
                        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 32}, {"startPeriod": 60, "limit": 6.5}],
                    },
                },
            },
            "SetChargingProfile: connector 1, TxProfile, 32 A → 6.5 A",
        ),
        ("GetLog", {"logType": "DiagnosticsLog", "requestId": 4, "log": {}}, "GetLog: DiagnosticsLog, job 4"),
        ("Unheard", {"some": "field", "list": [1, 2]}, "Unheard: some field, list [2]"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_it_tells_a_call_in_words(action: str, payload: dict[str, Any], line: str) -> None:
    assert told(action, payload) == line


@pytest.mark.parametrize(
    ("action", "payload", "line"),
    [
        ("StartTransaction", {"transactionId": 9, "idTagInfo": {"status": "Blocked"}}, "Blocked, transaction 9"),
        ("BootNotification", {"status": "Accepted", "interval": 300}, "Accepted, heartbeat every 300 s"),
        ("Heartbeat", {"currentTime": "2026-11-20T12:00:00Z"}, "20 Nov 2026 18:00:00"),
        (
            "GetConfiguration",
            {"configurationKey": [{"key": "A", "value": "1"}], "unknownKey": ["B"]},
            "A = 1, unknown: 1",
        ),
        ("Reset", {"status": "Rejected"}, "Rejected"),
        ("MeterValues", {}, "received"),
    ],
    ids=["start", "boot", "heartbeat", "keys", "reset", "nothing"],
)
def test_it_tells_an_answer_in_words(action: str, payload: dict[str, Any], line: str) -> None:
    assert answered(action, payload) == line


def test_it_tells_a_refusal_and_what_is_no_message() -> None:
    with translation.override("en"):
        refusal = decoded.line('[4,"1","NotSupported","no way",{}]', action="Reset", zone=BISHKEK)
        noise = decoded.line("<html>", action="", zone=BISHKEK)
    assert (refusal, noise) == ("refused: NotSupported: no way", "cannot be understood: not JSON")


def test_it_speaks_russian() -> None:
    assert told("StopTransaction", {"transactionId": 7, "reason": "Local"}, language="ru") == (
        "StopTransaction: транзакция 7, причина Local"
    )


def test_every_request_of_the_dialect_has_words_of_its_own() -> None:
    assert set(decoded.CALLS) == set(schemas.KNOWN)


FIELDS = [
    "connectorId",
    "transactionId",
    "meterValue",
    "sampledValue",
    "value",
    "unit",
    "measurand",
    "timestamp",
    "idTag",
    "idTagInfo",
    "expiryDate",
    "key",
    "configurationKey",
    "unknownKey",
    "csChargingProfiles",
    "chargingSchedule",
    "chargingSchedulePeriod",
    "limit",
    "duration",
    "status",
    "interval",
    "currentTime",
    "localAuthorizationList",
    "meterStart",
    "meterStop",
    "vendorId",
    "data",
    "log",
    "firmware",
    "retrieveDateTime",
]

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([*HOSTILE, FOREVER]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12) | st.sampled_from(FIELDS), inner),
    max_leaves=12,
)


def is_a_line(text: str) -> bool:
    """Whether it can stand in a page."""
    return len(text) <= 2 * LONGEST + 80 and not any(unicodedata.category(letter) in UNSEEN for letter in text)


@settings(max_examples=300, deadline=None)
@given(
    action=st.sampled_from([*decoded.CALLS, "Unheard", ""]), payload=st.dictionaries(st.sampled_from(FIELDS), anything)
)
def test_no_payload_makes_it_fail(action: str, payload: dict[str, Any]) -> None:
    for frame in (rpc.Call("1", action, payload), rpc.Result("1", payload)):
        assert is_a_line(decoded.in_words(frame, action=action, zone=BISHKEK))


@settings(max_examples=300, deadline=None)
@given(text=st.text() | anything.map(lambda value: json.dumps([2, "1", "MeterValues", value])))
def test_no_text_makes_it_fail(text: str) -> None:
    assert is_a_line(decoded.line(text, action="MeterValues", zone=BISHKEK))
