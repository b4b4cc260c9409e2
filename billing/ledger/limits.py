"""How far below 0 a wallet may go."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from billing.ledger.debts import pay_debts_of
from billing.ledger.wallets import check_amount, lock
from billing.models import Wallet
from drivepower.core.refusals import Refusal


def set_credit_limit(*, wallet: Wallet, limit: Decimal, at: datetime) -> None:
    """How far below 0 the wallet may go, then pay debts out of new room.

    Refuses insufficient_balance if it is or holds more than that already.
    """
    check_amount(limit, wallet.currency)
    with transaction.atomic():
        locked = lock([wallet.pk])
        if locked[wallet.pk].available < -limit:
            raise Refusal("insufficient_balance", "More than that is used of its credit.")
        Wallet.objects.filter(pk=wallet.pk).update(credit_limit=limit)
        pay_debts_of(locked.values(), at=at)
