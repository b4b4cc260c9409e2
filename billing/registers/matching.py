"""What of ours each line of a register is, and in what the two differ; some queries however many lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, Sum

from billing.models import PaymentRefund, ProviderRegister, RegisterLine, SecondPayment, TopUp
from billing.registers.reading import Told

Kind, Difference = RegisterLine.Kind, RegisterLine.Difference
BACK = (Kind.REFUND, Kind.CHARGEBACK)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Verdict:
    """The payment that a line is about, what differs, and our amount where that is what differs."""

    top_up: TopUp | None = None
    difference: str = ""
    ours: Decimal | None = None


@dataclass
class Known:
    """All that we know of what the lines name."""

    currency: str
    top_ups: dict[str, TopUp]
    seconds: dict[str, SecondPayment]
    refunds: dict[str, PaymentRefund]
    before: set[tuple[str, str]]
    # What of each top-up registers have said to be given back, by its key.
    back: dict[int, Decimal] = field(default_factory=dict)


def match(
    told: Sequence[Told], *, provider: str, currency: str, register: ProviderRegister | None = None
) -> list[Verdict]:
    """A verdict for each line; `register`: the lines are this one's own, which are not told before by themselves."""
    known = known_of(told, provider, currency, register)
    return [verdict(line, known) for line in told]


def known_of(told: Sequence[Told], provider: str, currency: str, register: ProviderRegister | None) -> Known:
    """What the lines name, found by names."""
    names = {name for line in told for name in (line.transaction, line.payment) if name}
    top_ups = TopUp.objects.filter(provider=provider).select_related("wallet")
    named = top_ups.filter(Q(provider_transaction__in=names) | Q(provider_invoice__in=names))
    refunds = PaymentRefund.objects.filter(top_up__provider=provider, provider_refund__in=names)
    # What a register left aside as another currency's has its turn in one of that currency.
    lines = RegisterLine.objects.filter(provider=provider, currency=currency)
    lines = lines.exclude(difference__in=(Difference.REPEATED, Difference.CURRENCY))
    if register is not None:
        lines = lines.exclude(register=register)
    known = Known(
        currency=currency,
        top_ups=by_name(named),
        seconds={
            one.provider_transaction: one
            for one in SecondPayment.objects.filter(provider=provider, provider_transaction__in=names)
        },
        refunds={one.provider_refund: one for one in refunds.select_related("top_up__wallet")},
        before=set(lines.filter(provider_transaction__in=names).values_list("kind", "provider_transaction")),
    )
    about = [one.pk for one in known.top_ups.values()] + [one.top_up_id for one in known.refunds.values()]
    given = lines.filter(kind__in=BACK, top_up__in=about).values("top_up").annotate(all=Sum("amount"))
    known.back = {row["top_up"]: row["all"] for row in given.order_by()}
    return known


def by_name(rows: Iterable[TopUp]) -> dict[str, TopUp]:
    """Top-ups by their transaction, and by their invoice where no transaction is called so."""
    found = list(rows)
    by_invoice = {one.provider_invoice: one for one in found if one.provider_invoice}
    return by_invoice | {one.provider_transaction: one for one in found if one.provider_transaction}


def verdict(line: Told, known: Known) -> Verdict:
    """What one line is."""
    if line.currency != known.currency:
        return Verdict(top_up=named_by(line, known), difference=Difference.CURRENCY)
    if (line.kind.value, line.transaction) in known.before:
        return Verdict(top_up=known.top_ups.get(line.transaction), difference=Difference.REPEATED)
    if line.kind == Kind.PAYMENT:
        return of_payment(line, known)
    if line.kind in BACK:
        return of_return(line, known)
    # Nobody here knows what something else is, until a person has said what was done about it.
    return Verdict(difference=Difference.UNKNOWN) if line.kind == Kind.OTHER else Verdict()


def named_by(line: Told, known: Known) -> TopUp | None:
    """The top-up that a line names."""
    return known.top_ups.get(line.transaction) or known.top_ups.get(line.payment)


def of_payment(line: Told, known: Known) -> Verdict:
    """A payment: is it credited, and is it the same money?"""
    if second := known.seconds.get(line.transaction):
        credited = second.state == SecondPayment.State.CREDITED
        differs = compared(line.amount, second.amount) if credited else Verdict(difference=Difference.NOT_CREDITED)
        return Verdict(difference=differs.difference, ours=differs.ours)
    top_up = named_by(line, known)
    if top_up is None:
        return Verdict(difference=Difference.UNKNOWN)
    if top_up.wallet.currency != line.currency:
        return Verdict(top_up, Difference.CURRENCY)
    if top_up.transfer_id is None:
        return Verdict(top_up, Difference.NOT_CREDITED)
    return compared(line.amount, top_up.paid_amount or ZERO, top_up)


def of_return(line: Told, known: Known) -> Verdict:
    """Money that went back: have we taken it back, too?"""
    refund = known.refunds.get(line.transaction)
    top_up = refund.top_up if refund else named_by(line, known)
    if top_up is None:
        return Verdict(difference=Difference.UNKNOWN)
    left = top_up.reversed_amount - known.back.get(top_up.pk, ZERO)
    known.back[top_up.pk] = known.back.get(top_up.pk, ZERO) + line.amount
    if top_up.wallet.currency != line.currency:
        return Verdict(top_up, Difference.CURRENCY)
    if refund and refund.state != PaymentRefund.State.REFUSED:
        return compared(line.amount, refund.amount, top_up)
    return Verdict(top_up) if line.amount <= left else Verdict(top_up, Difference.NOT_REVERSED, max(left, ZERO))


def compared(theirs: Decimal, ours: Decimal, top_up: TopUp | None = None) -> Verdict:
    """The same amount, or another one."""
    return Verdict(top_up) if theirs == ours else Verdict(top_up, Difference.AMOUNT, ours)
