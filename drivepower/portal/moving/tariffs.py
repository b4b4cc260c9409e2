"""Tariffs from a file: a row for each rule; a plan whose prices differ gets its next version."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Prefetch
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from billing import tariffs
from billing.models import TariffPlan, TariffRule, TariffVersion
from drivepower.core.sheets import Row, Sheet
from drivepower.portal.moving.cells import shown
from drivepower.portal.moving.found import cells
from drivepower.portal.moving.lines import Column, Kind, Line, compare, read_cells
from drivepower.portal.moving.rules import (
    COMPARED,
    NAMES,
    PLAN,
    RULE,
    RULE_NAMES,
    VERSION,
    cells_of,
    sentence,
    version_cells,
)

COLUMNS: tuple[Column, ...] = PLAN + VERSION + RULE
MOST_RULES = 60


def plan(sheet: Sheet, at: datetime, is_locked: bool) -> list[Line]:
    """The plans of the sheet, each beside the version that would hold when the new one begins."""
    rows = TariffPlan.objects.annotate(lowered=Lower("name")).filter(lowered__in=cells(sheet, "plan")).order_by("pk")
    rows = rows.select_for_update(no_key=True) if is_locked else rows
    versions = Prefetch("versions", TariffVersion.objects.order_by("in_force_from", "number"), to_attr="editions")
    standing = {row.lowered: row for row in rows.prefetch_related(versions, "versions__rules")}
    groups: dict[str, list[Row]] = {}
    for row in sheet.rows:
        groups.setdefault(row.cells["plan"].lower(), []).append(row)
    return [of_plan(rows, standing.get(name), at) for name, rows in groups.items()]


def of_plan(rows: list[Row], target: TariffPlan | None, at: datetime) -> Line:
    """What the rows of one plan would make of it."""
    line = Line(rows[0].number, rows[0].cells["plan"], target)
    read_cells(rows[0], PLAN[1:] + VERSION, {}, line)
    currency = line.said.pop("currency", None) or (target.currency if target else settings.DEFAULT_CURRENCY)
    check_plan(line, target, currency)
    for row in rows[1:]:
        check_same(row, rows[0], line)
    said = dict(line.said)
    rules = [rule_of(row, line) for row in rows]
    if len(rules) > MOST_RULES:
        line.reasons.append(_("a plan has at most %(count)d rules") % {"count": MOST_RULES})
    held = held_at(target, said.get("in_force_from") or at)
    describe(line, held, said, rules)
    line.written = {"currency": currency, "fields": fields_of(held, said), "rules": rules} | {
        "in_force_from": said.get("in_force_from")
    }
    return line


def check_plan(line: Line, target: TariffPlan | None, currency: str) -> None:
    """Prices stay in their currency, and a station's own price is set at the station."""
    if target is not None and target.is_private:
        line.reasons.append(_("this is a station's own price; it is set at the station"))
    if target is not None and target.currency != currency:
        line.reasons.append(_("currency: this plan is in %(currency)s") % {"currency": target.currency})
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        line.reasons.append(_("currency: three capital letters"))
    if not line.name:
        line.reasons.append(_("plan: this must not be empty"))
    if len(line.name) > 80:
        line.reasons.append(_("plan: at most 80 characters"))


def check_same(row: Row, first: Row, line: Line) -> None:
    """Further rows of a plan repeat what the first one says of the version, or leave it out."""
    for column in PLAN[1:] + VERSION:
        cell = row.cells.get(column.name, "")
        if cell and cell != first.cells.get(column.name, ""):
            told = {"number": row.number, "column": column.name, "first": first.number}
            line.reasons.append(_("row %(number)d: %(column)s is another than in row %(first)d") % told)


def rule_of(row: Row, line: Line) -> TariffRule:
    """The rule of a row; what is not right with it is noted in the plan's line."""
    one = Line(row.number, line.name)
    read_cells(row, RULE, {}, one)
    if "weekdays" in one.said:
        one.said["weekdays"] = list(one.said["weekdays"])
    compare(one, TariffRule, RULE_NAMES)
    rule = TariffRule(**one.said)
    if not one.reasons:
        one.reasons += faults(rule)
    line.reasons += [_("row %(number)d: %(why)s") % {"number": row.number, "why": why} for why in one.reasons]
    return rule


