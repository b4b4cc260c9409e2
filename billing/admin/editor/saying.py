"""The editor's sentences: which rule gave a line of a price, and what differs between two versions."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from billing.admin.columns import written
from billing.admin.weeks import UNITS, clock
from billing.models import TariffRule, TariffVersion
from billing.models.tariffs import Dimension, IdleFrom
from billing.pricing import DISCOUNTED, PROMO, Line, Price, Terms
from billing.tariffs.differences import ADDED, ORDER, REMOVED, VERSION, Change, Difference, Edition
from billing.tariffs.levels import CLIENT
from billing.wording import rate
from drivepower.core.clocks import offset, told_apart
from drivepower.core.inputs.weekdays import DAYS


def lines(terms: Terms, price: Price) -> list[tuple[str, str]]:
    """Each line as what it comes to and by which rule."""
    return [(written(line.gross, price.currency), line_said(terms, line)) for line in price.lines]


def line_said(terms: Terms, line: Line) -> str:
    """25 kWh × 15.00 KGS by the rule “Energy” (Mon 2 Mar 18:00 – 19:00)."""
    if line.dimension == PROMO:
        return _("The promo code “%(code)s” takes this off.") % {"code": line.rule_name}
    zone = ZoneInfo(terms.time_zone)
    starts, ends = line.starts_at.astimezone(zone), line.ends_at.astimezone(zone)
    form = "D j M H:i:s" if starts.second or ends.second else "D j M H:i"
    changes = starts.utcoffset() != ends.utcoffset()
    since, until = (
        date_format(one, form) + (f" ({offset(one)})" if changes else told_apart(one)) for one in (starts, ends)
    )
    said = {
        "quantity": quantity(line),
        "rate": f"{rate(line.unit_price, terms.currency)} {terms.currency}",
        "rule": line.rule_name,
        "dimension": Dimension(line.dimension).label,
        "since": since,
        "until": until,
    }
    if line.dimension == Dimension.SESSION_FEE:
        words = _("%(dimension)s: %(rate)s by the rule “%(rule)s”, which holds at the start, %(since)s.") % said
    else:
        words = _("%(dimension)s: %(quantity)s × %(rate)s by the rule “%(rule)s”, %(since)s – %(until)s.") % said
    if line.dimension in DISCOUNTED and terms.discount_percent:
        words += " " + _("The discount of %(percent)s %% is in it.") % {"percent": trimmed(terms.discount_percent)}
    return words


def quantity(line: Line) -> str:
    """25 kWh, 40 min, 1."""
    if line.unit == "Wh":
        return _("%(number)s kWh") % {"number": trimmed(line.quantity / 1000)}
    if line.unit == "s":
        minutes, seconds = divmod(int(line.quantity), 60)
        rest = _("%(number)s s") % {"number": f"{seconds:02d}"} if seconds else ""
        return " ".join(filter(None, [_("%(minutes)d min") % {"minutes": minutes}, rest]))
    return trimmed(line.quantity)


def total(price: Price) -> str:
    """What is paid, and the tax in it."""
    said = {"gross": written(price.gross, price.currency), "tax": written(price.tax, price.currency)}
    return _("%(gross)s, of which tax %(tax)s") % said if price.tax else said["gross"]


def notes(edition: Edition, terms: Terms, price: Price) -> list[str]:
    """Whose price it is where it is not this version's, and what costs nothing for want of a rule."""
    found = unpriced(price)
    if terms.level == CLIENT and [rule.id for rule in terms.rules] == [0]:
        found.insert(0, _("A rate of their own was agreed with this client: it holds instead of this plan."))
    elif terms.version_id is not None and terms.version_id != edition.version.pk:
        other = TariffVersion.objects.select_related("plan").get(pk=terms.version_id)
        if terms.level == CLIENT:
            words = _("The plan “%(plan)s” was agreed with this client: it holds instead of this one.")
        else:
            words = _("No rule of this version holds for such a charge: the plan “%(plan)s” prices it, as the default.")
        found.insert(0, words % {"plan": other.plan})
    return found


def unpriced(price: Price) -> list[str]:
    """What costs nothing because no rule was there."""
    said = _("%(dimension)s: for a part of the time no rule holds; that part costs 0.")
    return [said % {"dimension": Dimension(name).label} for name in price.unpriced]


