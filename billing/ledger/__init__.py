"""The only writer of money: holds, charges, top-ups, refunds, reversals, adjustments; a verb is one transaction.

A charge is booked as (wallet -> revenue) for what is paid now and (receivable -> revenue) for what is owed, then
(revenue -> tax) for the tax in it; a debt is repaid as (wallet -> receivable) as soon as anything is free. So the
receivable account is always minus what all wallets owe. A charge of a later revision moves the difference only: what
a subject's transfers come to is always what it costs, less what was given back by hand. Wallets of people and
companies are locked by key before they are read; system wallets carry no balance and are never locked. Amounts are
Decimal in the wallet's currency, times aware UTC.
"""

from billing.ledger.books import Difference, check_books
from billing.ledger.charges import Captured, capture
from billing.ledger.checkpoints import balance_of, checkpoint, last_checkpoint
from billing.ledger.credits import adjust, top_up
from billing.ledger.givebacks import Refunded, check_forgivable, check_refundable, forgive, left_to_refund, refund
from billing.ledger.history import PastCharge, PastTopUp, book_past
from billing.ledger.holds import hold, release
from billing.ledger.limits import set_credit_limit
from billing.ledger.openings import Balance, open_balances
from billing.ledger.outside import move_at_provider, pay_out, remit, return_payout, share, take_commission
from billing.ledger.reversals import Reversed, reverse_top_up
from billing.ledger.wallets import check_positive, lock, lock_of, wallet_of

__all__ = [
    "Balance",
    "Captured",
    "Difference",
    "PastCharge",
    "PastTopUp",
    "Refunded",
    "Reversed",
    "adjust",
    "balance_of",
    "book_past",
    "capture",
    "check_books",
    "check_forgivable",
    "check_positive",
    "check_refundable",
    "checkpoint",
    "forgive",
    "hold",
    "last_checkpoint",
    "left_to_refund",
    "lock",
    "lock_of",
    "move_at_provider",
    "open_balances",
    "pay_out",
    "refund",
    "release",
    "remit",
    "return_payout",
    "reverse_top_up",
    "set_credit_limit",
    "share",
    "take_commission",
    "top_up",
    "wallet_of",
]
