"""What each of many charges would get back, and why some get nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from billing import ledger
from billing.ledger.standing import Standing, paid_for
from billing.models import Capture, Transfer, Wallet
from billing.pricing import rounded
from drivepower.core.refusals import Refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NOTHING = Decimal(0)
ALL = Decimal(100)


@dataclass(frozen=True)
class Share:
    """What a charge costs, what of it was paid and not given back, and what it would get; or why nothing."""

    subject: str
    wallet: Wallet | None = None
    cost: Decimal = NOTHING
    left: Decimal = NOTHING
    amount: Decimal = NOTHING
    why_not: "_StrPromise | str" = ""

    @property
    def currency(self) -> str:
        """That of the wallet that paid."""
        return self.wallet.currency if self.wallet else ""


def share_out(subjects: Sequence[str], *, percent: Decimal | None = None, each: Decimal | None = None) -> list[Share]:
    """A share for each subject, in their order, never more than was paid for it and has not come back.

    `percent` (above 0, to 100) is of what the charge costs; `each` is in the currency of most of them, others get
    nothing. Refuses invalid_parameters. Queries do not grow with the subjects.
    """
    if (percent is None) == (each is None) or (percent is not None and not 0 < percent <= ALL):
        raise Refusal("invalid_parameters", "It is a part of each charge, above 0 to 100 %, or an amount for each.")
    captures = {row.subject: row for row in _last_captures(subjects)}
    counted = Counter(row.wallet.currency for row in captures.values() if row.gross)
    currency = max(sorted(counted), key=counted.__getitem__, default="")
    if each is not None and currency:
        ledger.check_positive(each, currency)
    paid = paid_for(subjects)
    wanted = _Wanted(percent, each, currency)
    return [_share(subject, captures.get(subject), paid.get(subject), wanted) for subject in dict.fromkeys(subjects)]


@dataclass(frozen=True)
class _Wanted:
    percent: Decimal | None
    each: Decimal | None
    currency: str

    def of(self, cost: Decimal) -> Decimal:
        """What a charge of that cost would get."""
        if self.each is not None:
            return self.each
        return rounded(cost * (self.percent or NOTHING) / ALL, self.currency)


def _last_captures(subjects: Sequence[str]) -> list[Capture]:
    rows = Capture.objects.filter(subject__in=subjects).select_related("wallet__user", "wallet__company")
    return list(rows.order_by("subject", "-revision").distinct("subject"))


def _share(subject: str, last: Capture | None, standing: Standing | None, wanted: _Wanted) -> Share:
    if last is None or not last.gross:
        return Share(subject, why_not=_("it was not charged"))
    wallet, cost = last.wallet, last.gross
    charge: Transfer | None = standing.charges.get(wallet.pk) if standing else None
    if standing is None or charge is None:
        return Share(subject, wallet, cost, why_not=_("nothing of it has been paid"))
    left = standing.paid[wallet.pk]
    if wallet.currency != wanted.currency:
        return Share(subject, wallet, cost, left, why_not=_("it is in another currency"))
    if left <= 0:
        return Share(subject, wallet, cost, NOTHING, why_not=_("all of it has been given back"))
    amount = min(wanted.of(cost), left)
    return Share(subject, wallet, cost, left, amount, "" if amount else _("its part comes to nothing"))
