"""Receipts: gap-free numbers per seller and year, lines that never change."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from billing.models import Receipt, ReceiptLine, Wallet
from billing.pricing import Price, Terms

NEXT_NUMBER = """
INSERT INTO billing_receiptcounter AS counter (seller, year, last) VALUES (%s, %s, 1)
ON CONFLICT (seller, year) DO UPDATE SET last = counter.last + 1 RETURNING last
"""


def give_receipt(*, wallet: Wallet | None, subject: str, price: Price, terms: Terms, at: datetime) -> Receipt:
    """Write the receipt of a price; a second one for the same subject corrects the one before it.

    Call it last in the settlement's transaction: whoever takes a number holds up the next one until the commit, so that
    a number is never lost by a rollback.
    """
    with transaction.atomic():
        year = at.astimezone(ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)).year
        number = take_number(settings.RECEIPT_SELLER, year)
        before = Receipt.objects.filter(subject=subject).order_by("-id").first()
        receipt = Receipt.objects.create(
            kind=Receipt.Kind.CORRECTION if before else Receipt.Kind.SALE,
            corrects=before,
            seller=settings.RECEIPT_SELLER,
            year=year,
            number=number,
            wallet=wallet,
            subject=subject,
            currency=price.currency,
            net=price.net,
            tax=price.tax,
            gross=price.gross,
            tax_name=terms.tax_name,
            tax_percent=terms.tax_percent,
            made_at=at,
        )
        ReceiptLine.objects.bulk_create(lines_of(receipt, price))
    return receipt


def take_number(seller: str, year: int) -> int:
    """The seller's next number of that year; the counter's row stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [seller, year])
        number: int = cursor.fetchone()[0]
    return number


def lines_of(receipt: Receipt, price: Price) -> list[ReceiptLine]:
    """The price's lines as the receipt's rows, numbered from 1."""
    return [
        ReceiptLine(
            receipt=receipt,
            position=position,
            dimension=line.dimension,
            rule_name=line.rule_name,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            net=line.net,
            tax=line.tax,
            gross=line.gross,
        )
        for position, line in enumerate(price.lines, start=1)
    ]
