"""A thousand callbacks that should not be, each with the answers that are right for it; all from one seed."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from billing.tests.odengi_calls import as_bytes, shape_a, shape_b, signature_of, signed

MERCHANT, OTHERS = "1234567890", "0987654321"
HEARD, REFUSED, TOO_LONG, NO_SUCH_WAY = (200,), (401,), (400,), (405,)
ANY_OF_THEM = (200, 401, 404)


@dataclass(frozen=True)
class Forgery:
    """One request, and which answers are right."""

    body: bytes
    headers: dict[str, str]
    right: tuple[int, ...]
    method: str = "POST"
    content_type: str = "application/json"
    path: str = "/odengi"


@dataclass
class Forger:
    """Knows the names of real invoices and orders, and even the secret where it only tells lies."""

    names: list[tuple[str, str]]
    at: datetime
    dice: random.Random = field(default_factory=lambda: random.Random(13))

    def honest(self, **more: Any) -> bytes:
        """What the provider would send about one of them."""
        invoice, order = self.dice.choice(self.names)
        return as_bytes(shape_a(invoice, order, **more))

    def all(self) -> list[Forgery]:
        """A thousand of every kind, shuffled."""
        made = [*self.unsigned(), *self.changed(), *self.late(), *self.lies(), *self.doubled(), *self.misshapen()]
        self.dice.shuffle(made)
        return made

    def unsigned(self) -> Iterator[Forgery]:
        """No signature, an empty one, one by another secret, one of another body."""
        stamp = str(int(self.at.timestamp()))
        for _ in range(50):
            body, other = self.honest(), self.honest(amount=self.dice.randrange(10**6))
            for signature in (None, "", "sha256=", signature_of(body, "guess"), signature_of(other), "é" * 32):
                given = {} if signature is None else {"X-O-Dengi-Signature": signature}
                yield Forgery(body, {"X-Timestamp": stamp} | given, REFUSED)

    def changed(self) -> Iterator[Forgery]:
        """One byte is another."""
        for _ in range(280):
            body = bytearray(self.honest())
            headers = signed(bytes(body), at=self.at)
            body[self.dice.randrange(len(body))] ^= self.dice.randrange(1, 256)
            yield Forgery(bytes(body), headers, REFUSED)

    def late(self) -> Iterator[Forgery]:
        """Truly signed, but of another time or of none."""
        for number in range(100):
            body = self.honest()
            headers = signed(body, at=self.at, late=self.dice.choice([-86_400, -3600, -900, 900, 3600]))
            if number % 3 == 0:
                headers["X-Timestamp"] = self.dice.choice(["", "now", "1e9", "-1", "NaN", "9" * 300, "0x10"])
            if number % 3 == 1:
                del headers["X-Timestamp"]
            yield Forgery(body, headers, REFUSED)

    def lies(self) -> Iterator[Forgery]:
        """Truly signed: amounts, currencies, orders and merchants that are not so; and the shape without signature."""
        odd: list[Any] = [500.5, "50000", -50000, 0, 1e9, 10**9, 10**40, True, None, [5], {"a": 5}, "NaN", "5e9"]
        for more in [{key: value} for key in ("amount", "paid_amount") for value in odd]:
            yield from self.both(more)
        for more in ({"currency": "USD"}, {"currency": 643}, {"merchant_id": OTHERS}, {"status": -1}, {"status": 3}):
            for _ in range(5):
                yield from self.both(more)
        for _ in range(40):
            unknown = f"{self.dice.getrandbits(128):032x}"
            yield from self.both({"order_id": unknown, "invoice_id": unknown[:9]})

    def both(self, more: dict[str, Any]) -> Iterator[Forgery]:
        """In either shape."""
        body = self.honest(**more)
        yield Forgery(body, signed(body, at=self.at), HEARD)
        order = self.dice.choice(self.names)[1]
        yield Forgery(as_bytes(shape_b(order) | more), {}, HEARD)

    def doubled(self) -> Iterator[Forgery]:
        """Keys that stand there twice."""
        for _ in range(50):
            one, two = self.dice.sample(self.names, 2)
            said = f'{{"invoice_id":{json.dumps(one[0])},"amount":1,"amount":50000,"invoice_id":{json.dumps(two[0])}}}'
            yield Forgery(said.encode(), signed(said.encode(), at=self.at), HEARD)

    def misshapen(self) -> Iterator[Forgery]:
        """Too deep, too long, of another type, by another method, at another address."""
        for depth in (100, 5_000, 60_000):
            for body in (b"[" * depth, b'{"invoice_id":' * (depth // 14)):
                yield Forgery(body, signed(body, at=self.at), HEARD)
        for length in (65_537, 100_000, 2_000_000, 3_000_000):
            yield Forgery(b" " * length + self.honest(), {}, TOO_LONG)
        for kind in ("text/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "x", ""):
            for _ in range(10):
                yield Forgery(self.honest(), {}, REFUSED, content_type=kind)
        for method in ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"):
            yield Forgery(self.honest(), {}, NO_SUCH_WAY, method=method)
        for _ in range(30):
            yield Forgery(self.honest(), {}, ANY_OF_THEM, path=self.dice.choice(["", "/sandbox", "/stripe", "/nobody"]))