def faults(rule: TariffRule) -> list[str]:
    """What the table would refuse of a rule, in words."""
    wrong = {
        _("price: a price is not below 0; 0 is free"): rule.price < 0,
        _("power_to_w: this is not above where the power begins"): (
            rule.power_to_w is not None and rule.power_to_w <= rule.power_from_w
        ),
        _("starts, ends: both or neither, and not the same"): (
            (rule.starts is None) != (rule.ends is None) or (rule.starts is not None and rule.starts == rule.ends)
        ),
        _("valid_until: this is before the first day"): bool(
            rule.valid_from and rule.valid_until and rule.valid_until < rule.valid_from
        ),
    }
    return [why for why, is_wrong in wrong.items() if is_wrong]


def held_at(target: TariffPlan | None, at: datetime) -> TariffVersion | None:
    """The plan's version that holds then, with its rules."""
    editions: list[TariffVersion] = getattr(target, "editions", [])
    return next((version for version in reversed(editions) if version.in_force_from <= at), None)


def describe(line: Line, held: TariffVersion | None, said: dict[str, Any], rules: list[TariffRule]) -> None:
    """Note what a new version would change, rule by rule; nothing where it would say the same."""
    check_version(line, said)
    for name in COMPARED:
        before = shown(getattr(held, name)) if held else ""
        if name in said and before != shown(said[name]):
            line.changes.append((NAMES[name], before, shown(said[name])))
    standing = list(held.rules.all()) if held else []
    before_rules, after_rules = [cells_of(rule) for rule in standing], [cells_of(rule) for rule in rules]
    gone = [rule for rule, told in zip(standing, before_rules, strict=True) if told not in after_rules]
    come = [rule for rule, told in zip(rules, after_rules, strict=True) if told not in before_rules]
    line.changes += [("rule", sentence(rule), "") for rule in gone] + [("rule", "", sentence(rule)) for rule in come]
    if not gone and not come and sorted(before_rules) != sorted(after_rules):
        line.changes.append((_("number of rules"), str(len(before_rules)), str(len(after_rules))))
    if held and line.changes and said.get("in_force_from"):
        line.changes.append(("in_force_from", shown(held.in_force_from), shown(said["in_force_from"])))


def check_version(line: Line, said: dict[str, Any]) -> None:
    """What the version's table would refuse."""
    one = Line(line.number, line.name, said=dict(said))
    compare(one, TariffVersion, NAMES)
    line.reasons += one.reasons
    for name, most in (("tax_percent", Decimal(100)), ("idle_cap", None)):
        value = said.get(name)
        if value is not None and (value < 0 or (most is not None and value > most)):
            line.reasons.append(_("%(column)s: this is out of its range") % {"column": name})


def fields_of(held: TariffVersion | None, said: dict[str, Any]) -> dict[str, Any]:
    """What the new version says of itself: what the file says, and else what holds now."""
    kept = {name: getattr(held, name) for name in COMPARED} if held else {}
    return kept | {name: value for name, value in said.items() if name != "in_force_from"}


def write(line: Line, by: User, at: datetime) -> TariffPlan:
    """Make the plan where it is new, and publish its next version."""
    told = line.written
    target: TariffPlan = line.target or TariffPlan.objects.create(name=line.name, currency=told["currency"])
    who = {"made_by": f"staff:{by.public_id}"}
    rules, since = told["rules"], told["in_force_from"]
    tariffs.publish_version(plan=target, rules=rules, at=at, in_force_from=since, **told["fields"] | who)
    return target


def standing() -> Iterable[list[str]]:
    """The rules in force of all plans that are not a station's own."""
    now = TariffVersion.objects.filter(plan__is_private=False, in_force_from__lte=timezone.now())
    now = now.select_related("plan").prefetch_related("rules").order_by("plan__name", "-in_force_from", "-number")
    for _plan, versions in groupby(now, key=lambda version: version.plan_id):
        version = next(versions)
        for rule in sorted(version.rules.all(), key=lambda one: one.pk):
            own = [shown(getattr(version.plan, column.field)) for column in PLAN]
            yield own + version_cells(version) + cells_of(rule)


KIND = Kind(
    name="tariffs",
    title=gettext_lazy("Tariffs"),
    icon="sell",
    rights=("billing.add_tariffplan", "billing.change_tariffplan"),
    columns=COLUMNS,
    plan=plan,
    write=write,
    standing=standing,
)
