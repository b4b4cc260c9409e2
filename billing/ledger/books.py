"""Whether what wallets say is what their transfers, holds and debts say."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.ledger.wallets import ZERO
from billing.models import Debt, Hold, Transfer, Wallet

MONEY: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=20, decimal_places=3)


@dataclass(frozen=True)
class Difference:
    """A figure of a wallet that is not the sum of what it stands for."""

    wallet: Wallet
    figure: str
    kept: Decimal
    counted: Decimal


def total(rows: QuerySet[Any], wallet: str, amount: str = "amount", minus: str | None = None) -> Coalesce:
    """A subquery: the sum of `amount` (less `minus`) over the rows whose column `wallet` names the wallet at hand."""
    mine = rows.filter(**{wallet: OuterRef("pk")}).order_by().values(wallet)
    summed = mine.annotate(total=Sum(F(amount) - F(minus) if minus else F(amount))).values("total")
    return Coalesce(Subquery(summed, output_field=MONEY), Value(ZERO), output_field=MONEY)


def check_books() -> list[Difference]:
    """Every figure that differs; one statement each for wallets and for receivables, so that each sees one instant."""
    counted = {
        "balance": total(Transfer.objects.all(), "target") - total(Transfer.objects.all(), "source"),
        "held": total(Hold.objects.filter(state=Hold.State.ACTIVE), "wallet"),
        "owed": total(Debt.objects.all(), "wallet", minus="paid"),
    }
    wallets = Wallet.objects.filter(system="").annotate(**{f"counted_{name}": sum_ for name, sum_ in counted.items()})
    wrong = wallets.exclude(balance=F("counted_balance"), held=F("counted_held"), owed=F("counted_owed"))
    found = [
        Difference(wallet, name, getattr(wallet, name), getattr(wallet, f"counted_{name}"))
        for wallet in wrong.select_related("user", "company").order_by("pk")
        for name in counted
    ]
    return [one for one in found if one.kept != one.counted] + check_receivables()


def check_receivables() -> list[Difference]:
    """Receivable accounts that are not minus what the wallets of their currency owe."""
    owed = Wallet.objects.filter(currency=OuterRef("currency"), system="").order_by().values("currency")
    receivables = Wallet.objects.filter(system=Wallet.System.RECEIVABLE).annotate(
        counted=total(Transfer.objects.all(), "source") - total(Transfer.objects.all(), "target"),
        expected=Coalesce(Subquery(owed.annotate(all=Sum("owed")).values("all")), Value(ZERO), output_field=MONEY),
    )
    wrong = receivables.exclude(counted=F("expected")).order_by("pk")
    return [Difference(wallet, "receivable", wallet.expected, wallet.counted) for wallet in wrong]
