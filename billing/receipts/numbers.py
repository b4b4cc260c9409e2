"""Numbers of receipts, without gaps per seller and year."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

NEXT_NUMBER = """
INSERT INTO billing_receiptcounter AS counter (seller, year, last) VALUES (%s, %s, 1)
ON CONFLICT (seller, year) DO UPDATE SET last = counter.last + 1 RETURNING last
"""


def take_number(at: datetime, *, series: str = "") -> dict[str, str | int]:
    """Seller, year and the next number in it; the counter's row stays locked until the transaction ends.

    The year is the one on the seller's clock. Each series of papers ("": receipts) has numbers of its own.
    """
    seller, year = settings.RECEIPT_SELLER, at.astimezone(ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [f"{seller}-{series}" if series else seller, year])
        number: int = cursor.fetchone()[0]
    return {"seller": seller, "year": year, "number": number}
