"""What the transfers of one subject come to: paid, owed, borne by the house, given away by hand, and the tax in it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from billing.ledger.wallets import ZERO
from billing.models import Capture, Debt, Transfer, Wallet
from billing.pricing import rounded

Kind = Transfer.Kind


@dataclass
class Standing:
    """What is paid and was given away by hand, by the key of the wallet; the tax in all of it by currency."""

    paid: defaultdict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    given: defaultdict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    tax: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    debts: list[Debt] = field(default_factory=list)
    charges: dict[int, Transfer] = field(default_factory=dict)  # the first of each wallet
    owing: dict[str, Transfer] = field(default_factory=dict)  # how a debt of that reference was booked
    absorbed: Decimal = ZERO

    def open_debts(self, wallet: Wallet) -> list[Debt]:
        """What the wallet still owes for the subject, oldest first."""
        return [debt for debt in self.debts if debt.wallet_id == wallet.pk and debt.paid < debt.amount]

    def of(self, wallet: Wallet) -> Decimal:
        """What the wallet bears: paid and owed."""
        return self.paid[wallet.pk] + sum((debt.amount - debt.paid for debt in self.open_debts(wallet)), ZERO)


def standing_of(subject: str, wallets: Iterable[int]) -> Standing:
    """How the subject stands with these (locked) wallets."""
    found = Standing(debts=list(Debt.objects.filter(wallet__in=list(wallets), subject=subject).order_by("id")))
    for one in Transfer.objects.filter(subject=subject).select_related("source", "reverses").order_by("id"):
        count(found, one)
    return found


def count(found: Standing, one: Transfer) -> None:
    """Add one transfer; what somebody gave away counts for the wallet that it was given to."""
    if one.kind in (Kind.CAPTURE, Kind.REPAYMENT):
        found.paid[one.source_id] += one.amount
        found.charges.setdefault(one.source_id, one)
    elif one.kind == Kind.REFUND:
        found.paid[one.target_id] -= one.amount
        found.given[one.target_id] += one.amount if one.made_by else ZERO
    elif one.kind in (Kind.DEBT, Kind.REVERSAL):
        found.owing[one.reference.removesuffix(":debt")] = one
    elif one.kind == Kind.FORGIVEN and one.made_by:
        forgiven = one.reverses.reference.removesuffix(":debt") if one.reverses else ""
        found.given.update(
            {
                debt.wallet_id: found.given[debt.wallet_id] + one.amount
                for debt in found.debts
                if debt.reference == forgiven
            }
        )
    elif one.kind == Kind.ABSORBED:
        found.absorbed += one.amount if one.source.system == Wallet.System.ABSORBED else -one.amount
    elif one.kind == Kind.TAX:
        found.tax[one.source.currency] += one.amount if one.source.system == Wallet.System.REVENUE else -one.amount


def tax_in(capture: Capture, borne: Decimal, currency: str) -> Decimal:
    """The tax in what is still borne of a charge; given back in parts, it sums to what one part would be."""
    if not capture.gross:
        return ZERO
    tax: Decimal = capture.tax
    return tax - rounded(tax * (capture.gross - borne) / capture.gross, currency)


def paid_for(subjects: Iterable[str]) -> dict[str, Standing]:
    """What was paid for each of many subjects, and by which transfers, in one query; it knows nothing of debts."""
    found: dict[str, Standing] = {}
    rows = Transfer.objects.filter(subject__in=list(subjects)).select_related("source", "reverses").order_by("id")
    for one in rows:
        count(found.setdefault(one.subject, Standing()), one)
    return found
