"""The only writer of money: holds, charges, top-ups, refunds, adjustments; every verb is one transaction.

A charge is booked as (wallet -> revenue) for what is paid now and (receivable -> revenue) for what is owed, then
(revenue -> tax) for the tax in it; a debt is repaid as (wallet -> receivable). So the receivable account is always
minus what all wallets owe. Wallets of people and companies are locked by key before they are read; system wallets
carry no balance and are never locked. Amounts are Decimal in the wallet's currency, times aware UTC.
"""

from billing.ledger.books import Difference, check_books
from billing.ledger.charges import Captured, capture
from billing.ledger.credits import adjust, refund, top_up
from billing.ledger.history import PastCharge, PastTopUp, book_past
from billing.ledger.holds import hold, release
from billing.ledger.wallets import lock, lock_of, set_credit_limit, wallet_of

__all__ = [
    "Captured",
    "Difference",
    "PastCharge",
    "PastTopUp",
    "adjust",
    "book_past",
    "capture",
    "check_books",
    "hold",
    "lock",
    "lock_of",
    "refund",
    "release",
    "set_credit_limit",
    "top_up",
    "wallet_of",
]