def difference(one: Difference, currency: str) -> str:
    """One difference in a sentence."""
    if one.kind == ORDER:
        return _("The order of the rules changed: of two of the same priority the later one holds.")
    if one.rule is None:
        return "; ".join(change(part, currency) for part in one.changes)
    said = {"name": one.rule.name, "what": ", ".join(traits_of(one.rule, currency))}
    if one.kind == ADDED:
        return _("Rule “%(name)s” added: %(what)s") % said
    if one.kind == REMOVED:
        return _("Rule “%(name)s” removed: %(what)s") % said
    said["what"] = "; ".join(change(part, currency) for part in one.changes)
    return _("Rule “%(name)s”: %(what)s") % said


def sign(one: Difference) -> str:
    """Before the sentence, so that colour is not needed."""
    return {ADDED: "+", REMOVED: "−", VERSION: "%"}.get(one.kind, "≠")


def change(part: Change, currency: str) -> str:
    """price 15.00 → 16.50"""
    return (
        f"{name_of(part.trait)} {value(part.trait, part.before, currency)} → {value(part.trait, part.after, currency)}"
    )


def name_of(trait: str) -> str:
    """What a trait is called."""
    return {
        "name": _("name"),
        "dimension": _("dimension"),
        "price": _("price"),
        "hours": _("hours"),
        "weekdays": _("weekdays"),
        "dates": _("dates"),
        "connector": _("connector type"),
        "power": _("power"),
        "priority": _("priority"),
        "tax": _("tax"),
        "idle_grace": _("idle grace"),
        "idle_from": _("idle from"),
        "idle_cap": _("idle fee at most"),
    }[trait]


def traits_of(rule: TariffRule, currency: str) -> Iterator[str]:
    """All that a rule says."""
    yield f"{Dimension(rule.dimension).label}, {rate(rule.price, currency)} {currency} {UNITS[rule.dimension]}"
    yield value("hours", (rule.starts, rule.ends), currency)
    yield value("weekdays", (tuple(rule.weekdays),), currency)
    if rule.valid_from or rule.valid_until:
        yield value("dates", (rule.valid_from, rule.valid_until), currency)
    yield value("connector", (rule.connector_type,), currency)
    if rule.power_from_w or rule.power_to_w is not None:
        yield value("power", (rule.power_from_w, rule.power_to_w), currency)
    yield f"{name_of('priority')} {rule.priority}"


def value(trait: str, said: Sequence[Any], currency: str) -> str:
    """What is said of a trait."""
    first = said[0]
    match trait:
        case "price":
            return rate(first, currency)
        case "hours":
            return _("all day") if first is None else f"{clock(first)}–{clock(said[1])}"
        case "weekdays":
            names = dict(DAYS)
            return " ".join(str(names[day]) for day in sorted(set(first))) or _("every day")
        case "dates":
            return f"{day_said(first)}–{day_said(said[1])}" if any(said) else _("always")
        case "connector":
            return first or _("any connector")
        case "power":
            return power_said(first, said[1])
        case "tax":
            included = _("in the price") if said[2] else _("on top")
            return f"{first} {trimmed(said[1])} % ({included})"
        case "idle_grace":
            return _("%(number)s s") % {"number": first}
        case "idle_from":
            return str(IdleFrom(first).label)
        case "idle_cap":
            return _("no limit") if first is None else written(first, currency)
        case "dimension":
            return str(Dimension(first).label)
        case _:
            return str(first)


def day_said(day: date | None) -> str:
    """A day; nothing where it is open."""
    return date_format(day, "j M Y") if day else "…"


def power_said(least: int, most: int | None) -> str:
    """22–50 kW."""
    if not least and most is None:
        return _("any power")
    span = f"{trimmed(Decimal(least) / 1000)}–{'…' if most is None else trimmed(Decimal(most) / 1000)}"
    return _("%(number)s kW") % {"number": span}


def trimmed(number: Decimal) -> str:
    """A number without zeros at its end, by the reader's locale."""
    return str(number_format(number.normalize() if number % 1 else int(number), use_l10n=True))
