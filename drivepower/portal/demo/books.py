"""The money of the past charges: the rows that the ledger, the bank and the settlement would have left."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from billing import ledger, receipts
from billing.models import Receipt, ReceiptLine, TopUp, Wallet
from billing.payments.top_ups import LIFETIME
from charging import settlement
from charging.models import Session, Settlement
from drivepower.portal.demo.bills import Bill
from drivepower.portal.demo.funds import CURRENCY, LOW, PAID_AFTER, TOP_UP
from drivepower.portal.demo.people import People
from drivepower.portal.demo.visits import ASKED_BEFORE, SETTLED_AFTER, Kind

Charge = tuple[Session, Bill]


class Books:
    """Collects top-ups and charges; `write` has the ledger book them and puts the bank's rows down."""

    def __init__(self, people: People) -> None:
        self.fleet = ledger.wallet_of(company=people.fleet, currency=CURRENCY)
        self.wallets = {driver.pk: ledger.wallet_of(user=driver, currency=CURRENCY) for driver in people.drivers}
        self.left = {wallet.pk: wallet.balance for wallet in self.wallets.values()}
        self.charges: list[ledger.PastCharge] = []
        self.top_ups: list[TopUp] = []

    def wallet_of(self, bill: Bill) -> Wallet:
        """Who pays: the driver, else the fleet."""
        return self.wallets[bill.driver.pk] if bill.driver else self.fleet

    def charge(self, session: Session, bill: Bill) -> None:
        """One charge, after a top-up if the driver has little left."""
        wallet = self.wallet_of(bill)
        if bill.driver and self.left[wallet.pk] < LOW:
            self.top_ups.append(top_up_of(wallet, at=bill.visit.starts_at - 3 * PAID_AFTER))
            self.left[wallet.pk] += TOP_UP
        if bill.driver:
            self.left[wallet.pk] -= bill.price.gross
        self.charges.append(charge_of(session, bill, wallet))

    def write(self) -> None:
        """All of it."""
        paid = [
            ledger.PastTopUp(one.wallet, one.provider, one.amount, one.subject, one.made_at + PAID_AFTER)
            for one in self.top_ups
        ]
        booked = ledger.book_past(top_ups=paid, charges=self.charges)
        for top_up in self.top_ups:
            top_up.transfer = booked[top_up.subject]
        TopUp.objects.bulk_create(self.top_ups)


def top_up_of(wallet: Wallet, *, at: datetime) -> TopUp:
    """An invoice that was paid by QR; its transfer is not booked yet."""
    public_id = uuid.uuid4()
    invoice = f"demo-{public_id.hex[:16]}"
    return TopUp(
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


def charge_of(session: Session, bill: Bill, wallet: Wallet) -> ledger.PastCharge:
    """What was held while it ran, and what it cost."""
    return ledger.PastCharge(
        wallet=wallet,
        subject=session.subject,
        held=bill.held,
        held_at=bill.visit.starts_at - (ASKED_BEFORE if bill.visit.kind is Kind.APP else timedelta()),
        net=bill.price.net,
        tax=bill.price.tax,
        at=bill.visit.stops_at + SETTLED_AFTER,
    )


def write_money(people: People, charges: Sequence[Charge]) -> None:
    """Write the money of these charges, which are in order of their start."""
    books = Books(people)
    for session, bill in charges:
        books.charge(session, bill)
    books.write()
    settled = sorted(charges, key=lambda charge: charge[1].visit.stops_at)
    Settlement.objects.bulk_create(settlement_of(session, bill) for session, bill in settled)
    given = Receipt.objects.bulk_create(receipt_of(session, bill, books.wallet_of(bill)) for session, bill in settled)
    ReceiptLine.objects.bulk_create(
        line
        for receipt, (_, bill) in zip(given, settled, strict=True)
        for line in receipts.lines_of(receipt, bill.price)
    )


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
