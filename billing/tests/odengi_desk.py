"""O!Dengi as far as product.md 4.7 knows it: a server that checks the signature of the very bytes it is sent."""

import hmac
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

SID, PASSWORD = "1234567890", "merchant-password-canary"  # of nobody
KEYS = ["cmd", "version", "sid", "mktime", "lang", "data", "hash"]
TAIL = re.compile(rb',"hash":"([0-9a-f]{32})"}\Z')


@dataclass
class OdengiDesk:
    """Its invoices with their payments; `says` overrides every answer, bytes as they are; `held` makes it slow."""

    invoices: dict[str, dict[str, Any]] = field(default_factory=dict)
    heard: list[dict[str, Any]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    says: Any = None
    code: int = 200
    released: threading.Event = field(default_factory=threading.Event)
    held: bool = False
    address: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: count(900_000_001))

    def pay(self, invoice: str, status: str = "approved", trans_id: Any = "T-1", **more: Any) -> None:
        """Put a payment of the whole invoice down, or whatever a test wants to stand there."""
        made = {"status": status, "amount": self.invoices[invoice]["amount"], "trans_id": trans_id, **more}
        self.invoices[invoice]["payments"] = [made]

    def asked_for(self, cmd: str) -> int:
        """How often it heard that command."""
        return sum(1 for one in self.heard if one["cmd"] == cmd)

    def answer(self, raw: bytes) -> Any:
        """What it says to a request."""
        self.raw.append(raw)
        if wrong := complaint_about(raw):
            return error(1, wrong)
        said = json.loads(raw)
        self.heard.append(said)
        if self.says is not None:
            return self.says
        return {"createInvoice": self.create, "statusPayment": self.status}[said["cmd"]](said["data"])

    def create(self, data: dict[str, Any]) -> dict[str, Any]:
        """A new invoice."""
        name = str(next(self.numbers))
        self.invoices[name] = {"order_id": data["order_id"], "amount": data["amount"], "payments": []}
        links = {"qr": f"00020101{name}", "link_app": f"https://app.example/{name}", "site_pay": "https://pay.example"}
        return {"cmd": "createInvoice", "data": {"invoice_id": name, **links, **self.more}}

    def status(self, data: dict[str, Any]) -> dict[str, Any]:
        """Where one stands."""
        found = self.invoices.get(data["invoice_id"])
        if found is None:
            return error(7, "no such invoice")
        if not found["payments"]:
            return {"cmd": "statusPayment", "data": {"status": "processing"}}
        return {"cmd": "statusPayment", "data": {"payments": found["payments"]}}


def error(code: int, sentence: str) -> dict[str, Any]:
    """How it says no."""
    return {"cmd": "error", "data": {"error": code, "desc": f"{sentence}, Aida Asanova, +996 555 123 456"}}


def complaint_about(raw: bytes) -> str:
    """What is wrong with an envelope; empty if nothing is."""
    tail = TAIL.search(raw)
    if tail is None:
        return "no hash at the end"
    digest = hmac.new(PASSWORD.encode(), raw[: tail.start()] + b"}", "md5").hexdigest()
    if tail.group(1).decode() != digest:
        return "another hash"
    said = json.loads(raw)
    if list(said) != KEYS or said["version"] != 1005 or said["sid"] != SID or not said["mktime"].isdigit():
        return "another envelope"
    return "" if json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode() == raw else "not compact"


@contextmanager
def open_desk() -> Iterator[OdengiDesk]:
    """Listening on a free port of this machine."""
    desk = OdengiDesk()

    class Counter(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = desk.answer(self.rfile.read(int(self.headers["Content-Length"])))
            if desk.held:
                desk.released.wait(30)
            body = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
            self.send_response(desk.code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    desk.address = f"http://127.0.0.1:{server.server_address[1]}/api/json/json.php"
    try:
        yield desk
    finally:
        desk.released.set()
        server.shutdown()
        server.server_close()
