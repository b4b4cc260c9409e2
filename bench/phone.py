"""`python -m bench.phone --url http://127.0.0.1:8000`: a driver's phone that knows the published schema and no more.

It does everything that drivers can, against a running demo (`make run`), and prints what each step came to.
"""

import argparse
import json
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
from websockets.sync.client import connect

from bench.published import Api, Untold

PATIENCE_SECONDS = 90.0


class Phone:
    """One driver's evening, in the order in which a driver does things."""

    def __init__(self, url: str, station: str) -> None:
        self.api = Api(url)
        self.station = station
        self.email = f"phone-{uuid.uuid4().hex[:8]}@example.com"
        self.password = uuid.uuid4().hex
        self.session = ""

    def come_in(self) -> str:
        """Sign up, log in, renew the token, ask who I am."""
        self.api.call(
            "POST", "/api/v1/auth/signup", json={"email": self.email, "password": self.password, "name": "Phone"}
        )
        pair = self.api.call("POST", "/api/v1/auth/login", json={"login": self.email, "password": self.password})
        pair = self.api.call("POST", "/api/v1/auth/refresh", json={"refresh": pair["refresh"]})
        self.api.token = pair["access"]
        return str(self.api.call("GET", "/api/v1/auth/me")["user"]["email"])

    def prove_who_i_am(self) -> str:
        """A code to a phone, typed wrong; a new password, and one that was forgotten; where I am logged in."""
        number = f"+996700{uuid.uuid4().int % 10**6:06d}"
        self.api.call("POST", "/api/v1/auth/otp/send", json={"phone": number})
        self.api.call("GET", "/api/v1/auth/otp/status", params={"phone": number})
        typed = {"phone": number, "code": "000000"}
        self.api.call("POST", "/api/v1/auth/otp/verify", json=typed, refused="invalid_code")
        new = uuid.uuid4().hex
        self.api.call("POST", "/api/v1/auth/password", json={"current_password": self.password, "new_password": new})
        self.password = new
        self.api.call("POST", "/api/v1/auth/password/reset", json={"login": self.email})
        forgotten = {"login": self.email, "code": "000000", "password": uuid.uuid4().hex}
        self.api.call("POST", "/api/v1/auth/password/reset/confirm", json=forgotten, refused="invalid_code")
        return f"{len(self.api.call('GET', '/api/v1/auth/logins')['data'])} logins"

    def look_around(self) -> str:
        """Stations, places, one of each, its status, and what 25.5 kWh would cost."""
        names = {"code": self.station}
        self.api.call("GET", "/api/v1/stations")
        place = self.api.call("GET", "/api/v1/stations/{code}", names=names)["station"]["location"]
        self.api.call("GET", "/api/v1/stations/{code}/status", names=names)
        self.api.call("GET", "/api/v1/locations", params={"lat": place["latitude"], "lon": place["longitude"]})
        self.api.call("GET", "/api/v1/locations/{code}", names={"code": place["location_id"]})
        asked = {"energy_kwh": "25.5", "minutes": 40}
        price = self.api.call("GET", "/api/v1/stations/{code}/price", names=names, params=asked)
        return f"25.5 kWh for {price['total']} {price['currency']}"

    def keep_things(self) -> str:
        """A favourite, a card, my profile, what I want to be told."""
        self.api.call("POST", "/api/v1/favorites", json={"station_id": self.station})
        kept = self.api.call("GET", "/api/v1/favorites")["data"]
        self.api.call("DELETE", "/api/v1/favorites/{code}", names={"code": self.station})
        card = self.api.call("POST", "/api/v1/cards", json={"value": uuid.uuid4().hex[:14].upper()})["card"]
        self.api.call("POST", "/api/v1/cards/{card}/block", names={"card": card["id"]})
        cards = self.api.call("GET", "/api/v1/cards")["data"]
        self.api.call("GET", "/api/v1/profile")
        self.api.call("PATCH", "/api/v1/profile", json={"name": "A phone"})
        self.api.call("POST", "/api/v1/cards/{card}/unblock", names={"card": card["id"]})
        self.api.call("DELETE", "/api/v1/cards/{card}", names={"card": card["id"]})
        choices = self.api.call("GET", "/api/v1/notifications/choices")
        self.api.call("PATCH", "/api/v1/notifications/choices", json={"choices": {"debt": {"push": True}}})
        return f"{len(kept)} favourite, {len(cards)} card, {len(choices)} words about notifications"

    def pay_in(self) -> str:
        """Money by QR and, begun only, by card; what is there then."""
        top_up = self.api.call("POST", "/api/v1/balance/topup-qr", json={"amount": "500.00"}, headers=once())
        httpx.post(f"{top_up['app_link']}/pay", timeout=30).raise_for_status()  # the bank's own app
        invoice = {"invoice_id": top_up["invoice_id"]}
        status = "/api/v1/payment/status/{invoice_id}"
        self.wait_for(lambda: self.api.call("GET", status, names=invoice)["status"] == 1, "the payment")
        by_card = self.api.call("POST", "/api/v1/balance/topup-card", json={"amount": "100.00"}, headers=once())
        names = {"invoice_id": by_card["invoice_id"]}
        self.api.call("POST", "/api/v1/payment/cancel/{invoice_id}", names=names, headers=once())
        card = {"card_number": "4242424242424242"}
        self.api.call("POST", "/api/v1/payment/h2h-create", json=card, refused="h2h_not_supported")
        return str(self.api.call("GET", "/api/v1/balance/current")["balance"])

    def reserve(self) -> str:
        """A connector for a while, and given up again."""
        wish = {"station_id": self.station, "connector_id": 1, "minutes": 5}
        one = self.api.call("POST", "/api/v1/reservations", json=wish, headers=once())["reservation"]
        names = {"public_id": one["id"]}
        look = "/api/v1/reservations/{public_id}"
        self.wait_for(lambda: self.state_of(look, names) != "requested", "the station's answer")
        answered = self.state_of(look, names)
        self.api.call("DELETE", look, names=names)
        self.wait_for(lambda: self.state_of(look, names) not in ("requested", "active"), "the end of the reservation")
        self.api.call("GET", "/api/v1/reservations")
        return answered

    def state_of(self, path: str, names: dict[str, str]) -> str:
        """How a reservation stands."""
        return str(self.api.call("GET", path, names=names)["reservation"]["state"])

    def charge(self) -> str:
        """Start for at most 50, watch until energy flows, stop, and wait for the bill."""
        wish = {"station_id": self.station, "connector_id": 1, "amount": "50.00"}
        self.wait_for(self.is_free, "a free connector")
        self.session = self.api.call("POST", "/api/v1/charging/start", json=wish, headers=once())["session_id"]
        self.wait_for(lambda: self.seen()["energy_kwh"] > 0, "energy")
        self.api.call("GET", "/api/sessions/active")
        live = self.streamed()
        self.api.call("POST", "/api/v1/charging/stop", json={"session_id": self.session}, headers=once())
        self.wait_for(lambda: self.seen()["receipt_id"] is not None, "the receipt")
        shown = self.seen()
        return f"{shown['energy_kwh']} kWh for {shown['current_cost']}, {live} kWh of it seen live"

    def streamed(self) -> float:
        """The energy of my charge as the stream tells it, which knows me by the token in its first message."""
        address = f"{self.api.client.base_url}".replace("http", "ws", 1).rstrip("/") + "/api/v1/sessions/stream"
        with connect(address) as socket:
            socket.send(json.dumps({"token": self.api.token}))
            snapshot = json.loads(socket.recv(timeout=10))
            return float(snapshot["sessions"][0]["energy_kwh"])

    def is_free(self) -> bool:
        """Whether connector 1 is free."""
        live = self.api.call("GET", "/api/v1/stations/{code}/status", names={"code": self.station})
        return bool(live["connectors"][0]["available"])

    def seen(self) -> dict[str, Any]:
        """The session as it stands, by both its addresses."""
        names = {"session_id": self.session}
        self.api.call("GET", "/api/v1/charging/status/{session_id}", names=names)
        shown: dict[str, Any] = self.api.call("GET", "/api/v1/charging/{session_id}", names=names)["session"]
        return shown

    def look_back(self) -> str:
        """Sessions, receipt in both forms, movements of money, history and figures, what I was told."""
        for path in (
            "/api/v1/sessions",
            "/api/sessions/me",
            "/api/v1/history/charging",
            "/api/v1/history/transactions",
        ):
            self.api.call("GET", path)
        names = {"public_id": self.seen()["receipt_id"]}
        receipt = self.api.call("GET", "/api/v1/receipts/{public_id}", names=names)
        paper = self.api.call("GET", "/api/v1/receipts/{public_id}", names=names, params={"format": "pdf"})
        self.api.call("GET", "/api/billing/me/transactions")
        stats = self.api.call("GET", "/api/v1/history/stats")
        told = self.api.call("GET", "/api/v1/notifications")["data"]
        self.api.call("POST", "/api/v1/notifications/read-all")
        return f"{receipt['number']}, {len(paper)} bytes of PDF, {stats['sessions']} session, told {len(told)} times"

    def say_something(self) -> str:
        """A problem, with a photo."""
        photo = ("cable.jpg", b"\xff\xd8\xff\xe0 a picture", "image/jpeg")
        said = {"text": "The cable is torn.", "station_id": self.station}
        report = self.api.call("POST", "/api/v1/reports", data=said, files={"photo": photo})["report"]
        return str(
            self.api.call("GET", "/api/v1/reports/{public_id}", names={"public_id": report["id"]})["report"]["state"]
        )

    def leave(self) -> str:
        """Ask to be forgotten, and go out everywhere."""
        asked = self.api.call("POST", "/api/v1/account/delete-request")["success"]
        self.api.call("POST", "/api/v1/auth/logout-all")
        return str(asked)

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Look every second and a half until it is so; a phone may ask 60 times a minute."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise Untold(f"{what} did not come within {PATIENCE_SECONDS:.0f} s")
            time.sleep(3.0)


def once() -> dict[str, str]:
    """A name for a request, so that sending it again does nothing more."""
    return {"Idempotency-Key": uuid.uuid4().hex}


def main() -> int:
    """Do all of it; 1 where something is not as the schema says."""
    parser = argparse.ArgumentParser(prog="python -m bench.phone", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--station", default="BSK-EAST-1")
    options = parser.parse_args()
    phone = Phone(options.url, options.station)
    steps = (
        phone.come_in,
        phone.prove_who_i_am,
        phone.look_around,
        phone.keep_things,
        phone.pay_in,
        phone.reserve,
        phone.charge,
    )
    for step in (*steps, phone.look_back, phone.say_something, phone.leave):
        try:
            sys.stdout.write(f"{step.__name__:<14}{step()}\n")
        except Untold as problem:
            sys.stderr.write(f"{step.__name__}: {problem}\n")
            return 1
    sys.stdout.write(f"{len(phone.api.asked)} of the schema's operations were used\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
