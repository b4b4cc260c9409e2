"""What wallets bring along from another system, all of a file at once: some statements, however many they are."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import F

from billing import events
from billing.ledger.debts import pay_debts
from billing.ledger.wallets import check_positive, lock, once, system_wallets
from billing.models import Debt, Transfer, Wallet

System = Wallet.System
STEP = 1000
GROW = """
UPDATE billing_wallet wallet SET balance = balance + said.came, owed = owed + said.owes
FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[]) AS said (id, came, owes) WHERE wallet.id = said.id
"""


class Balance(NamedTuple):
    """Money of a wallet (amount > 0), or a debt (amount < 0)."""

    wallet: Wallet
    amount: Decimal
    reference: str


def open_balances(*, balances: Sequence[Balance], currency: str, made_by: str, at: datetime) -> list[Transfer]:
    """Book them, then pay debts from what is there; answers a transfer for each, in their order.

    Refuses already_opened for a reference used before.
    """
    for one in balances:
        check_positive(abs(one.amount), currency)
    house = system_wallets(currency, System.OPENING, System.RECEIVABLE)
    with once("already_opened", "One of these balances was booked before."):
        lock(one.wallet.pk for one in balances)
        rows = [transfer_of(one, house, made_by, at) for one in balances]
        made = Transfer.objects.bulk_create(rows, batch_size=STEP)
        owed = Debt.objects.bulk_create((debt_of(one, at) for one in balances if one.amount < 0), batch_size=STEP)
        grow(balances)
        events.tell_debts(debts=owed, at=at)
        pay_what_can_be_paid(balances, at)
    return made


def transfer_of(one: Balance, house: dict[str, Wallet], made_by: str, at: datetime) -> Transfer:
    """Money comes from where the past stands; a debt is one account of the house's claim on another."""
    past, owes = house[System.OPENING], one.amount < 0
    return Transfer(
        source=house[System.RECEIVABLE] if owes else past,
        target=past if owes else one.wallet,
        amount=abs(one.amount),
        kind=Transfer.Kind.OPENING,
        subject=one.reference,
        reference=f"{one.reference}:debt" if owes else one.reference,
        made_by=made_by,
        made_at=at,
    )


def debt_of(one: Balance, at: datetime) -> Debt:
    """What the wallet owes from then on."""
    return Debt(wallet=one.wallet, subject=one.reference, reference=one.reference, amount=-one.amount, made_at=at)


def grow(balances: Sequence[Balance]) -> None:
    """Move what the (locked) wallets hold and owe, in one statement."""
    came, owes = defaultdict[int, Decimal](Decimal), defaultdict[int, Decimal](Decimal)
    for one in balances:
        (came if one.amount > 0 else owes)[one.wallet.pk] += abs(one.amount)
    keys = sorted(came.keys() | owes.keys())
    with connection.cursor() as cursor:
        cursor.execute(GROW, [keys, [came[key] for key in keys], [owes[key] for key in keys]])


def pay_what_can_be_paid(balances: Sequence[Balance], at: datetime) -> None:
    """Debts of those wallets that owe and have something: few bring along a debt to where there is money."""
    keys = [one.wallet.pk for one in balances]
    able = Wallet.objects.filter(pk__in=keys, owed__gt=0, balance__gt=F("held") - F("credit_limit"))
    for key in able.order_by("pk").values_list("pk", flat=True):
        pay_debts(key, at=at)
