"""The demo's six tariff plans with eighteen rules, in KGS: all four dimensions, hours, weekdays, plugs and power."""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from billing import tariffs
from billing.models import TariffPlan, TariffRule
from billing.models.tariffs import Dimension

WORKDAYS = [1, 2, 3, 4, 5]
WEEKEND = [6, 7]
VAT_PERCENT = Decimal(12)


@dataclass(frozen=True)
class Plan:
    """A plan and its rules."""

    name: str
    rules: tuple[TariffRule, ...]
    is_default: bool = False
    idle_cap: Decimal | None = None


def rule(
    name: str,
    dimension: Dimension,
    price: str,
    *,
    plug: str = "",
    from_w: int = 0,
    weekdays: list[int] | None = None,
    hours: tuple[int, int] | None = None,
    priority: int = 0,
) -> TariffRule:
    """A rule that was not saved yet; `hours` are the location's, over midnight if the second is smaller."""
    return TariffRule(
        name=name,
        dimension=dimension,
        price=Decimal(price),
        connector_type=plug,
        power_from_w=from_w,
        weekdays=weekdays or [],
        starts=time(hours[0]) if hours else None,
        ends=time(hours[1]) if hours else None,
        priority=priority,
    )


KWH, MINUTE, FEE, IDLE = Dimension.PER_KWH, Dimension.PER_MINUTE, Dimension.SESSION_FEE, Dimension.PARKING_FEE


def plans() -> tuple[Plan, ...]:
    """All plans, with fresh rules."""
    return (Plan("Standard", (rule("Energy", KWH, "15"),), is_default=True), *town_plans(), *other_plans())


def town_plans() -> tuple[Plan, ...]:
    """The busy places."""
    return (
        Plan(
            "City centre",
            (
                rule("Energy", KWH, "16.50"),
                rule("Evening peak", KWH, "19", weekdays=WORKDAYS, hours=(17, 21), priority=10),
                rule("Night", KWH, "12.50", hours=(23, 7), priority=5),
                rule("Kept after charging", IDLE, "4", hours=(8, 22)),
            ),
            idle_cap=Decimal(400),
        ),
        Plan(
            "Fast",
            (
                rule("Energy", KWH, "17"),
                rule("Energy over GB/T", KWH, "16", plug="GB/T DC", priority=5),
                rule("Energy over CHAdeMO", KWH, "18", plug="CHAdeMO", priority=5),
                rule("Start fee", FEE, "20", from_w=100_000),
                rule("Kept after charging", IDLE, "5"),
            ),
            idle_cap=Decimal(500),
        ),
    )


def other_plans() -> tuple[Plan, ...]:
    """The slow ones and those far out."""
    return (
        Plan(
            "AC and time",
            (
                rule("Energy", KWH, "11"),
                rule("Time", MINUTE, "0.40", hours=(7, 23)),
                rule("Night time", MINUTE, "0.10", hours=(23, 7), priority=5),
            ),
        ),
        Plan(
            "Airport",
            (
                rule("Energy", KWH, "19"),
                rule("Start fee", FEE, "30"),
                rule("Kept after charging", IDLE, "6"),
            ),
            idle_cap=Decimal(900),
        ),
        Plan(
            "Out of town",
            (
                rule("Energy", KWH, "14"),
                rule("Weekend energy", KWH, "15.50", weekdays=WEEKEND, priority=5),
            ),
        ),
    )


def publish_plans(*, at: datetime) -> dict[str, TariffPlan]:
    """Make the plans, in force from then on; answers them by name."""
    made: dict[str, TariffPlan] = {}
    for plan in plans():
        row = TariffPlan.objects.create(name=plan.name, currency="KGS", is_default=plan.is_default)
        tariffs.publish_version(
            plan=row,
            rules=plan.rules,
            at=at,
            tax_name="VAT",
            tax_percent=VAT_PERCENT,
            idle_cap=plan.idle_cap,
            made_by="demo",
            reason="Opening prices",
        )
        made[plan.name] = row
    return made
