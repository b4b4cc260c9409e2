"""Price lines in sentences: which rule held when, what changed at the edge of a window, and where a price came from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import LineKind, PriceTerms
from billing.pricing import PROMO, Terms
from billing.tariffs.levels import CLIENT, CONNECTOR, DEFAULT, OWN, SERVICE, STATION
from billing.wording import clean, money, percent, quantity, rate
from drivepower.portal.explain.shapes import PRICE, Moment

LEVELS: dict[str, Any] = {
    CLIENT: gettext_lazy("The price was agreed with this client."),
    CONNECTOR: gettext_lazy("The price is that of the connector's own tariff plan."),
    OWN: gettext_lazy("The price is the station's own."),
    STATION: gettext_lazy("The price is that of the station's tariff plan."),
    DEFAULT: gettext_lazy("The price is that of the default tariff plan: neither connector nor station has one."),
    SERVICE: gettext_lazy("It was charged with a service card, which costs nothing."),
}
PER: dict[str, Any] = {
    LineKind.PER_KWH: gettext_lazy("%(rate)s %(currency)s per kWh"),
    LineKind.PER_MINUTE: gettext_lazy("%(rate)s %(currency)s per minute"),
    LineKind.PARKING_FEE: gettext_lazy("%(rate)s %(currency)s per minute of standing there"),
}


@dataclass(frozen=True)
class PricedLine:
    """A line as receipts and settlements have it."""

    dimension: str
    rule: str
    starts_at: datetime
    ends_at: datetime
    quantity: Decimal
    unit: str
    unit_price: Decimal
    gross: Decimal


def of_settlement(lines: Sequence[dict[str, str]]) -> list[PricedLine]:
    """The lines of a settlement's document."""
    return [
        PricedLine(
            dimension=one["dimension"],
            rule=one["rule"],
            starts_at=datetime.fromisoformat(one["starts_at"]),
            ends_at=datetime.fromisoformat(one["ends_at"]),
            quantity=Decimal(one["quantity"]),
            unit=one["unit"],
            unit_price=Decimal(one["unit_price"]),
            gross=Decimal(one["gross"]),
        )
        for one in lines
    ]


def moments(lines: Sequence[PricedLine], currency: str) -> Iterator[Moment]:
    """Each line where it begins; from the second rule of a dimension on, the price has changed."""
    rules: dict[str, str] = {}
    for line in lines:
        if line.dimension == PROMO:
            continue
        before = rules.get(line.dimension)
        rules[line.dimension] = line.rule
        changed = before is not None and before != line.rule
        yield Moment(at=line.starts_at, kind=PRICE, text=said(line, currency, changed=changed), is_key=changed)


def said(line: PricedLine, currency: str, *, changed: bool) -> str:
    """One line as a sentence."""
    facts = {
        "rule": clean(line.rule),
        "price": str(PER.get(line.dimension, "")) % {"rate": rate(line.unit_price, currency), "currency": currency},
        "quantity": quantity(line.quantity, line.unit),
        "amount": money(line.gross, currency),
    }
    if line.dimension == LineKind.SESSION_FEE:
        return _("The fee of a charge («%(rule)s») was due: %(amount)s.") % facts
    if changed:
        return _("The price changed to «%(rule)s», %(price)s: %(quantity)s came to %(amount)s.") % facts
    return _("From here «%(rule)s» held, %(price)s: %(quantity)s came to %(amount)s.") % facts


def source(terms: Terms, frozen: PriceTerms | None) -> list[str]:
    """Where the price came from: the level that won, its plan and version, discount, promo code."""
    told = [str(LEVELS[terms.level])] if terms.level in LEVELS else []
    if frozen is not None and frozen.version is not None:
        version = frozen.version
        facts = {"plan": clean(version.plan.name), "number": version.number}
        told.append(_("Plan «%(plan)s», version %(number)s, as it stood when the charge began.") % facts)
    if terms.discount_percent:
        told.append(_("A discount of %(percent)s was taken off.") % {"percent": percent(terms.discount_percent)})
    if terms.promo is not None:
        told.append(_("Promo code %(code)s was used.") % {"code": clean(terms.promo.code)})
    return told
