"""Settlements and decisions in words: price lines as a table, what a decision changed, what a session came to."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.db.models.fields.json import KT
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from accounts.named import with_names
from billing.admin.columns import written
from billing.models import Dimension, Hold
from billing.pricing import PROMO, Price, Terms
from charging import review, settlement
from charging.models import Decision, Session, Settlement
from drivepower.core import clocks, measures
from drivepower.core.money import plain_rate
from stations.prices import time_zone_of
from stations.quotes import SHOWN_UNITS

State = Session.State
DIMENSIONS = {**dict(Dimension.choices), PROMO: _("promo code")}
TIMES = "%Y-%m-%d %H:%M:%S"
DECIMALS = {"kWh": 3, "min": 2, "pc": 0}
LABELS = {
    "state": _("state"),
    "energy_wh": _("energy"),
    "started_at": _("started"),
    "stopped_at": _("stopped"),
    "total": _("total"),
    "payer": _("payer"),
}


def lines_of(settlement: Settlement) -> str:
    """Its price lines as a table, times in the zone of the station's location."""
    zone = time_zone_of(settlement.session.station)
    rows = [row_of(line, ZoneInfo(zone), settlement.currency) for line in settlement.lines]
    total = written(settlement.total, settlement.currency)
    return render_to_string("charging/admin/lines.html", {"rows": rows, "zone": zone, "total": total})


def row_of(line: dict[str, str], zone: ZoneInfo, currency: str) -> dict[str, Any]:
    """One line as people read it."""
    per_unit, unit = SHOWN_UNITS[line["unit"]]
    starts_at, ends_at = (datetime.fromisoformat(line[end]).astimezone(zone) for end in ("starts_at", "ends_at"))
    quantity = Decimal(line["quantity"]) / per_unit
    return {
        "dimension": DIMENSIONS.get(line["dimension"], line["dimension"]),
        "rule": line["rule"],
        "window": window(starts_at, ends_at),
        "quantity": f"{measures.number(quantity, DECIMALS[unit])} {measures.unit(unit)}",
        "price": f"{number_format(Decimal(plain_rate(Decimal(line['unit_price']), currency)))} {currency}",
        **{part: written(Decimal(line[part]), currency) for part in ("net", "tax", "gross")},
    }


def window(starts_at: datetime, ends_at: datetime) -> str:
    """From when until when by a place's clock; how far that is from UTC where it is not the portal's, or in doubt."""
    changes = starts_at.utcoffset() != ends_at.utcoffset()
    first = f" ({clocks.offset(starts_at)})" if changes else clocks.told_apart(starts_at)
    last = f" ({clocks.offset(ends_at)})" if changes else clocks.foreign(ends_at)
    if ends_at <= starts_at:
        return f"{starts_at:{TIMES}}{last}"
    until = f"{ends_at:%H:%M:%S}" if starts_at.date() == ends_at.date() else f"{ends_at:{TIMES}}"
    return f"{starts_at:{TIMES}}{first} – {until}{last}"


def with_payers(decisions: "QuerySet[Decision]", *, company: int | None) -> "QuerySet[Decision]":
    """The decisions, with who paid before and after by name, as staff of that company may read it."""
    return with_names(decisions, company=company, payer_before=KT("before__payer"), payer_after=KT("after__payer"))


def changes_of(decision: Any) -> str:
    """What a decision (of `with_payers`) changed, in a line."""
    before = decision.before | {"payer": decision.payer_before or decision.before.get("payer")}
    after = decision.after | {"payer": decision.payer_after or decision.after.get("payer")}
    changed = [name for name in LABELS if before.get(name) != after.get(name)]
    return "; ".join(f"{LABELS[name]} {said(name, before)} → {said(name, after)}" for name in changed)


def standing_of(standing: dict[str, Any], payer: str | None) -> str:
    """All that stood before a decision, or after it."""
    known = standing | {"payer": payer or standing.get("payer")}
    return "; ".join(f"{label} {said(name, known)}" for name, label in LABELS.items())


def said(name: str, standing: dict[str, Any]) -> str:
    """One thing that a decision may change: energy in kWh, times on the house's clock, which is told."""
    value = standing.get(name)
    if value is None or value == "":
        return "–"
    if name == "energy_wh":
        return measures.energy(value, 3)
    if name == "state":
        return str(State(value).label)
    if name in ("started_at", "stopped_at"):
        local = timezone.localtime(datetime.fromisoformat(value))
        return f"{local:{TIMES}} ({clocks.offset(local)})"
    return str(value)


def facts_of(session: Session, *, at: datetime) -> dict[str, Any]:
    """What a person should know who decides about a session: price, payer, what is held, energy, findings."""
    held = Hold.objects.filter(subject=session.subject, state=Hold.State.ACTIVE).aggregate(all=Sum("amount"))["all"]
    terms = settlement.readable_terms_of(session)
    currency = terms.currency if terms else settings.DEFAULT_CURRENCY
    return {
        "price": price_of(session, terms, at=at),
        "payer": session.company or session.driver or _("nobody is known"),
        "held": written(held, currency),
        "energy": measures.energy(session.billed_energy_wh or 0, 3),
        "findings": review.say_all(session.findings),
    }


def price_of(session: Session, terms: Terms | None, *, at: datetime) -> str:
    """What its receipts come to, and of one that is not settled what it would cost now."""
    if session.receipt is not None and session.state == State.SETTLED:
        return written(session.receipt.subject_gross, session.receipt.currency)
    if terms is None:
        return str(_("It has no price."))
    price = settlement.bill_of(session, terms, at=at).price
    return written(price.gross, price.currency)


def price_said(price: Price | None) -> str:
    """A price as people read it."""
    return written(price.gross, price.currency) if price else str(_("It has no price."))


def outcome(session: Session) -> str:
    """How a session stands after a decision."""
    last = session.settlements.order_by("-revision").first()
    cost = written(last.total, last.currency) if last else "–"
    if session.state == State.REVIEW:
        doubts = " ".join(review.say_all(session.findings))
        return _("%(session)s is still in review: %(doubts)s") % {"session": session, "doubts": doubts}
    if session.state == State.WAIVED:
        return _("%(session)s is waived: it costs nothing.") % {"session": session}
    if session.state == State.SETTLED:
        return _("%(session)s is settled: it costs %(cost)s.") % {"session": session, "cost": cost}
    return _("%(session)s is settled when its car has left.") % {"session": session}
