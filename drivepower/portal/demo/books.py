"""The money of the past charges: the rows that the ledger, the bank and the settlement would have left."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from billing import ledger, receipts
from billing.models import Receipt, ReceiptLine, TopUp, Wallet
from billing.payments.bank.models import SandboxInvoice
from billing.payments.top_ups import LIFETIME
from charging import settlement
from charging.models import Session, Settlement
from drivepower.portal.demo.bills import Bill
from drivepower.portal.demo.funds import CURRENCY, LOW, PAID_AFTER, TOP_UP, bank_invoice
from drivepower.portal.demo.people import People
from drivepower.portal.demo.visits import ASKED_BEFORE, Kind

Charge = tuple[Session, Bill]


class Books:
    """Collects top-ups and charges; `write` has the ledger book them and puts the bank's rows down."""

    def __init__(self, people: People) -> None:
        self.fleet = ledger.wallet_of(company=people.fleet, currency=CURRENCY)
        self.wallets = {driver.pk: ledger.wallet_of(user=driver, currency=CURRENCY) for driver in people.drivers}
        self.left = {wallet.pk: wallet.balance for wallet in self.wallets.values()}
        self.charges: list[ledger.PastCharge] = []
        self.top_ups: list[TopUp] = []
        self.invoices: list[SandboxInvoice] = []

    def wallet_of(self, bill: Bill) -> Wallet:
        """Who pays: the driver, else the fleet."""
        return self.wallets[bill.driver.pk] if bill.driver else self.fleet

    def charge(self, session: Session, bill: Bill) -> None:
        """One charge, after a top-up if the driver has little left."""
        wallet = self.wallet_of(bill)
        if bill.driver and self.left[wallet.pk] < LOW:
            self.fill(wallet, at=bill.visit.starts_at - 3 * PAID_AFTER)
        if bill.driver:
            self.left[wallet.pk] -= bill.price.gross
        self.charges.append(charge_of(session, bill, wallet))

    def fill(self, wallet: Wallet, *, at: datetime) -> None:
        """A top-up that was paid by QR."""
        order = uuid.uuid4()
        invoice = bank_invoice(order=order, amount=TOP_UP, at=at)
        self.invoices.append(invoice)
        self.top_ups.append(top_up_of(wallet, order, invoice))
        self.left[wallet.pk] += TOP_UP

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
        SandboxInvoice.objects.bulk_create(self.invoices)


def top_up_of(wallet: Wallet, order: uuid.UUID, invoice: SandboxInvoice) -> TopUp:
    """What that invoice was paid for; its transfer is not booked yet."""
    at = invoice.made_at
    return TopUp(
        public_id=order,
        wallet=wallet,
        provider="sandbox",
        amount=TOP_UP,
        paid_amount=TOP_UP,
        state=TopUp.State.APPROVED,
        provider_invoice=str(invoice),
        provider_transaction=invoice.transaction,
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
        at=bill.visit.settles_at,
    )


def write_money(people: People, charges: Sequence[Charge]) -> None:
    """Write the money of these charges, which are in order of their start."""
    books = Books(people)
    for session, bill in charges:
        books.charge(session, bill)
    books.write()
    settled = sorted(charges, key=lambda charge: charge[1].visit.settles_at)
    Settlement.objects.bulk_create(settlement_of(session, bill) for session, bill in settled)
    given = Receipt.objects.bulk_create(receipt_of(session, bill, books.wallet_of(bill)) for session, bill in settled)
    ReceiptLine.objects.bulk_create(
        line
        for receipt, (_, bill) in zip(given, settled, strict=True)
        for line in receipts.rows_of(receipt, receipts.of_price(bill.price, bill.terms))
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
        made_at=bill.visit.settles_at,
    )


def receipt_of(session: Session, bill: Bill, wallet: Wallet) -> Receipt:
    """Its receipt, with the next number."""
    return Receipt(
        **receipts.take_number(bill.visit.settles_at),
        **receipts.parties(wallet),
        wallet=wallet,
        subject=session.subject,
        about=settlement.place_of(session),
        currency=bill.price.currency,
        net=bill.price.net,
        tax=bill.price.tax,
        gross=bill.price.gross,
        subject_gross=bill.price.gross,
        time_zone=bill.terms.time_zone,
        tax_name=bill.terms.tax_name,
        tax_percent=bill.terms.tax_percent,
        made_at=bill.visit.settles_at,
    )
