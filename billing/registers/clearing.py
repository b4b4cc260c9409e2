"""What stands at a provider by our books, and what explains it: in the end nothing is left."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from billing import ledger
from billing.models import ProviderRegister, RegisterLine, SecondPayment, TopUp, Wallet
from billing.models.fields import AmountField
from billing.registers.matching import BACK

Kind, Difference = RegisterLine.Kind, RegisterLine.Difference
# What is told elsewhere, or of another currency, is in no sum of a register.
LEFT_ASIDE = (Difference.REPEATED, Difference.CURRENCY)
ZERO = Decimal(0)
NOTHING = Value(ZERO, output_field=AmountField())


@dataclass(frozen=True)
class Clearing:
    """Amounts in a currency; all of them are parts of `held` but `rest`, which nothing explains."""

    # What the provider should hold for us, by our books.
    held: Decimal
    # What its registers leave with it: paid to it, and neither given back, kept, nor paid out; and what else moved.
    unpaid: Decimal
    # What registers tell that are not booked yet.
    unbooked: Decimal
    # What we have credited, and given back, of which no register tells yet.
    unnamed: Decimal
    unnamed_count: int
    returned: Decimal
    # What registers tell that is none of these, and nobody has booked: it came to what is held there, or left it below
    # 0, and our books have nothing of it.
    other: Decimal

    @property
    def rest(self) -> Decimal:
        """What is left to be found out."""
        return self.held - self.unpaid - self.unbooked - self.unnamed + self.returned + self.other


def clearing_of(*, provider: str, currency: str) -> Clearing:
    """How it stands now."""
    account = Wallet.objects.filter(system=f"clearing:{provider}", currency=currency).first()
    registers = ProviderRegister.objects.filter(provider=provider, currency=currency)
    told = sums(registers, "payments", "refunds", "commission", "remitted")
    waits = sums(registers.filter(booked_at=None), "commission", "remitted")
    count, amount = unnamed_payments(provider, currency)
    other, unbooked = others(provider, currency)
    return Clearing(
        held=-ledger.balance_of(account) if account else ZERO,
        unpaid=told["payments"] - told["refunds"] - told["commission"] - told["remitted"] + other,
        unbooked=waits["commission"] + waits["remitted"],
        unnamed=amount,
        unnamed_count=count,
        returned=returned_unnamed(provider, currency),
        other=unbooked,
    )


def sums(rows: "QuerySet[ProviderRegister]", *names: str) -> dict[str, Decimal]:
    """The sums of these columns."""
    found: dict[str, Decimal] = rows.aggregate(**{name: Coalesce(Sum(name), NOTHING) for name in names})
    return found


def credited(provider: str, currency: str) -> "QuerySet[TopUp]":
    """Payments that are in wallets and that no register names."""
    lines = RegisterLine.objects.filter(top_up=OuterRef("pk"), kind=Kind.PAYMENT)
    rows = TopUp.objects.filter(provider=provider, wallet__currency=currency, transfer__isnull=False)
    return rows.exclude(Exists(lines.exclude(difference__in=LEFT_ASIDE)))


def seconds(provider: str, currency: str) -> "QuerySet[SecondPayment]":
    """Second payments of the same kind."""
    same = {"provider": OuterRef("provider"), "provider_transaction": OuterRef("provider_transaction")}
    lines = RegisterLine.objects.filter(**same, kind=Kind.PAYMENT)
    rows = SecondPayment.objects.filter(
        provider=provider, top_up__wallet__currency=currency, state=SecondPayment.State.CREDITED
    )
    return rows.exclude(Exists(lines))


def unnamed_payments(provider: str, currency: str) -> tuple[int, Decimal]:
    """How many were credited that no register names, and how much that is."""
    count, amount = 0, ZERO
    for rows, column in ((credited(provider, currency), "paid_amount"), (seconds(provider, currency), "amount")):
        found = rows.order_by().aggregate(count=Count("pk"), amount=Coalesce(Sum(column), NOTHING))
        count, amount = count + found["count"], amount + found["amount"]
    return count, amount


def returned_unnamed(provider: str, currency: str) -> Decimal:
    """What we have taken back of payments, less what registers tell of that; where they differ, our amount counts."""
    rows = TopUp.objects.filter(provider=provider, wallet__currency=currency, reversed_amount__gt=0)
    ours: Decimal = rows.aggregate(all=Coalesce(Sum("reversed_amount"), NOTHING))["all"]
    lines = RegisterLine.objects.filter(provider=provider, top_up__wallet__currency=currency, kind__in=BACK)
    same = Case(When(difference="", then=F("amount")), default=Coalesce(F("ours"), NOTHING))
    told: Decimal = lines.exclude(difference=Difference.REPEATED).aggregate(all=Coalesce(Sum(same), NOTHING))["all"]
    return ours - told


def others(provider: str, currency: str) -> tuple[Decimal, Decimal]:
    """What registers tell of something else, with its sign: all of it, and what of it nobody has booked."""
    lines = RegisterLine.objects.filter(provider=provider, kind=Kind.OTHER, register__currency=currency)
    open_ones = Q(difference=Difference.UNKNOWN)
    found = lines.exclude(difference__in=LEFT_ASIDE).aggregate(
        all=Coalesce(Sum("amount"), NOTHING), open=Coalesce(Sum("amount", filter=open_ones), NOTHING)
    )
    return found["all"], found["open"]


def unnamed(register: ProviderRegister) -> "QuerySet[TopUp]":
    """What we have credited in the time of a register and neither it nor another one names, the newest first."""
    rows = credited(register.provider, register.currency)
    inside = rows.filter(transfer__made_at__gte=register.since, transfer__made_at__lt=register.until)
    return inside.select_related("wallet__user", "wallet__company", "transfer").order_by("-transfer__made_at")
