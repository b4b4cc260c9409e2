"""A cash register of our own that plays the tax office's: it keeps books apart from ours, and can be told to fail."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from billing.fiscal.protocol import Document, RegisterAway, Registered, RegisterRefuses
from billing.fiscal.reasons import AWAY, REFUSED
from billing.models import SandboxFiscalEntry
from drivepower.core.money import plain
from drivepower.core.sentences import sentence

DEVICE = "SANDBOX-1"
# Whoever takes a number holds up the next one until the commit, so that none is lost.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('the sandbox takes a fiscal number', 0))"


class Sandbox:
    """Numbers without gaps, one document per name however often it is sent; FISCAL_SANDBOX says how it answers."""

    def register(self, document: Document, *, at: datetime) -> Registered:
        """Take it in, unless it is to fail."""
        if settings.FISCAL_SANDBOX == "away":
            raise RegisterAway(sentence(AWAY))
        if settings.FISCAL_SANDBOX == "refuses":
            raise RegisterRefuses(sentence(REFUSED))
        with transaction.atomic():
            return answer(taken_in(document, at))


def taken_in(document: Document, at: datetime) -> SandboxFiscalEntry:
    """The document in the register's own books."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    if before := SandboxFiscalEntry.objects.filter(document=document.public_id).first():
        return before
    number = (SandboxFiscalEntry.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    return SandboxFiscalEntry.objects.create(
        document=document.public_id,
        number=number,
        sign=sign_of(document, number),
        kind=document.kind,
        receipt=document.number,
        amount=document.gross,
        currency=document.currency,
        made_at=at,
    )


def sign_of(document: Document, number: int) -> str:
    """Ten digits that only this document has."""
    digest = hashlib.sha256(f"{number}:{document.public_id}:{document.gross}".encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**10:010d}"


def answer(entry: SandboxFiscalEntry) -> Registered:
    """What stands on the receipt of it."""
    amount = plain(entry.amount, entry.currency)
    qr = f"t={entry.made_at:%Y%m%dT%H%M%S}&s={amount}&fn={DEVICE}&i={entry.number}&fp={entry.sign}"
    return Registered(number=f"{DEVICE}-{entry.number:08d}", sign=entry.sign, device=DEVICE, qr=qr)
