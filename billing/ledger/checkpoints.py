"""What the house's own accounts come to; they carry no balance, so a nightly sum keeps the question short."""

from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Case, F, Max, Q, Sum, When

from billing.ledger.wallets import ZERO
from billing.models import Transfer, Wallet, WalletCheckpoint

# A transfer may commit after others with greater keys. Whoever has this lock knows that none is on its way: all up
# to the greatest key are there, and every later one will have a greater key. It is given back at once.
NONE_ON_ITS_WAY = "LOCK TABLE billing_transfer IN SHARE MODE"
PATIENCE = "SET LOCAL lock_timeout = '2s'"
SUM_UP = """
WITH account AS (
    SELECT wallet.id, coalesce(last.last_transfer, 0) AS since, coalesce(last.balance, 0) AS balance
    FROM billing_wallet wallet LEFT JOIN LATERAL (
        SELECT last_transfer, balance FROM billing_walletcheckpoint
        WHERE wallet_id = wallet.id ORDER BY last_transfer DESC LIMIT 1
    ) last ON TRUE
    WHERE wallet.system <> ''
), moved AS (
    SELECT account.id, sum(moving.amount) AS amount
    FROM billing_transfer transfer
    CROSS JOIN LATERAL (
        VALUES (transfer.target_id, transfer.amount), (transfer.source_id, -transfer.amount)
    ) moving (wallet_id, amount)
    JOIN account ON account.id = moving.wallet_id AND transfer.id > account.since
    WHERE transfer.id > (SELECT min(since) FROM account) AND transfer.id <= %(last)s
    GROUP BY account.id
)
INSERT INTO billing_walletcheckpoint (wallet_id, last_transfer, balance, made_at)
SELECT account.id, %(last)s, account.balance + coalesce(moved.amount, 0), %(at)s
FROM account LEFT JOIN moved USING (id) WHERE account.since < %(last)s
ON CONFLICT DO NOTHING
"""


def checkpoint(*, at: datetime) -> int:
    """Keep what every system wallet comes to by now; answers how many figures are new.

    Reads only what has moved since the last time. OperationalError when transfers kept it waiting for too long.
    """
    with connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute(PATIENCE)
            cursor.execute(NONE_ON_ITS_WAY)
            last = Transfer.objects.aggregate(last=Max("pk"))["last"] or 0
        cursor.execute(SUM_UP, {"last": last, "at": at})
        kept: int = cursor.rowcount
        return kept


def last_checkpoint() -> int:
    """The key of the last transfer that is in any checkpoint; 0: there is none."""
    return WalletCheckpoint.objects.aggregate(last=Max("last_transfer"))["last"] or 0


def balance_of(wallet: Wallet) -> Decimal:
    """What a system wallet comes to: its last checkpoint and what has moved since."""
    last = WalletCheckpoint.objects.filter(wallet=wallet).order_by("-last_transfer").first()
    since = Transfer.objects.filter(Q(source=wallet) | Q(target=wallet), pk__gt=last.last_transfer if last else 0)
    signed = Case(When(target=wallet, then=F("amount")), default=-F("amount"))
    moved: Decimal = since.aggregate(total=Sum(signed))["total"] or ZERO
    return moved + (last.balance if last else ZERO)
