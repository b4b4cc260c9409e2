"""The lines of a provider's file, as they are meant."""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.cells import WrongCell, amount_in, moment_in
from billing.models import RegisterLine
from billing.registers.layouts import Layout
from drivepower.core import sheets
from drivepower.core.money import CURRENCY
from drivepower.core.sheets import Row
from drivepower.core.texts import storable

Kind = RegisterLine.Kind
LONGEST_NAME = 80
LONGEST_WORD = 40
ZERO = Decimal(0)


@dataclass(frozen=True)
class Told:
    """A movement as the provider tells it; its kind says which way it went, and only something else has a sign.

    Above 0 that came to what the provider holds for us.
    """

    number: int
    kind: Kind
    transaction: str
    # What the line calls the payment that it is, or that it gives back.
    payment: str
    at: datetime
    amount: Decimal
    commission: Decimal
    currency: str
    # The provider's word for something else.
    called: str = ""


@dataclass(frozen=True)
class Wrong:
    """A line that cannot be read, and why."""

    number: int
    reason: str


@dataclass(frozen=True)
class Reading:
    """What a file says, and what of it nobody can read."""

    sha256: str
    told: list[Told]
    wrong: list[Wrong]


def read(content: bytes, *, layout: Layout, currency: str) -> Reading:
    """The file's lines; WrongFile where it is no such table."""
    sheet = sheets.read(io.BytesIO(content), known=layout.known, needed=list(layout.needed), most=sheets.MONEY)
    told: list[Told] = []
    wrong: list[Wrong] = []
    seen: dict[tuple[str, str, str], int] = {}
    for row in sheet.rows:
        try:
            line = line_of(row, layout, currency)
            first = seen.setdefault((line.kind, line.currency, line.transaction), row.number)
            if first != row.number:
                raise WrongCell(_("line %(number)d says the same movement") % {"number": first})
            told.append(line)
        except WrongCell as error:
            wrong.append(Wrong(row.number, str(error)))
    return Reading(hashlib.sha256(content).hexdigest(), told, wrong)


def line_of(row: Row, layout: Layout, currency: str) -> Told:
    """What a row means; WrongCell where it means nothing."""
    said = {ours: storable(row.cells.get(theirs, "")) for ours, theirs in layout.columns.items()}
    word = (said["kind"] or layout.usual).lower()
    money = (said["currency"] or currency).upper()
    if not CURRENCY.fullmatch(money):
        raise WrongCell(_("“%(text)s” is no currency") % {"text": money[:40]})
    kind, amount = kind_of(word, amount_in(said["amount"], money), layout)
    payment = "" if word in layout.homecoming else said["payment"]
    by_name = layout.is_paid_by_name and kind == Kind.PAYMENT and payment
    transaction = payment if by_name else said["transaction"]
    if not transaction or len(transaction) > LONGEST_NAME:
        raise WrongCell(
            _("it needs the provider's name of it, of up to %(count)d characters") % {"count": LONGEST_NAME}
        )
    return Told(
        number=row.number,
        kind=kind,
        transaction=transaction,
        payment=payment[:LONGEST_NAME],
        at=moment_in(said["time"], layout.zone),
        amount=amount,
        commission=amount_in(said["commission"], money) if said["commission"] else ZERO,
        currency=money,
        called=word[:LONGEST_WORD] if kind == Kind.OTHER else "",
    )


def kind_of(word: str, amount: Decimal, layout: Layout) -> tuple[Kind, Decimal]:
    """What a line is, and its amount without its sign; WrongCell for no kind, and for a payment below 0.

    Some providers write what leaves them below 0; of a fee the sign says whether it was kept or given back.
    """
    kind = layout.kinds.get(word, Kind.OTHER if word and layout.has_others else None)
    if kind is None:
        raise WrongCell(_("“%(text)s” is no kind of movement that is known") % {"text": word[:40]})
    if kind == Kind.OTHER:
        return kind, amount
    if kind == Kind.PAYMENT and amount < 0:
        raise WrongCell(_("a payment cannot be below 0"))
    if kind == Kind.FEE and amount and (amount < 0) != layout.fee_leaves_below_zero:
        kind = Kind.FEE_BACK
    return kind, abs(amount)
