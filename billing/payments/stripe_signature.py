"""Whether a callback was signed by Stripe: HMAC-SHA256 over "time.body", compared in constant time."""

import hmac
import re
from datetime import datetime

TOLERANCE_SECONDS = 300
TIME = re.compile("[0-9]{1,12}")


def is_signed(body: bytes, header: str, *, secret: str, at: datetime) -> bool:
    """Whether the header ("t=…,v1=…", v1 perhaps several times) signs these bytes, and not long ago or ahead."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    if not secret or len(times) != 1 or not TIME.fullmatch(times[0]):
        return False
    if abs(at.timestamp() - int(times[0])) > TOLERANCE_SECONDS:
        return False
    expected = hmac.new(secret.encode(), times[0].encode() + b"." + body, "sha256").hexdigest().encode()
    given = [value.encode("utf-8", "replace") for name, _, value in parts if name == "v1"]
    return any(hmac.compare_digest(expected, one) for one in given)
