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
        json.dumps([2, "1", "DataTransfer", {"vendorId": "x", "data": json.dumps({"password": SECRET})}]),
        json.dumps([2, "1", "DataTransfer", {"vendorId": "x", "data": " " + json.dumps([{"Wifi_PSK": SECRET}])}]),
        json.dumps([2, "1", "DataTransfer", {"data": json.dumps({"data": json.dumps({"api-key": SECRET})})}]),
        json.dumps([2, "1", "DataTransfer", {"data": '{"password": "' + SECRET}]),
        pytest.param(
            json.dumps([2, "1", "DataTransfer", {"data": f'{{"pwd":"{SECRET}"}}' + " " * 100_000}]), id="long"
        ),
        json.dumps([2, "1", "DataTransfer", {"vendorId": "x", "data": f"AuthorizationKey={SECRET}"}]),
        json.dumps([2, "1", "DataTransfer", {"vendorId": "x", "data": f"ssid=home; WifiPSK : '{SECRET}'; x=1"}]),
        json.dumps([3, "1", {"configurationKey": [{"key": "WifiPSK", "readonly": False, "value": SECRET}]}]),
        json.dumps([3, "1", {"configurationKey": [{"key": "admin-pwd", "readonly": False, "value": SECRET}]}]),
        json.dumps([2, "1", "ChangeConfiguration", {"key": "private_key", "value": SECRET}]),
        json.dumps([2, "1", "GetDiagnostics", {"location": f"https://host/path?token={SECRET}&x=1"}]),
        *(
            json.dumps([2, "1", "ChangeConfiguration", {"key": key, "value": SECRET}])
            for key in ("WifiPass", "APNPin", "AccessCode", "SIM_PIN", "wifipass", "Passphrase", "pin")
        ),
        *(f"{name}={SECRET}" for name in ("pass", "pin", "WifiPass", "APN-PIN", "access code", "user_pass")),
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
        "passed: 3, pinned=2, spin=1, bypass=0, compass: north, stopping=4, pin 3: bent",
        json.dumps([3, "1", {"configurationKey": [{"key": "WebSocketPingInterval", "value": "30"}]}]),
        json.dumps([2, "1", "DataTransfer", {"passed": "a", "pinned": "b", "Bypass": "c", "TypingSpeed": "d"}]),
        json.dumps([2, "1", "DataTransfer", {"vendorId": "x", "data": '{"ssid" : "home", "keys": 2}'}]),
        json.dumps([2, "1", "StatusNotification", {"info": "token reader is out of order: no key"}]),
        pytest.param(json.dumps([2, "1", "DataTransfer", {"data": "[" * 60_000 + "key"}]), id="deep"),
    ],
)
def test_it_leaves_the_rest_alone(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('[{"\u0130":1,"passw":"abc","b":"c"', '[{"\u0130":1,"passw":"***","b":"c"'),
        ('{"key":"AuthorizationKey","value" :  "abc', '{"key":"AuthorizationKey","value" :  "***'),
        ('{"psk":1},{"note":"abc"', '{"psk":***},{"note":"abc"'),
        ("\u0130 pwd=abc", "\u0130 pwd=***"),
        ("token" * 3 + "=abc", "token" * 3 + "=***"),
        ("ftp://a:b@c ftp://d:e@f", "ftp://***@c ftp://***@f"),
    ],
    ids=["capital", "pair", "braces", "moved", "repeated", "addresses"],
)
def test_it_blanks_what_is_no_json_where_it_stands(text: str, masked: str) -> None:
    assert mask_text(text) == masked


def test_it_blanks_no_more_than_the_secret() -> None:
    inside = json.dumps({"ssid": "home", "psk": SECRET}, separators=(",", ":"))
    frame = json.dumps([2, "1", "DataTransfer", {"data": inside, "note": f"pwd={SECRET}; ssid=home"}])
    said = json.loads(mask_text(frame))[3]
    assert said == {"data": '{"ssid":"home","psk":"***"}', "note": "pwd=***; ssid=home"}
