"""What is valid, and what is put in its place."""

from typing import Any

AT = "2026-01-01T10:00:00Z"
SAMPLE = {"value": "12.5", "context": "Sample.Periodic", "measurand": "Power.Active.Import", "unit": "W"}
METERED = [{"timestamp": AT, "sampledValue": [SAMPLE, {"value": "1000"}]}]

# One valid payload of everything that a station may say; TRANSACTION stands for one that it has begun.
TRANSACTION = -7
VALID: dict[str, dict[str, Any]] = {
    "Authorize": {"idTag": "CARD"},
    "BootNotification": {"chargePointVendor": "V", "chargePointModel": "M", "firmwareVersion": "1", "iccid": "8999"},
    "DataTransfer": {"vendorId": "com.example", "messageId": "m", "data": '{"a": 1}'},
    "DiagnosticsStatusNotification": {"status": "Uploading"},
    "FirmwareStatusNotification": {"status": "Downloading"},
    "Heartbeat": {},
    "LogStatusNotification": {"status": "Uploading", "requestId": 1},
    "MeterValues": {"connectorId": 1, "transactionId": TRANSACTION, "meterValue": METERED},
    "SecurityEventNotification": {"type": "FirmwareUpdated", "timestamp": AT, "techInfo": "x"},
    "SignCertificate": {"csr": "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"},
    "SignedFirmwareStatusNotification": {"status": "Downloading", "requestId": 1},
    "StartTransaction": {"connectorId": 1, "idTag": "CARD", "meterStart": 0, "timestamp": AT, "reservationId": 1},
    "StatusNotification": {
        **{"connectorId": 1, "errorCode": "NoError", "status": "Charging", "timestamp": AT},
        **{"info": "i", "vendorId": "v", "vendorErrorCode": "e"},
    },
    "StopTransaction": {
        **{"transactionId": TRANSACTION, "meterStop": 10, "timestamp": AT, "idTag": "CARD", "reason": "Local"},
        "transactionData": METERED,
    },
}


def nested(depth: int) -> Any:
    """An object in an object in an object."""
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, 2, 99, 101, 2**31 - 1, 2**31, 2**63 - 1, 2**63, -(2**63), 10**29, 10**31, 10**4000),
    *(0.5, -0.0, 1e-300, 1.7e308, 12.0, 0.1 + 0.2),
    *("", " ", "0", "-1", "12.0", "1e400", "NaN", "true", "null", "x" * 51, "x" * 300, "x" * 20_000, "x" * 900_000),
    *("\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202e", "\ufeff", "ключ", "😀" * 30, "e\u0301" * 100, "\x1b[31m"),
    *("'; DROP TABLE x; --", "%s%n", "{}", "[", "\\", '"', "../../etc/passwd", "http://u:p@h/", "<script>"),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z"),
    *("2026-01-01", "2026-01-01T10:00:00", "2026-01-01T10:00:00.123456789+14:00", "20260101T100000Z", "infinity"),
    *([], {}, [[]], [None], [{}], {"": ""}, {"a": None}, [0] * 500, ["x"] * 500, nested(5), nested(40), nested(200)),
    *([METERED[0]] * 50, [{"timestamp": AT, "sampledValue": [{"value": "1"}] * 300}], [{"sampledValue": None}]),
]
# What takes long to read, as long as a frame may be: texts that make a careless search begin anew at each letter, and
# values of very many parts.
LONGEST = 1_000_000
PUMPS = [
    "token",
    "://",
    "://a@",
    "key",
    'psk":"',
    "9",
    "\\",
    "\\u0041",
    "lnk0",
    "secret ",
    "\u0130pwd=",
    "{passw:",
    "[",
]
PUMPS += ["token:" * 33 + " " * 900, '{"key":"token"}']
PUMPED = [pump * (LONGEST // len(pump.encode())) for pump in PUMPS]
HEAVY: list[Any] = [
    *([{}] * 240_000, [{"key": 1}] * 80_000, [[]] * 240_000, [{"a": {"token": ["x"]}}] * 35_000),
    [{"timestamp": AT, "sampledValue": [{"value": "1"}] * 55_000}],
    [{"timestamp": AT, "sampledValue": [{"value": "x", "odd": 1}] * 30_000}],
]
# What no writer of JSON writes: put into the text in place of a value.
LITERALS = ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "01", "+1", "1.", ".5", "0x10", "'a'", "undefined"]
LITERALS += ["9" * 5000, "-" + "9" * 300, "[" * 100_000, "{" * 1000, '"\\x"', '"\\ud800\\ud800"', "tru", "/**/1"]
IDS: list[Any] = ["", 0, 7, -1, 1.5, 10**20, True, False, None, [], {}, ["a"], "x" * 36, "x" * 37, "x" * 5000]
IDS += ["\x00", "\ud800", "ключ", "😀", "same", "same", '"', "\n"]
ACTIONS: list[Any] = ["", "heartbeat", "Reset", "MakeCoffee", "x" * 61, "A" * 10_000, "\x00", "\ud800", "ключ", None]
ACTIONS += [7, True, [], {}, "Heartbeat ", "__class__", "CertificateSigned", "StartTransactionResponse"]
KINDS: list[Any] = [0, 1, 3, 3, 4, 4, 5, -2, 22, 2.0, "2", None, True, [], {}]
TEXTS = [
    "",
    " ",
    "\t\r\n",
    "[",
    "]",
    "{",
    "null",
    "[]",
    "[2]",
    "[[[[",
    '"',
    "0",
    "\x00",
    "\ufeff[]",
    "hello",
    "[2,",
    "🙂",
]
