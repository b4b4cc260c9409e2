"""What happens to money, told to whoever reads the outbox: one statement, in the transaction in which it happens."""

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from django.conf import settings
from django.db import connection

from billing.models import Debt, PaymentRefund, Receipt, TopUp, Wallet
from drivepower.core import doorbell
from drivepower.core.compiled import read
from drivepower.core.money import EXPONENTS, plain
from drivepower.core.texts import storable

Kind = Literal[
    "payment.approved",
    "payment.failed",
    "payment.expired",
    "payment.refunded",
    "payment.reversed",
    "wallet.low",
    "wallet.debt",
    "receipt.made",
]
ByHand = Literal["given_back", "forgiven"]
DECIMALS = json.dumps(EXPONENTS)
COLUMNS = "public_id, kind, subject, station, location, driver, company, is_public, payload, at"
# The wallet speaks for itself as it stands in this transaction.
STANDS = """
jsonb_build_object(
    'wallet_id', wallet.public_id,
    'currency', wallet.currency,
    'balance', round(wallet.balance - wallet.held, money.decimals)::text,
    'owed', round(wallet.owed, money.decimals)::text
)
"""
WHOSE = """
LEFT JOIN accounts_user driver ON driver.id = wallet.user_id
LEFT JOIN accounts_company company ON company.id = wallet.company_id
CROSS JOIN LATERAL (SELECT coalesce((%s::jsonb ->> wallet.currency)::int, 2) AS decimals) money
"""
TELL = f"""
INSERT INTO core_event ({COLUMNS})
SELECT gen_random_uuid(), %s::text, %s::text, '', '', driver.public_id, company.public_id, false,
    {STANDS} || %s::jsonb, %s::timestamptz
FROM billing_wallet wallet {WHOSE} WHERE wallet.id = %s::int
RETURNING id
"""  # noqa: S608  # our own words
TELL_DEBTS = f"""
INSERT INTO core_event ({COLUMNS})
SELECT gen_random_uuid(), 'wallet.debt', 'wallet:' || wallet.public_id, '', '', driver.public_id, company.public_id,
    false, {STANDS} || jsonb_build_object(
        'amount', round(debt.amount, money.decimals)::text, 'about', debt.subject
    ), %s::timestamptz
FROM billing_debt debt JOIN billing_wallet wallet ON wallet.id = debt.wallet_id {WHOSE}
WHERE debt.id = ANY(%s::bigint[]) ORDER BY debt.id
RETURNING id
"""  # noqa: S608  # our own words


def tell(*, kind: Kind, subject: str, wallet_id: int, at: datetime, **more: str | None) -> None:
    """Record what has just happened to that wallet's money, and ring; `more` beside what it holds and owes by now."""
    read(connection, TELL, [kind, subject, json.dumps(storable(more)), at, DECIMALS, wallet_id])
    doorbell.tell_readers()


def tell_payment(*, kind: Kind, top_up: TopUp, amount: Decimal, at: datetime, **more: str | None) -> None:
    """The same of a payment; `amount` is what moved, or was asked for."""
    said = {
        "payment_id": str(top_up.public_id),
        "amount": plain(amount, top_up.wallet.currency),
        "provider": top_up.provider,
        "method": top_up.method,
    }
    tell(kind=kind, subject=top_up.subject, wallet_id=top_up.wallet_id, at=at, **said, **more)


def tell_refund(*, refund: PaymentRefund, at: datetime) -> None:
    """Money of a payment that its provider sends back."""
    more = {"refund_id": str(refund.public_id)}
    tell_payment(kind="payment.refunded", top_up=refund.top_up, amount=refund.amount, at=at, **more)


def tell_debt(*, wallet: Wallet, amount: Decimal, subject: str, at: datetime) -> None:
    """The wallet owes that much more for that subject, and all that it owes."""
    more = {"amount": plain(amount, wallet.currency), "about": subject}
    tell(kind="wallet.debt", subject=f"wallet:{wallet.public_id}", wallet_id=wallet.pk, at=at, **more)


def tell_debts(*, debts: Sequence[Debt], at: datetime) -> None:
    """The same of many debts that have just been written."""
    if debts:
        read(connection, TELL_DEBTS, [at, DECIMALS, [debt.pk for debt in debts]])
        doorbell.tell_readers()


def tell_if_low(*, wallet: Wallet, before: Decimal, after: Decimal, at: datetime) -> None:
    """Once for each time that what can be spent falls below settings.LOW_BALANCE."""
    least = settings.LOW_BALANCE.get(wallet.currency, settings.LOW_BALANCE["*"])
    if after + wallet.credit_limit < least <= before + wallet.credit_limit:
        name, more = f"wallet:{wallet.public_id}", {"least": plain(least, wallet.currency)}
        tell(kind="wallet.low", subject=name, wallet_id=wallet.pk, at=at, **more)


def tell_receipt(receipt: Receipt, *, by_hand: ByHand | None = None) -> None:
    """A receipt was given to whoever pays; one of nobody's wallet is told to nobody.

    `by_hand`: what somebody of the house did with its amount, apart from what the charge costs by its price.
    """
    if receipt.wallet_id is None:
        return
    more: dict[str, str | None] = {
        "receipt_id": str(receipt.public_id),
        "number": receipt.full_number,
        "type": receipt.kind,
        "total": plain(receipt.gross, receipt.currency),
        "about": receipt.subject,
    }
    if receipt.corrects is not None:
        more |= {"corrects": receipt.corrects.full_number, "costs_now": plain(receipt.subject_gross, receipt.currency)}
    if by_hand is not None:
        more |= {"by_hand": by_hand, by_hand: plain(-receipt.gross, receipt.currency), "charge": receipt.about}
    name = f"receipt:{receipt.public_id}"
    tell(kind="receipt.made", subject=name, wallet_id=receipt.wallet_id, at=receipt.made_at, **more)
