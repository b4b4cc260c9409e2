"""A plan's next version: plans are never edited, only followed."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_noop

from billing.models import TariffPlan, TariffRule, TariffVersion, TaxChange
from billing.tariffs.announced import announced_taxes
from drivepower.core.refusals import Refusal

RULE_COLUMNS = [field.attname for field in TariffRule._meta.concrete_fields if field.name not in {"id", "version"}]
TAX = ("tax_name", "tax_percent", "tax_included")
IDLE = ("idle_grace_seconds", "idle_from", "idle_cap")
OF_OUR_TIME, NOT_OF_OUR_TIME = range(2000, 2200), gettext_noop("Give a moment of the years 2000 to 2199.")


class VersionFields(TypedDict, total=False):
    """What a version may say of itself; what is left out is as its table has it."""

    tax_name: str
    tax_percent: Decimal
    tax_included: bool
    idle_grace_seconds: int
    idle_from: str
    idle_cap: Decimal | None
    made_by: str
    reason: str


def publish_version(
    *,
    plan: TariffPlan,
    rules: Iterable[TariffRule],
    at: datetime,
    in_force_from: datetime | None = None,
    **fields: Unpack[VersionFields],
) -> TariffVersion:
    """Make the plan's next version out of rules that were not saved yet; in force from then, or from now on.

    Where versions are planned for later that only change the tax, they are followed by others with these rules: a tax
    that was changed ahead brings no old prices back. The first version of a plan is followed by the taxes that were
    announced before. Refuses invalid_parameters without rules, and a moment near the ends of the calendar, which other
    clocks cannot show; charges that run keep the terms that they froze.
    """
    rows, since = list(rules), in_force_from or at
    if since.year not in OF_OUR_TIME:
        raise Refusal("invalid_parameters", NOT_OF_OUR_TIME)
    if not rows:
        raise Refusal("invalid_parameters", gettext_noop("A tariff needs at least one rule."))
    with transaction.atomic():
        TariffPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
        changing_tax = list(_changing_tax(plan, since))
        version = write_version(plan, rows, in_force_from=since, **fields)
        for later in changing_tax:
            taxed = values(version, *IDLE, "made_by", "reason") | values(later, *TAX)
            write_version(plan, copies(version), in_force_from=later.in_force_from, **taxed)
    return version


def write_version(plan: TariffPlan, rules: list[TariffRule], **fields: Any) -> TariffVersion:
    """The next number of a (locked) plan, with these new rules."""
    number = (plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = TariffVersion.objects.create(plan=plan, number=number, **fields)
    for row in rules:
        row.version = version
    TariffRule.objects.bulk_create(rules)
    return version


def to_come(plan: TariffPlan, since: datetime) -> list[TariffVersion]:
    """The plan's versions that will hold at some time from then on, in order; of those of one instant the last."""
    versions = list(plan.versions.order_by("in_force_from", "-number").distinct("in_force_from"))
    held = [version for version in versions if version.in_force_from <= since]
    return held[-1:] + [version for version in versions if version.in_force_from > since]


def copies(version: TariffVersion) -> list[TariffRule]:
    """The version's rules as new rows that are not saved yet, in the order in which they were made."""
    rules = list(version.rules.order_by("pk"))
    for rule in rules:
        rule.pk, rule._state.adding = None, True
    return rules


def values(version: TariffVersion | TaxChange, *names: str) -> dict[str, Any]:
    """What the version says of these."""
    return {name: getattr(version, name) for name in names}


def changing_only_tax(coming: list[TariffVersion]) -> Iterator[TariffVersion]:
    """The versions next to come after the first, as long as each changes nothing but the tax: prices that are published
    before them go on through them.
    """
    for before, later in pairwise(coming):
        if values(before, *TAX) == values(later, *TAX) or _prices(before) != _prices(later):
            return
        yield later


def _changing_tax(plan: TariffPlan, since: datetime) -> Iterable[TariffVersion | TaxChange]:
    """What changes the tax, and nothing else, of prices that begin then."""
    coming = to_come(plan, since)
    if coming and coming[0].in_force_from <= since:
        return changing_only_tax(coming)
    return announced_taxes(since=since, until=coming[0].in_force_from if coming else None)


def _prices(version: TariffVersion) -> tuple[Any, ...]:
    return values(version, *IDLE), list(version.rules.order_by("pk").values(*RULE_COLUMNS))
