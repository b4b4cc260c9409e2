"""A small server that speaks the few endpoints of Stripe that we use, with its keys, errors and small units."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pytest_django import Settings

KEY = "sk_test_local"
WEBHOOK_SECRET = "whsec_local"
Answer = tuple[int, Any]


def error(status: int, kind: str, message: str) -> Answer:
    """An error as Stripe writes it."""
    return status, {"error": {"type": kind, "message": message}}


@dataclass
class LocalStripe:
    """Its books, what it heard, and, where a test wants that, one answer to everything."""

    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    disputes: list[dict[str, Any]] = field(default_factory=list)
    heard: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    keys: dict[str, tuple[dict[str, str], Answer]] = field(default_factory=dict)
    says: tuple[int, bytes] | None = None
    hangs_up: bool = False
    address: str = ""
    refunds_become: str = "succeeded"
    numbers: Any = field(default_factory=lambda: count(1))

    def answer(self, method: str, path: str, form: dict[str, str], key: str) -> Answer:
        """What the endpoint says; a key that was used says the same again."""
        if key and key in self.keys:
            before, said = self.keys[key]
            return said if before == form else error(400, "idempotency_error", "Keys for other parameters.")
        match method, path.strip("/").split("/"):
            case "POST", ["v1", "checkout", "sessions"]:
                said = self.open_page(form)
            case "GET", ["v1", "checkout", "sessions", name] if name in self.sessions:
                said = 200, self.page(name, expanded="expand[0]" in form)
            case "GET", ["v1", "refunds"]:
                said = (
                    200,
                    self.listed([one for one in self.refunds if one["payment_intent"] == form["payment_intent"]]),
                )
            case "POST", ["v1", "refunds"]:
                said = self.send_back(form)
            case "GET", ["v1", "disputes"]:
                said = 200, self.listed(self.disputes)
            case _:
                said = error(404, "invalid_request_error", f"No such thing: {path}")
        if key:
            self.keys[key] = form, said
        return said

    def open_page(self, form: dict[str, str]) -> Answer:
        """A page to pay on."""
        name = f"cs_test_{next(self.numbers)}"
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "url": f"https://checkout.stripe.example/c/pay/{name}",
            "status": "open",
            "payment_status": "unpaid",
            "currency": form["line_items[0][price_data][currency]"],
            "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
            "client_reference_id": form["client_reference_id"],
            "metadata": {"order": form["metadata[order]"]},
            "expires_at": int(form["expires_at"]),
            "payment_intent": None,
        }
        return 200, self.sessions[name]

    def pay(self, name: str) -> None:
        """A person pays on the page."""
        page = self.sessions[name]
        charge = {"id": f"ch_{name}", "object": "charge", "amount_refunded": 0, "disputed": False}
        intent = {"id": f"pi_{name}", "object": "payment_intent", "latest_charge": charge}
        intent |= {"amount_received": page["amount_total"], "currency": page["currency"]}
        page |= {"status": "complete", "payment_status": "paid", "payment_intent": intent}

    def page(self, name: str, *, expanded: bool) -> dict[str, Any]:
        """A page; what it refers to stands in it only where that was asked for."""
        page = self.sessions[name]
        intent = page["payment_intent"]
        return page if expanded or not intent else page | {"payment_intent": intent["id"]}

    def charge_of(self, name: str) -> dict[str, Any]:
        """The charge behind a page."""
        charge: dict[str, Any] = self.sessions[name]["payment_intent"]["latest_charge"]
        return charge

    def dispute(self, name: str, amount: int, status: str, currency: str = "kgs") -> None:
        """The payer's bank disputes a payment."""
        self.charge_of(name)["disputed"] = True
        about = {"id": "dp_1", "object": "dispute", "payment_intent": f"pi_{name}"}
        self.disputes.append(about | {"amount": amount, "status": status, "currency": currency})

    def fail_refund(self, name: str, status: str = "failed") -> None:
        """The payer's bank does not take the newest refund: its money is on our balance again."""
        refund = self.refunds[-1]
        refund["status"] = status
        self.charge_of(name)["amount_refunded"] -= refund["amount"]

    def send_back(self, form: dict[str, str]) -> Answer:
        """A refund, as far as something is left."""
        page = next(
            one for one in self.sessions.values() if (one["payment_intent"] or {}).get("id") == form["payment_intent"]
        )
        charge, amount = self.charge_of(page["id"]), int(form["amount"])
        if charge["amount_refunded"] + amount > page["amount_total"]:
            return error(400, "invalid_request_error", "Refund amount is greater than unrefunded amount on charge.")
        charge["amount_refunded"] += amount
        made = {"id": f"re_{next(self.numbers)}", "object": "refund", "amount": amount, "status": self.refunds_become}
        made |= {"payment_intent": form["payment_intent"], "metadata": {"key": form["metadata[key]"]}}
        self.refunds.append(made)
        return 200, made

    def listed(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """A list as Stripe writes it."""
        return {"object": "list", "data": rows, "has_more": False, "url": "/v1/x"}

    def start(self) -> ThreadingHTTPServer:
        """Listen on a free port of this machine."""
        books = self

        class Desk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                self.reply(dict(parse_qsl(body, keep_blank_values=True)))

            def do_GET(self) -> None:
                self.reply(dict(parse_qsl(urlsplit(self.path).query)))

            def reply(self, form: dict[str, str]) -> None:
                path = urlsplit(self.path).path
                books.heard.append((self.command, path, form))
                if books.hangs_up:
                    self.close_connection = True
                    return
                if self.headers["Authorization"] != f"Bearer {KEY}":
                    status, said = error(401, "invalid_request_error", "Invalid API Key provided")
                else:
                    status, said = books.answer(self.command, path, form, self.headers.get("Idempotency-Key", ""))
                body = json.dumps(said).encode()
                if books.says:
                    status, body = books.says
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing on the terminal."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{server.server_address[1]}"
        return server


@contextmanager
def open_stripe(settings: Settings) -> Iterator[LocalStripe]:
    """A Stripe on this machine that takes cards for us."""
    books = LocalStripe()
    server = books.start()
    settings.STRIPE_API_URL, settings.STRIPE_API_KEY = books.address, KEY
    settings.STRIPE_WEBHOOK_SECRET, settings.CARD_PROVIDER = WEBHOOK_SECRET, "stripe"
    try:
        yield books
    finally:
        server.shutdown()
        server.server_close()
