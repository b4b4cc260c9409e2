"""Money set aside for something that may cost it."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F

from billing.ledger.debts import pay_debts_of
from billing.ledger.wallets import ZERO, check_positive, lock, once
from billing.models import Hold, Wallet
from drivepower.core.compiled import insert
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal

SET_ASIDE = "UPDATE billing_wallet SET held = held + %s WHERE id = %s"
END = """
UPDATE billing_hold SET state = %s, ended_at = %s
WHERE subject = %s AND state = %s AND wallet_id = ANY(%s) RETURNING wallet_id, amount
"""


def hold(
    *, wallet: Wallet, amount: Decimal, subject: str, number: int, expires_at: datetime | None, at: datetime
) -> Hold:
    """Set money aside for the subject as its hold `number`.

    Refuses debt_open, zero_balance, insufficient_balance, and already_held for a number that was used before.
    """
    check_positive(amount, wallet.currency)
    reference = name_hold(subject, number)
    with once("already_held", f"{reference} was held before."):
        check_spendable(lock([wallet.pk])[wallet.pk], amount)
        made = insert(
            Hold(wallet=wallet, amount=amount, subject=subject, reference=reference, made_at=at, expires_at=expires_at)
        )
        with connection.cursor() as cursor:
            cursor.execute(SET_ASIDE, [amount, wallet.pk])
    return made


def name_hold(subject: str, number: int) -> str:
    """The reference of a hold."""
    return f"{subject}:{number}"


def check_spendable(wallet: Wallet, amount: Decimal) -> None:
    """Refuse an amount that the (locked) wallet cannot set aside."""
    amounts = {"owed": wallet.owed, "available": wallet.spendable, "required": amount}
    details = {name: plain(value, wallet.currency) for name, value in amounts.items()} | {"currency": wallet.currency}
    if wallet.owed > 0:
        raise Refusal("debt_open", "An earlier charge is not paid yet.", details)
    if wallet.spendable <= 0:
        raise Refusal("zero_balance", "There is no money in the wallet.", details)
    if wallet.spendable < amount:
        raise Refusal("insufficient_balance", "There is not enough money in the wallet.", details)


def release(*, subject: str, at: datetime) -> Decimal:
    """End the subject's active holds, then pay debts; answers how much became free: nothing the second time."""
    with transaction.atomic():
        locked = lock(wallets_holding(subject))
        freed = end_holds(subject, locked, Hold.State.RELEASED, at)
        free(freed)
        pay_debts_of(locked.values(), at=at)
        return sum(freed.values(), ZERO)


def wallets_holding(subject: str) -> list[int]:
    """The keys of the wallets in which something is held for the subject."""
    holds = Hold.objects.filter(subject=subject, state=Hold.State.ACTIVE)
    return list(holds.order_by().values_list("wallet_id", flat=True).distinct())


def end_holds(subject: str, wallets: Iterable[int], state: Hold.State, at: datetime) -> dict[int, Decimal]:
    """Move the subject's active holds in these (locked) wallets to their end; answers what each wallet is to free.

    Another wallet in which something has been held since is left alone: taking its lock now could be out of order.
    """
    freed: dict[int, Decimal] = {}
    with connection.cursor() as cursor:
        cursor.execute(END, [state, at, subject, Hold.State.ACTIVE, list(wallets)])
        for wallet_id, amount in cursor.fetchall():
            freed[wallet_id] = freed.get(wallet_id, ZERO) + amount
    return freed


def free(freed: dict[int, Decimal]) -> None:
    """Set no longer aside what holds that ended had set aside."""
    for wallet_id, amount in freed.items():
        Wallet.objects.filter(pk=wallet_id).update(held=F("held") - amount)
