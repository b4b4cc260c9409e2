"""What a wallet's months come to, counted from transfers and debts.

What a wallet owes beyond its credit is its company's to pay, too, so a balance on a statement is the wallet's balance
less its debts: a charge on credit counts when it is charged, not when the debt is repaid.
"""

from dataclasses import astuple, dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum, Value
from django.db.models.functions import Concat

from billing.models import Debt, Statement, Transfer, Wallet

Kind = Transfer.Kind
ZERO = Decimal(0)


@dataclass(frozen=True)
class Figures:
    """What was charged, refunded and paid, and what else moved (below 0: taken)."""

    charged: Decimal
    refunded: Decimal
    paid: Decimal
    other: Decimal

    def __sub__(self, before: "Figures") -> "Figures":
        """What came after the others."""
        return Figures(*(mine - theirs for mine, theirs in zip(astuple(self), astuple(before), strict=True)))

    @property
    def change(self) -> Decimal:
        """What they do to the balance."""
        return self.refunded + self.paid + self.other - self.charged


def moved(wallet: Wallet, until: datetime) -> Figures:
    """All that moved before that instant."""
    past = Transfer.objects.filter(made_at__lt=until)
    debts = names_of_debts(wallet)
    effects = sums(past.filter(target=wallet))
    # A repayment makes balance and debt smaller at once. Two questions: either has an index, both together have none.
    for took in (past.filter(source=wallet).exclude(kind=Kind.REPAYMENT), past.filter(reference__in=debts)):
        for kind, amount in sums(took).items():
            effects[kind] = effects.get(kind, ZERO) - amount
    for kind, amount in sums(forgiven(past, debts)).items():
        effects[kind] = effects.get(kind, ZERO) + amount
    charged = -effects.pop(Kind.CAPTURE, ZERO) - effects.pop(Kind.DEBT, ZERO)
    refunded = effects.pop(Kind.REFUND, ZERO) + effects.pop(Kind.FORGIVEN, ZERO)
    paid = effects.pop(Kind.TOP_UP, ZERO)
    return Figures(charged, refunded, paid, sum(effects.values(), ZERO))


def owed(wallet: Wallet, until: datetime) -> Decimal:
    """What was owed at that instant beyond the credit."""
    past = Transfer.objects.filter(made_at__lt=until)
    debts = names_of_debts(wallet)
    made, repaid, given = (
        sum(sums(rows).values(), ZERO)
        for rows in (
            past.filter(reference__in=debts),
            past.filter(source=wallet, kind=Kind.REPAYMENT),
            forgiven(past, debts),
        )
    )
    return made - repaid - given


def stated(wallet: Wallet) -> Figures:
    """What earlier statements have said: whatever was booked late for a month is in the next one."""
    names = ("charged", "refunded", "paid", "other")
    sums_ = Statement.objects.filter(wallet=wallet).aggregate(**{name: Sum(name, default=ZERO) for name in names})
    return Figures(**sums_)


def names_of_debts(wallet: Wallet) -> QuerySet[Debt, str]:
    """The references of the transfers that are the wallet's debts, which name the house's accounts only."""
    named = Debt.objects.filter(wallet=wallet).annotate(name=Concat("reference", Value(":debt")))
    return named.order_by().values_list("name", flat=True)


def forgiven(past: QuerySet[Transfer], debts: QuerySet[Debt, str]) -> QuerySet[Transfer]:
    """Debts that are not asked for any more."""
    return past.filter(kind=Kind.FORGIVEN, reverses__reference__in=debts)


def sums(transfers: QuerySet[Transfer]) -> dict[str, Decimal]:
    """Their sum by kind."""
    return dict(transfers.order_by().values_list("kind").annotate(total=Sum("amount")))
