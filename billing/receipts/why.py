"""Why it cost this: each line of a receipt as a plain sentence, and the tax in all of them."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing import changed_clocks
from billing.models import LineKind, Receipt, ReceiptLine
from billing.pricing import PER_PRICE, rounded
from billing.wording import clean, last_day, money, percent, quantity, rate, tax_name, window, zone_of

# How each kind of line reads.
FORMS = {
    LineKind.PER_KWH: gettext_lazy("%(window)s, %(rule)s: %(rate)s %(currency)s per kWh × %(quantity)s = %(amount)s"),
    LineKind.PER_MINUTE: gettext_lazy(
        "%(window)s, %(rule)s: %(rate)s %(currency)s per minute × %(quantity)s = %(amount)s"
    ),
    LineKind.PARKING_FEE: gettext_lazy(
        "%(window)s, the car stood there after charging, %(rule)s: "
        "%(rate)s %(currency)s per minute × %(quantity)s = %(amount)s"
    ),
    LineKind.SESSION_FEE: gettext_lazy("%(window)s, %(rule)s: once %(amount)s"),
    LineKind.PROMO: gettext_lazy("Promo code %(rule)s: %(amount)s"),
}
# Those that say from when until when.
TIMED = FORMS.keys() - {LineKind.PROMO}


def why(receipt: Receipt, lines: Sequence[ReceiptLine]) -> list[str]:
    """The sentences of a receipt in the language in force: its lines, the tax, and what a correction comes to.

    Of a night in which the clocks were changed they tell that too.
    """
    told = [sentence(receipt, line, dated=over_midnight(receipt, lines)) for line in lines]
    told += changes_of_clocks(receipt, lines)
    told += [tax_sentence(receipt, rate_, tax) for rate_, tax in taxes(lines).items()]
    if not lines:
        told.append(_("Nothing is charged."))
    if receipt.corrects:
        facts = {"number": receipt.corrects.full_number, "amount": money(receipt.subject_gross, receipt.currency)}
        told.append(_("This corrects %(number)s; with all that was said before it comes to %(amount)s.") % facts)
    return told


def lines_of(receipt: Receipt) -> list[ReceiptLine]:
    """The receipt's lines in their order, without a query where they are fetched already."""
    return sorted(receipt.lines.all(), key=lambda line: line.position)


def over_midnight(receipt: Receipt, lines: Sequence[ReceiptLine]) -> bool:
    """Whether the lines are of more than one day on the place's calendar."""
    zone = zone_of(receipt.time_zone)
    days = {line.starts_at.astimezone(zone).date() for line in lines}
    return len(days | {last_day(line.starts_at, line.ends_at, zone) for line in lines}) > 1


def changes_of_clocks(receipt: Receipt, lines: Sequence[ReceiptLine]) -> list[str]:
    """How the clocks were changed in the windows that the lines tell, each change once."""
    zone, timed = zone_of(receipt.time_zone), [line for line in lines if line.dimension in TIMED]
    found = [changed_clocks.told(line.starts_at, line.ends_at, zone) for line in timed]
    return list(dict.fromkeys(sentence for sentences in found for sentence in sentences))


def taxes(lines: Sequence[ReceiptLine]) -> dict[Decimal, Decimal]:
    """The tax in the lines by its rate; a correction over a tax change has two."""
    found: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        found[line.tax_percent] += line.tax
    return {rate_: tax for rate_, tax in sorted(found.items()) if rate_}


def tax_sentence(receipt: Receipt, rate_: Decimal, tax: Decimal) -> str:
    """The tax of one rate."""
    facts = {"tax": tax_name(receipt.tax_name), "percent": percent(rate_), "amount": money(tax, receipt.currency)}
    return _("%(tax)s %(percent)s in it: %(amount)s.") % facts


def sentence(receipt: Receipt, line: ReceiptLine, *, dated: bool) -> str:
    """A line as a sentence; one that a correction takes back says so."""
    currency = receipt.currency
    if line.dimension == LineKind.REFUND:
        return refund_sentence(receipt, line)
    taken = line.quantity < 0
    sign = -1 if taken else 1
    product = asked(line, currency)
    facts = {
        "window": window(line.starts_at, line.ends_at, zone_of(receipt.time_zone), dated=dated),
        "rule": clean(line.rule_name),
        "rate": rate(line.unit_price, currency),
        "currency": currency,
        "quantity": quantity(sign * line.quantity, line.unit),
        "amount": money(sign * (line.gross if product is None else product), currency),
    }
    told = FORMS[LineKind(line.dimension)] % facts + ending(line, sign, currency)
    return _("No longer charged: %(what)s") % {"what": told} if taken else told


def asked(line: ReceiptLine, currency: str) -> Decimal | None:
    """What quantity times price comes to; None: the line has no such price."""
    if line.dimension not in PER_PRICE:
        return None
    return rounded(line.quantity * line.unit_price / PER_PRICE[line.dimension], currency)


def ending(line: ReceiptLine, sign: int, currency: str) -> str:
    """How quantity times price became the line's total: as it is, with tax on top, or cut off by the cap."""
    product = asked(line, currency)
    gross = money(sign * line.gross, currency)
    if product in (None, line.gross):
        return "."
    if product == line.net:
        tax = {"tax": money(sign * line.tax, currency), "amount": gross}
        return _(", with %(tax)s of tax %(amount)s.") % tax
    return _(", of which at most %(amount)s is charged.") % {"amount": gross}


def refund_sentence(receipt: Receipt, line: ReceiptLine) -> str:
    """Money given back by hand, and money that is not given back since it was before."""
    facts = {"amount": money(abs(line.gross), receipt.currency), "reason": clean(line.rule_name)}
    if not line.gross:
        tax = {"amount": money(line.tax, receipt.currency)}
        return _("The tax in what was given back before changes by %(amount)s.") % tax
    if line.gross > 0:
        return _("%(amount)s had been given back before, and is not given back again.") % facts
    if not line.rule_name:
        return _("Given back: %(amount)s.") % facts
    return _("Given back: %(amount)s (%(reason)s).") % facts
