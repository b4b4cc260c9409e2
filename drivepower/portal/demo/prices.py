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


def plans() -> tuple[Plan, ...]:
    """The plans with fresh rules."""
    kwh, minute, fee, idle = Dimension.PER_KWH, Dimension.PER_MINUTE, Dimension.SESSION_FEE, Dimension.PARKING_FEE
    return (
        Plan("Standard", (rule("Energy", kwh, "15"),), is_default=True),
        Plan(
            "City centre",
            (
                rule("Energy", kwh, "16.50"),
                rule("Evening peak", kwh, "19", weekdays=WORKDAYS, hours=(17, 21), priority=10),
                rule("Night", kwh, "12.50", hours=(23, 7), priority=5),
                rule("Kept after charging", idle, "4", hours=(8, 22)),
            ),
            idle_cap=Decimal(400),
        ),
        Plan(
            "Fast",
            (
                rule("Energy", kwh, "17"),
                rule("Energy over GB/T", kwh, "16", plug="GB/T DC", priority=5),
                rule("Energy over CHAdeMO", kwh, "18", plug="CHAdeMO", priority=5),
                rule("Start fee", fee, "20", from_w=100_000),
                rule("Kept after charging", idle, "5"),
            ),
            idle_cap=Decimal(500),
        ),
        Plan(
            "AC and time",
            (
                rule("Energy", kwh, "11"),
                rule("Time", minute, "0.40", hours=(7, 23)),
                rule("Night time", minute, "0.10", hours=(23, 7), priority=5),
            ),
        ),
        Plan(
            "Airport",
            (
                rule("Energy", kwh, "19"),
                rule("Start fee", fee, "30"),
                rule("Kept after charging", idle, "6"),
            ),
            idle_cap=Decimal(900),
        ),
        Plan(
            "Out of town",
            (
                rule("Energy", kwh, "14"),
                rule("Weekend energy", kwh, "15.50", weekdays=WEEKEND, priority=5),
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
