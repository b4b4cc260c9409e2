"""What O!Dengi may call: its format is not established, so both known shapes are read, and neither is believed.

Shape A names invoice_id and order_id and is signed: X-O-Dengi-Signature is [sha256=]hex HMAC-SHA256 of the raw body,
X-Timestamp is when. Shape B names order_id, trans_id and status_pay with a hash whose rule nobody knows: only a hint.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings

from billing.payments.names import name_or_number_in
from billing.payments.protocol import Callback

SIGNATURE = "X-O-Dengi-Signature"
TIMESTAMP = "X-Timestamp"
FRESH_SECONDS = 300
MOST_FIELDS = 50


def parse(body: bytes, headers: Mapping[str, str], *, at: datetime) -> Callback:
    """The invoice and the order that a callback names, and whether it may be heard; never raises."""
    said = fields_of(body)
    signature = headers.get(SIGNATURE)
    expected = bool(settings.ODENGI_WEBHOOK_SECRET) and (signature is not None or "status_pay" not in said)
    if expected and not (is_fresh(headers.get(TIMESTAMP, ""), at) and is_signed(body, signature or "")):
        return Callback(authentic=False)
    invoice, order = (name_or_number_in(said, key) for key in ("invoice_id", "order_id"))
    signed = expected or not settings.ODENGI_WEBHOOK_SECRET
    return Callback(invoice=invoice, order=order, signed=signed)


def fields_of(body: bytes) -> dict[str, Any]:
    """What a body says as JSON, else as a form; nothing if it is neither."""
    try:
        said = json.loads(body, parse_float=str, parse_constant=str)
        return said if isinstance(said, dict) else {}
    except (ValueError, RecursionError):
        pass
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=MOST_FIELDS))
    except ValueError:
        return {}


def is_signed(body: bytes, signature: str) -> bool:
    """Whether a signature is ours and theirs alone over these bytes, compared in constant time."""
    digest = hmac.new(settings.ODENGI_WEBHOOK_SECRET.encode(), body, "sha256").hexdigest()
    given = signature.strip().removeprefix("sha256=").lower()
    return hmac.compare_digest(digest.encode(), given.encode("utf-8", "replace"))


def is_fresh(written: str, at: datetime) -> bool:
    """Whether a Unix time is near enough; one that is missing is not."""
    if not (written.isascii() and written.isdigit() and len(written) <= 12):
        return False
    return abs(int(written) - at.timestamp()) <= FRESH_SECONDS
