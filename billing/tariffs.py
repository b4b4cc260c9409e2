"""Which terms a charge gets: plans by level, the version in force, the rules that fit; and how terms are frozen.

The first plan that has any rule for this connector at this moment wins whole; after those that are given comes the
default plan of the default currency.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from billing.models import PriceTerms, TariffPlan, TariffRule, TariffVersion
from billing.pricing import Rule, Terms
from billing.windows import best
from drivepower.core.compiled import Compiled, Given, Keys, insert
from drivepower.core.refusals import Refusal

VERSIONS = Compiled(
    lambda: (
        TariffVersion.objects.filter(
            Q(plan__in=Keys("plans")) | Q(plan__is_default=True, plan__currency=Given("currency")),
            in_force_from__lte=Given("at"),
        )
        .order_by("plan_id", "-in_force_from", "-number")
        .distinct("plan_id")
        .select_related("plan")
    )
)
RULES = Compiled(
    lambda: TariffRule.objects.filter(version__in=Keys("versions")).order_by("dimension", "-priority", "pk")
)


def find_terms(
    *,
    plans: Sequence[TariffPlan | None],
    connector_type: str,
    power_w: int | None,
    time_zone: str,
    discount_percent: Decimal = Decimal(0),
    at: datetime,
) -> Terms | None:
    """The terms of the first of the plans, in order of level, that prices this connector now; None: no price."""
    keys = [plan.pk for plan in plans if plan is not None]
    local = at.astimezone(ZoneInfo(time_zone))
    versions = in_force(keys, at=at)
    rows = RULES.all(versions=[version.pk for version in versions])
    for version in versions:
        own = (row for row in rows if row.version_id == version.pk)
        rules = tuple(as_rule(row) for row in own if fits(row, connector_type, power_w))
        if best(rules, local) is not None:
            return as_terms(version, rules, time_zone, discount_percent)
    return None


def in_force(keys: Sequence[int], *, at: datetime) -> list[TariffVersion]:
    """The version in force of each of those plans, in their order, then that of the default plan."""
    versions = VERSIONS.all(plans=list(keys), currency=settings.DEFAULT_CURRENCY, at=at)
    level = {key: position for position, key in reversed(list(enumerate(keys)))}
    return sorted(versions, key=lambda version: level.get(version.plan_id, len(keys)))


def fits(rule: TariffRule, connector_type: str, power_w: int | None) -> bool:
    """Whether a rule is for this connector; both ends of its power range count, an unknown power fits any range."""
    if rule.connector_type and rule.connector_type != connector_type:
        return False
    if power_w is None:
        return True
    return rule.power_from_w <= power_w and (rule.power_to_w is None or power_w <= rule.power_to_w)


def as_rule(row: TariffRule) -> Rule:
    """A rule's row as a plain value."""
    return Rule(
        name=row.name,
        dimension=row.dimension,
        price=row.price,
        weekdays=frozenset(row.weekdays),
        starts=row.starts,
        ends=row.ends,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        priority=row.priority,
        id=row.pk,
    )


def as_terms(version: TariffVersion, rules: tuple[Rule, ...], time_zone: str, discount_percent: Decimal) -> Terms:
    """A version's row with those of its rules as a plain value."""
    return Terms(
        currency=version.plan.currency,
        time_zone=time_zone,
        rules=rules,
        tax_name=version.tax_name,
        tax_percent=version.tax_percent,
        tax_included=version.tax_included,
        idle_grace_seconds=version.idle_grace_seconds,
        idle_cap=version.idle_cap,
        discount_percent=discount_percent,
        version_id=version.pk,
    )


def freeze_terms(*, terms: Terms, at: datetime) -> PriceTerms:
    """Keep the terms as a row that never changes."""
    return insert(
        PriceTerms(version_id=terms.version_id, currency=terms.currency, document=terms.to_document(), made_at=at)
    )


def thaw_terms(row: PriceTerms) -> Terms:
    """The terms that were frozen in that row."""
    return Terms.from_document(row.document)


class VersionFields(TypedDict, total=False):
    """What a version may say of itself; what is left out is as its table has it."""

    tax_name: str
    tax_percent: Decimal
    tax_included: bool
    idle_grace_seconds: int
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

    Refuses invalid_parameters without rules; charges that run keep the terms that they froze.
    """
    rows = list(rules)
    if not rows:
        raise Refusal("invalid_parameters", "A tariff needs at least one rule.")
    with transaction.atomic():
        TariffPlan.objects.select_for_update(no_key=True).get(pk=plan.pk)
        number = (plan.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        version = TariffVersion.objects.create(plan=plan, number=number, in_force_from=in_force_from or at, **fields)
        for row in rows:
            row.version = version
        TariffRule.objects.bulk_create(rows)
    return version
