"""Why a charge costs what it costs: its lines in words, where the price came from, and the moves that add up to it."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import Receipt, Transfer
from billing.receipts.why import lines_of, why
from billing.wording import money
from charging.models import Session, Settlement
from drivepower.portal.explain.facts import Money, Story
from drivepower.portal.explain.reader import Reader
from drivepower.portal.explain.sentences import prices
from drivepower.portal.explain.sentences.money import is_back
from drivepower.portal.explain.sentences.prices import PricedLine
from drivepower.portal.explain.shapes import Bill

Kind = Transfer.Kind
# What each kind of transfer does to a charge's account with its payer, in the order in which it is told. Tax is none of
# them: it moves between two accounts of the house, out of what was taken.
SUMS = (
    (Kind.CAPTURE, gettext_lazy("taken from the wallet")),
    (Kind.DEBT, gettext_lazy("charged on credit")),
    (Kind.REPAYMENT, gettext_lazy("paid of it later")),
    (Kind.REFUND, gettext_lazy("given back")),
    (Kind.FORGIVEN, gettext_lazy("not asked for any more")),
    (Kind.ABSORBED, gettext_lazy("borne by the house")),
)


def of(story: Story, reader: Reader) -> Bill | None:
    """The bill as this reader may see it: receipts where there are any, else what it would cost."""
    known = story.terms if reader.knows else None  # what was agreed with a client tells who that is
    source = prices.source(known, story.session.price_terms) if known else []
    if story.money.receipts:
        return of_receipts(story, source)
    last = current(story.session, story.money.settlements)
    if last is None or not last.lines:
        return None
    lines = [prices.said(one, last.currency, changed=False) for one in prices.of_settlement(last.lines)]
    return Bill(total=money(last.total, last.currency), source=source, lines=lines, moves=(), is_final=False)


def of_receipts(story: Story, source: Sequence[str]) -> Bill:
    """Every receipt and correction with its own lines; their sum is what it costs."""
    receipts = story.money.receipts
    lines: list[str] = []
    for receipt in receipts:
        named = {"number": receipt.full_number, "amount": money(receipt.gross, receipt.currency)}
        if receipt.kind == Receipt.Kind.CORRECTION:
            lines.append(_("Correction %(number)s, %(amount)s:") % named)
        elif len(receipts) > 1:
            lines.append(_("Receipt %(number)s, %(amount)s:") % named)
        lines += why(receipt, lines_of(receipt))
    currency = receipts[0].currency
    total = sum((one.gross for one in receipts), Decimal(0))
    return Bill(
        total=money(total, currency), source=source, lines=lines, moves=moves(story.money, currency), is_final=True
    )


def moves(found: Money, currency: str) -> list[tuple[str, str]]:
    """What moved in all, by what it did."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for transfer in found.transfers:
        went_back = transfer.kind == Kind.ABSORBED and is_back(transfer)
        sums[transfer.kind] += -transfer.amount if went_back else transfer.amount
    return [(str(label), money(sums[kind], currency)) for kind, label in SUMS if sums[kind]]


def given_back(transfers: Sequence[Transfer]) -> Decimal:
    """What people gave back of it by hand; what a lower price brought back was never its price."""
    return sum((one.amount for one in transfers if one.kind == Kind.REFUND and one.made_by), Decimal(0))


def current(session: Session, settlements: Sequence[Settlement]) -> Settlement | None:
    """The settlement of the session's revision."""
    return next((one for one in settlements if one.revision == session.revision), None)


def lines_of_story(story: Story) -> tuple[list[PricedLine], str]:
    """The price lines for the axis, and their currency: of the settlement, else of the receipt of sale."""
    last = current(story.session, story.money.settlements)
    if last is not None:
        return prices.of_settlement(last.lines), last.currency
    sale = next((one for one in story.money.receipts if one.kind == Receipt.Kind.SALE), None)
    if sale is None:
        return [], ""
    lines = [
        PricedLine(
            dimension=line.dimension,
            rule=line.rule_name,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price,
            gross=line.gross,
        )
        for line in lines_of(sale)
    ]
    return lines, sale.currency
