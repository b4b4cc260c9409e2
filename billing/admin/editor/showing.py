"""What the editor shows of one version, saved or not: its week, and what the calculator says by it."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from billing.admin.editor import saying
from billing.admin.editor.calculating import CalculatorForm, calculated
from billing.admin.weeks import grids
from billing.models import Dimension, TariffRule, TariffVersion
from billing.tariffs.differences import Edition
from billing.wording import rate
from drivepower.core.inputs.weekdays import DAYS

DRY_RUN = "admin:charging_tariff_dry_run"


def calculator(request: HttpRequest, rules: Iterable[TariffRule], given: QueryDict | None) -> CalculatorForm:
    """The form of a charge as it was sent, or with its first values, bound all the same."""
    types = [rule.connector_type for rule in rules]
    may_name = request.user.has_perm("accounts.view_user")
    if given is None:
        fresh = CalculatorForm(types=types, may_name=may_name)
        first = {
            fresh.add_prefix(name): field.initial for name, field in fresh.fields.items() if field.initial is not None
        }
        return CalculatorForm(first, types=types, may_name=may_name)
    return CalculatorForm(given, types=types, may_name=may_name)


def laid_open(edition: Edition, form: CalculatorForm) -> dict[str, Any]:
    """The week of a version, and what the calculator says by it."""
    answer = calculated(edition, form)
    plan = edition.version.plan
    priced = answer.price and answer.terms and saying.lines(answer.terms, answer.price)
    return {
        "edition_rules": listed(edition.rules, plan.currency) if edition.version.pk else [],
        "currency": plan.currency,
        "grids": grids(edition.rules, currency=plan.currency, at=week_of(edition.version, form)),
        "calculator": form,
        "answer": answer,
        "lines": priced or [],
        "total": answer.price and saying.total(answer.price),
        "notes": saying.notes(edition, answer.terms, answer.price) if answer.price and answer.terms else [],
    }


def listed(rows: Iterable[TariffRule], currency: str) -> list[tuple[TariffRule, str, list[Any]]]:
    """The rules with their prices and days in words, by dimension and the strongest first."""
    rules = sorted(rows, key=lambda row: (Dimension.values.index(row.dimension), -row.priority, -row.pk))
    days = dict(DAYS)
    return [(rule, rate(rule.price, currency), [days[day] for day in rule.weekdays]) for rule in rules]


def week_of(version: TariffVersion, form: CalculatorForm) -> datetime:
    """A moment in the week that is asked for; else in the first one that the version holds in, from now on."""
    week: date | None = form.cleaned_data.get("week")
    if week is not None:
        return datetime.combine(week, time(12), timezone.get_current_timezone())
    return timezone.localtime(max(version.in_force_from, timezone.now()))


def dry_run(request: HttpRequest) -> str:
    """Where sessions of the past are priced anew; "" for who may not see them."""
    if not request.user.has_perm("charging.view_session"):
        return ""
    try:
        return reverse(DRY_RUN)
    except NoReverseMatch:
        return ""
