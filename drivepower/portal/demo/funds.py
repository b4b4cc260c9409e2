"""Money for the demo: drivers top up through the bank when they run low, the fleet pays ahead by bank transfer."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import Company, User
from billing import ledger
from billing.models import TopUp, Wallet
from billing.payments import top_ups
from billing.payments.protocol import Standing, Status

CURRENCY = "KGS"
LOW = Decimal(600)
TOP_UP = Decimal(2_000)
FLEET_WEEK = Decimal(250_000)
# So that the cars of the loop charge for weeks.
FLEET_AHEAD = Decimal(1_500_000)
FLEET_CREDIT = Decimal(5_000_000)
PAID_AFTER = timedelta(seconds=40)


def fill_wallet(*, user: User, at: datetime) -> None:
    """A driver's top-up shortly before, if there is little left; paid by QR as every other."""
    wallet = ledger.wallet_of(user=user, currency=CURRENCY)
    if wallet.spendable < LOW:
        pay_by_qr(wallet, amount=TOP_UP, at=at - 3 * PAID_AFTER)


def pay_by_qr(wallet: Wallet, *, amount: Decimal, at: datetime) -> TopUp:
    """A top-up from the invoice to the credit, with the bank's part played here."""
    top_up = top_ups.open_top_up(wallet=wallet, amount=amount, at=at)
    invoice = f"demo-{top_up.public_id.hex[:16]}"
    TopUp.objects.filter(pk=top_up.pk).update(provider_invoice=invoice)
    paid = Status(standing=Standing.PAID, amount=amount, currency=wallet.currency, transaction=f"{invoice}-1")
    top_ups.credit(top_up, paid, at + PAID_AFTER)
    return top_up


def fund_fleet(company: Company, *, weeks: int, at: datetime) -> None:
    """The fleet's money as of the beginning, enough for that many weeks and the loop."""
    wallet = ledger.wallet_of(company=company, currency=CURRENCY)
    ledger.set_credit_limit(wallet=wallet, limit=FLEET_CREDIT)
    for week in range(weeks):
        pay(wallet, amount=FLEET_WEEK, reference=f"demo:fleet:week:{week}", at=at + timedelta(weeks=week))
    pay(wallet, amount=FLEET_AHEAD, reference="demo:fleet:ahead", at=at)


def pay(wallet: Wallet, *, amount: Decimal, reference: str, at: datetime) -> None:
    """A bank transfer that has come in."""
    ledger.top_up(wallet=wallet, provider="sandbox", amount=amount, reference=reference, at=at)
