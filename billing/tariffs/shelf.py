"""The versions in force at an instant with their rules, read at once for any number of places."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from billing.models import TariffPlan, TariffRule, TariffVersion
from drivepower.core.compiled import Compiled, Given, Keys


def named_or_default() -> "QuerySet[TariffPlan, Any]":
    """The keys of those plans and of every default one; a union, since an OR would read all plans that there are."""
    keys = TariffPlan.objects.order_by().values("pk")
    return keys.filter(pk__in=Keys("plans")).union(keys.filter(is_default=True))


VERSIONS = Compiled(
    lambda: (
        TariffVersion.objects.filter(plan__in=named_or_default(), in_force_from__lte=Given("at"))
        .order_by("plan_id", "-in_force_from", "-number")
        .distinct("plan_id")
        .select_related("plan")
    )
)
RULES = Compiled(
    lambda: TariffRule.objects.filter(version__in=Keys("versions")).order_by("dimension", "-priority", "pk")
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The version in force by plan, the default plans' by currency, and the rules by version."""

    versions: dict[int, TariffVersion]
    defaults: dict[str, TariffVersion]
    rules: dict[int, list[TariffRule]]


def read_shelf(plans: Iterable[TariffPlan], *, currencies: Iterable[str], at: datetime) -> Shelf:
    """These plans and the default ones of these currencies, as they are in force then; two queries."""
    keys, wanted = {plan.pk for plan in plans}, set(currencies)
    found = VERSIONS.all(plans=list(keys), at=at)
    versions = {version.plan_id: version for version in found if version.plan_id in keys}
    defaults = {
        version.plan.currency: version
        for version in found
        if version.plan.is_default and version.plan.currency in wanted
    }
    rules = defaultdict(list)
    for row in RULES.all(versions=[version.pk for version in (*versions.values(), *defaults.values())]):
        rules[row.version_id].append(row)
    return Shelf(versions, defaults, rules)
