"""The money of the past charges: the rows that the ledger, the bank and the settlement would have left."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F

from billing import ledger, receipts
from billing.ledger.wallets import system_wallet
from billing.models import Capture, Hold, Receipt, ReceiptLine, TopUp, Transfer, Wallet
from billing.payments.top_ups import LIFETIME
from charging import settlement
from charging.models import Session, Settlement
from drivepower.portal.demo.bills import Bill
from drivepower.portal.demo.funds import CURRENCY, LOW, PAID_AFTER, TOP_UP
from drivepower.portal.demo.people import People
from drivepower.portal.demo.visits import ASKED_BEFORE, SETTLED_AFTER, Kind

Charge = tuple[Session, Bill]


class Books:
    """Collects transfers in memory; `write` puts them down in order of time and moves the balances once."""

    def __init__(self, people: People) -> None:
        self.revenue = system_wallet(Wallet.System.REVENUE, CURRENCY)
        self.tax = system_wallet(Wallet.System.TAX, CURRENCY)
        self.clearing = system_wallet(Wallet.System.CLEARING_SANDBOX, CURRENCY)
        self.fleet = ledger.wallet_of(company=people.fleet, currency=CURRENCY)
        self.wallets = {driver.pk: ledger.wallet_of(user=driver, currency=CURRENCY) for driver in people.drivers}
        self.moved: defaultdict[int, Decimal] = defaultdict(Decimal)
        self.transfers: list[Transfer] = []
        self.top_ups: list[TopUp] = []

    def wallet_of(self, bill: Bill) -> Wallet:
        """Who pays: the driver, else the fleet."""
        return self.wallets[bill.driver.pk] if bill.driver else self.fleet

    def charge(self, session: Session, bill: Bill) -> None:
        """The transfers of one charge, after a top-up if the driver has little left."""
        wallet = self.wallet_of(bill)
        if wallet is not self.fleet and wallet.balance + self.moved[wallet.pk] < LOW:
            self.top_up(wallet, at=bill.visit.starts_at - 3 * PAID_AFTER)
        name = f"{session.subject}:r0"
        at = bill.visit.stops_at + SETTLED_AFTER
        gross, tax = bill.price.gross, bill.price.tax
        self.move(wallet, self.revenue, gross, Transfer.Kind.CAPTURE, session.subject, f"{name}:charge", at)
        if tax:
            self.move(self.revenue, self.tax, tax, Transfer.Kind.TAX, session.subject, f"{name}:tax", at)

    def top_up(self, wallet: Wallet, *, at: datetime) -> None:
        """An invoice that was paid by QR."""
        public_id = uuid.uuid4()
        invoice = f"demo-{public_id.hex[:16]}"
        top_up = TopUp(
            public_id=public_id,
            wallet=wallet,
            provider="sandbox",
            amount=TOP_UP,
            paid_amount=TOP_UP,
            state=TopUp.State.APPROVED,
            provider_invoice=invoice,
            provider_transaction=f"{invoice}-1",
            made_at=at,
            expires_at=at + LIFETIME,
            asked_at=at + PAID_AFTER,
        )
        self.top_ups.append(top_up)
        kind = Transfer.Kind.TOP_UP
        top_up.transfer = self.move(
            self.clearing, wallet, TOP_UP, kind, top_up.subject, top_up.subject, at + PAID_AFTER
        )

    def move(
        self, source: Wallet, target: Wallet, amount: Decimal, kind: str, subject: str, reference: str, at: datetime
    ) -> Transfer:
        """Note one transfer."""
        self.moved[source.pk] -= amount
        self.moved[target.pk] += amount
        transfer = Transfer(
            source=source, target=target, amount=amount, kind=kind, subject=subject, reference=reference, made_at=at
        )
        self.transfers.append(transfer)
        return transfer

    def write(self) -> None:
        """All transfers in order of time, and once per wallet what they come to."""
        Transfer.objects.bulk_create(sorted(self.transfers, key=lambda transfer: transfer.made_at))
        for top_up in self.top_ups:
            top_up.transfer = top_up.transfer  # its key is known only now
        TopUp.objects.bulk_create(self.top_ups)
        for wallet in (self.fleet, *self.wallets.values()):
            Wallet.objects.filter(pk=wallet.pk).update(balance=F("balance") + self.moved[wallet.pk])


def write_money(people: People, charges: Sequence[Charge]) -> None:
    """Write the money of these charges, which are in order of their start."""
    books = Books(people)
    for session, bill in charges:
        books.charge(session, bill)
    books.write()
    settled = sorted(charges, key=lambda charge: charge[1].visit.stops_at)
    Hold.objects.bulk_create(hold_of(session, bill, books.wallet_of(bill)) for session, bill in charges)
    Capture.objects.bulk_create(capture_of(session, bill, books.wallet_of(bill)) for session, bill in settled)
    Settlement.objects.bulk_create(settlement_of(session, bill) for session, bill in settled)
    given = Receipt.objects.bulk_create(receipt_of(session, bill, books.wallet_of(bill)) for session, bill in settled)
    ReceiptLine.objects.bulk_create(
        line
        for receipt, (_, bill) in zip(given, settled, strict=True)
        for line in receipts.lines_of(receipt, bill.price)
    )


def hold_of(session: Session, bill: Bill, wallet: Wallet) -> Hold:
    """What was held while it ran."""
    app_began = bill.visit.starts_at - (ASKED_BEFORE if bill.visit.kind is Kind.APP else timedelta())
    return Hold(
        wallet=wallet,
        amount=bill.held,
        subject=session.subject,
        reference=f"{session.subject}:1",
        state=Hold.State.CAPTURED,
        made_at=app_began,
        ended_at=bill.visit.stops_at + SETTLED_AFTER,
    )


def capture_of(session: Session, bill: Bill, wallet: Wallet) -> Capture:
    """That it was charged, once."""
    at = bill.visit.stops_at + SETTLED_AFTER
    return Capture(wallet=wallet, subject=session.subject, revision=0, made_at=at)


def settlement_of(session: Session, bill: Bill) -> Settlement:
    """What it came to."""
    return Settlement(
        session=session,
        revision=0,
        verdict=Settlement.Verdict.OK,
        currency=bill.price.currency,
        total=bill.price.gross,
        lines=settlement.lines_of(bill.price),
        made_at=bill.visit.stops_at + SETTLED_AFTER,
    )


def receipt_of(session: Session, bill: Bill, wallet: Wallet) -> Receipt:
    """Its receipt, with the next number."""
    at = bill.visit.stops_at + SETTLED_AFTER
    year = at.astimezone(ZoneInfo(settings.DEFAULT_LOCATION_TIME_ZONE)).year
    return Receipt(
        seller=settings.RECEIPT_SELLER,
        year=year,
        number=receipts.take_number(settings.RECEIPT_SELLER, year),
        wallet=wallet,
        subject=session.subject,
        currency=bill.price.currency,
        net=bill.price.net,
        tax=bill.price.tax,
        gross=bill.price.gross,
        tax_name=bill.terms.tax_name,
        tax_percent=bill.terms.tax_percent,
        made_at=at,
    )
