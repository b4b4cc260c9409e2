"""What bench stations say: texts made once, with holes for what changes from frame to frame."""

import hashlib
import time
from base64 import b64encode

METER_VALUES = (
    b'[2,"%d","MeterValues",{"connectorId":1,"transactionId":%d,"meterValue":[{"timestamp":"%s","sampledValue":['
    b'{"value":"%d","context":"Sample.Periodic","measurand":"Energy.Active.Import.Register","location":"Outlet",'
    b'"unit":"Wh"},'
    b'{"value":"%d.5","context":"Sample.Periodic","measurand":"Power.Active.Import","location":"Outlet","unit":"W"},'
    b'{"value":"231.4","context":"Sample.Periodic","measurand":"Voltage","phase":"L1-N","location":"Outlet",'
    b'"unit":"V"},'
    b'{"value":"%d","context":"Sample.Periodic","measurand":"SoC","location":"EV","unit":"Percent"}]}]}]'
)
SAMPLES = 4
HEARTBEAT = b'[2,"%d","Heartbeat",{}]'
BOOT = (
    b'[2,"%d","BootNotification",{"chargePointVendor":"Bench","chargePointModel":"B2",'
    b'"chargePointSerialNumber":"%s","firmwareVersion":"1.0"}]'
)
STATUS = b'[2,"%d","StatusNotification",{"connectorId":%d,"errorCode":"NoError","status":"%s","timestamp":"%s"}]'
AUTHORIZE = b'[2,"%d","Authorize",{"idTag":"%s"}]'
START = b'[2,"%d","StartTransaction",{"connectorId":1,"idTag":"%s","meterStart":%d,"timestamp":"%s"}]'
STOP = b'[2,"%d","StopTransaction",{"transactionId":%d,"idTag":"%s","meterStop":%d,"timestamp":"%s","reason":"Local"}]'
REJECTED = b'[3,"%s",{"status":"Rejected"}]'


def identity(number: int) -> str:
    """The identity of a bench station."""
    return f"BENCH-{number:05d}"


def tag(number: int) -> str:
    """The card that is used at it."""
    return f"BENCHCARD{number:05d}"


def phone(number: int) -> str:
    """The telephone of its driver."""
    return f"+9967{number:08d}"


def key(number: int) -> str:
    """Its key, 40 hex digits, which nobody needs to be told."""
    return hashlib.sha256(identity(number).encode()).hexdigest()[:40]


def handshake(number: int, *, host: str, path: str) -> bytes:
    """The request that opens its socket."""
    credentials = b64encode(f"{identity(number)}:{key(number)}".encode()).decode()
    lines = (
        f"GET {path}{identity(number)} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: YmVuY2ggYmVuY2ggYmVuYw==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: ocpp1.6",
        f"Authorization: Basic {credentials}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def now() -> bytes:
    """This moment as stations write it, to the microsecond, so that no two samples of a station are one."""
    whole, part = divmod(time.time(), 1.0)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)).encode() + b".%06dZ" % int(part * 1e6)


def meter_values(count: int, transaction_id: int) -> bytes:
    """The next MeterValues of a running transaction; register, power and charge go up with the count."""
    return METER_VALUES % (count, transaction_id, now(), 1000 + count, 7000 + count % 400, count % 100)
