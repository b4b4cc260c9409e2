"""Callbacks as O!Dengi may send them, signed or not."""

import hmac
import json
from datetime import datetime, timedelta
from typing import Any

SECRET = "webhook-secret-canary"  # of nobody
PHONE, NAME, SURNAME = "+996555123456", "Aizada", "Kasymova"


def shape_a(invoice: str, order: str = "", **more: Any) -> dict[str, Any]:
    """The shape that is signed."""
    said = {"merchant_id": "1234567890", "invoice_id": invoice, "order_id": order, "status": 1, "amount": 50000}
    paid = {"currency": "KGS", "paid_amount": 50000, "commission": 0, "transaction_id": "T-1", "user_phone": PHONE}
    return said | paid | {"timestamp": 1772431200, "description": f"{NAME} {SURNAME}"} | more


def shape_b(order: str, **more: Any) -> dict[str, Any]:
    """The shape whose hash nobody knows how to make."""
    said = {"trans_id": "T-1", "status_pay": 3, "order_id": order, "amount": 50000, "hash": "5f" * 16}
    return said | {"mobile": PHONE, "fname": NAME, "lname": SURNAME} | more


def as_bytes(said: dict[str, Any]) -> bytes:
    """Compact JSON."""
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()


def signature_of(body: bytes, secret: str = SECRET) -> str:
    """What the header holds."""
    return hmac.new(secret.encode(), body, "sha256").hexdigest()


def signed(body: bytes, *, at: datetime, late: float = 0) -> dict[str, str]:
    """Both headers, as of `late` seconds after that time."""
    stamp = str(int((at + timedelta(seconds=late)).timestamp()))
    return {"X-O-Dengi-Signature": f"sha256={signature_of(body)}", "X-Timestamp": stamp}
