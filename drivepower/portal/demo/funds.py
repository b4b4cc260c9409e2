"""Money for the demo: drivers top up at the bank when they run low, the fleet charges on credit and pays monthly."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import Company, User
from billing import ledger
from billing.models import Statement, TopUp, Transfer, Wallet
from billing.payments import top_ups
from billing.payments.bank import desk
from billing.payments.bank.models import SandboxInvoice
from billing.payments.protocol import Standing, Status
from drivepower.portal.demo.people import FLEET

CURRENCY = "KGS"
LOW = Decimal(600)
TOP_UP = Decimal(2_000)
# So that the cars of the loop charge for months, whatever is paid meanwhile.
FLEET_CREDIT = Decimal(20_000_000)
PAID_AFTER = timedelta(seconds=40)


def fill_wallet(*, user: User, at: datetime) -> None:
    """A driver's top-up shortly before, if there is little left; paid by QR as every other."""
    wallet = ledger.wallet_of(user=user, currency=CURRENCY)
    if wallet.spendable < LOW:
        pay(wallet, amount=TOP_UP, method=TopUp.Method.QR, at=at - 3 * PAID_AFTER)


def pay(wallet: Wallet, *, amount: Decimal, method: TopUp.Method, at: datetime) -> None:
    """A top-up from the invoice to the credit, with the sandbox bank's part played here."""
    top_up = top_ups.open_top_up(wallet=wallet, amount=amount, method=method, at=at)
    invoice = bank_invoice(order=top_up.public_id, amount=amount, at=at)
    invoice.save()
    top_up.provider = "sandbox"
    TopUp.objects.filter(pk=top_up.pk).update(
        provider=top_up.provider, provider_invoice=str(invoice), asked_at=at + PAID_AFTER
    )
    paid = Status(standing=Standing.PAID, amount=amount, currency=CURRENCY, transaction=invoice.transaction)
    top_ups.credit(top_up, paid, at + PAID_AFTER)


def bank_invoice(*, order: uuid.UUID, amount: Decimal, at: datetime) -> SandboxInvoice:
    """A paid invoice in the bank's own books, not saved yet: the bank is asked about it for months."""
    return SandboxInvoice(
        order=str(order),
        about="Top-up of your charging wallet",
        amount=amount,
        currency=CURRENCY,
        state=SandboxInvoice.State.PAID,
        transaction=desk.new_name("SB"),
        made_at=at,
        decided_at=at + PAID_AFTER,
    )


def give_credit(company: Company, *, at: datetime) -> None:
    """Let the fleet charge before it pays."""
    ledger.set_credit_limit(wallet=ledger.wallet_of(company=company, currency=CURRENCY), limit=FLEET_CREDIT, at=at)


def pay_statement(*, at: datetime) -> None:
    """The fleet's bank transfer for its newest statement, once, if that says that it owes."""
    newest = Statement.objects.filter(wallet__company__name=FLEET).order_by("-month").first()
    if newest is None or newest.closing >= 0:
        return
    reference = f"demo:statement:{newest.public_id}"
    if not Transfer.objects.filter(reference=reference).exists():
        ledger.top_up(wallet=newest.wallet, provider="sandbox", amount=-newest.closing, reference=reference, at=at)
