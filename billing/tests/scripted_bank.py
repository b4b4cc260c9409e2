"""A bank that says over HTTP what a test tells it to say, however odd."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# An address of this machine on which no bank listens.
NOBODY = "http://127.0.0.1:1"


@dataclass
class ScriptedBank:
    """Its next answers: the invoice it makes, and the status it tells; bytes are sent as they are."""

    invoice: Any = field(default_factory=lambda: {"invoice": "bank-1", "page": "http://bank.example/bank-1"})
    status: Any = field(default_factory=dict)
    refund: Any = field(default_factory=lambda: {"refund": "RF-1"})
    code: int = 200
    heard: list[tuple[str, str, Any]] = field(default_factory=list)
    address: str = ""
    while_asked: Callable[[], None] = lambda: None

    def says(self, status: str, amount: str = "500.00", currency: str = "KGS", transaction: str = "T-1") -> None:
        """What it answers when it is asked about an invoice."""
        self.status = {"status": status, "amount": amount, "currency": currency, "transaction": transaction}

    def sent_back(self, amount: str) -> None:
        """How much of a payment went back to the payer, whoever wanted that."""
        self.status |= {"returned": amount}

    def start(self) -> ThreadingHTTPServer:
        """Listen on a free port of this machine."""
        bank = self

        class Counter(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                bank.heard.append(("POST", self.path, json.loads(self.rfile.read(length))))
                self.reply(bank.refund if self.path.endswith("/refunds") else bank.invoice)

            def do_GET(self) -> None:
                bank.heard.append(("GET", self.path, None))
                self.reply(bank.status)

            def reply(self, said: Any) -> None:
                bank.while_asked()
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(bank.code)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing on the terminal."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{server.server_address[1]}"
        return server
