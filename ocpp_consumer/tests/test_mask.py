"""Secrets are blanked however they are written; everything else stays as it was received."""

import json

import pytest

from ocpp_consumer.masking import mask_text

SECRET = "c0ffee-c0ffee-c0ffee"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([2, "1", "ChangeConfiguration", {"key": "AuthorizationKey", "value": SECRET}]),
        json.dumps([2, "1", "ChangeConfiguration", {"value": SECRET, "key": "authorizationkey"}]),
        json.dumps([3, "1", {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": SECRET}]}]),
        json.dumps([2, "1", "GetDiagnostics", {"location": f"ftp://user:{SECRET}@host/path"}]),
        json.dumps([2, "1", "DataTransfer", {"vendorId": "x", "password": SECRET}]),
        '[2,"1","ChangeConfiguration",{"key":"\\u0041uthorizationKey","value":"' + SECRET + '"}]',
        '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"' + SECRET + '"',
        f"call me at ftp://user:{SECRET}@host",
    ],
)
def test_it_blanks_a_secret(text: str) -> None:
    masked = mask_text(text)
    assert SECRET not in masked
    assert "***" in masked


@pytest.mark.parametrize(
    "text",
    [
        '[2, "1",  "Heartbeat", {}]',
        json.dumps([3, "1", {"configurationKey": [{"key": "HeartbeatInterval", "value": "300"}]}]),
        json.dumps([2, "1", "UpdateFirmware", {"location": "https://host/path"}]),
        "not JSON at all",
    ],
)
def test_it_leaves_the_rest_alone(text: str) -> None:
    assert mask_text(text) == text
