"""Tariffs from files: plans and their next versions."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from billing.models import TariffPlan, TariffVersion
from charging.tests.world import World, per_kwh
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.moving.files import imported, looked, of

pytestmark = pytest.mark.django_db
HEADS = "plan,currency,tax_percent,reason,rule,dimension,price,weekdays,starts,ends"
DAY = "City,KGS,12,Summer,Day,per_kwh,15.50,1-5,08:00,22:00"
NIGHT = 'city,,,,Night,per_kwh,"9,25",,,'


def test_it_makes_a_plan_with_its_first_version() -> None:
    person = superuser()

    assert imported("tariffs", person, HEADS, DAY, NIGHT) == {"new": 1, "changed": 0, "same": 0}

    version = TariffPlan.objects.get(name="City").versions.get()
    assert (version.number, version.tax_percent, version.reason) == (1, Decimal(12), "Summer")
    assert version.made_by == f"staff:{person.public_id}"
    told = version.rules.order_by("pk").values_list("name", "price", "weekdays")
    assert list(told) == [("Day", Decimal("15.5"), [1, 2, 3, 4, 5]), ("Night", Decimal("9.25"), [])]


def test_it_publishes_the_next_version_only_where_something_differs() -> None:
    person = superuser()
    imported("tariffs", person, HEADS, DAY, NIGHT)

    assert imported("tariffs", person, HEADS, DAY, NIGHT) == {"new": 0, "changed": 0, "same": 1}
    line = looked("tariffs", HEADS, DAY.replace("15.50", "16"), NIGHT)[0]
    assert line.changes == [
        ("rule", "Day: dimension per_kwh, price 15.5, weekdays 1, 2, 3, 4, 5, starts 08:00, ends 22:00", ""),
        ("rule", "", "Day: dimension per_kwh, price 16, weekdays 1, 2, 3, 4, 5, starts 08:00, ends 22:00"),
    ]
    imported("tariffs", person, HEADS, DAY.replace("15.50", "16"))

    assert list(TariffVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    second = TariffVersion.objects.get(number=2)
    assert (second.rules.get().price, second.tax_percent) == (Decimal(16), Decimal(12))


def test_it_begins_when_the_file_says(world: World) -> None:
    world.price(per_kwh("10"))
    row = f"{world.plan.name},2031-01-01,Energy,per_kwh,11"
    imported("tariffs", superuser(), "plan,in_force_from,rule,dimension,price", row)

    newest = TariffVersion.objects.order_by("-number").first()
    assert newest is not None
    assert newest.in_force_from == datetime(2031, 1, 1, tzinfo=ZoneInfo("Asia/Bishkek"))
    assert of(looked("tariffs", "plan,in_force_from,rule,dimension,price", row)) == [(world.plan.name, "same")]


WRONG = {
    "City,EUROS,,,Day,per_kwh,1,,,": "currency: three capital letters",
    "City,,101,,Day,per_kwh,1,,,": "tax_percent: this is out of its range",
    "City,,,,Day,per_mile,1,,,": "row 2: dimension: Value 'per_mile' is not a valid choice.",
    "City,,,,Day,per_kwh,-1,,,": "row 2: price: a price is not below 0; 0 is free",
    "City,,,,Day,per_kwh,lots,,,": "row 2: price: write a number, e.g. 15.50",
    "City,,,,,per_kwh,1,,,": "row 2: rule: this must not be empty",
    "City,,,,Day,per_kwh,1,1-9,,": "row 2: weekdays: write days as 1-5 or 6,7 (1 is Monday)",
    "City,,,,Day,per_kwh,1,,08:00,": "row 2: starts, ends: both or neither, and not the same",
}


@pytest.mark.parametrize("row", WRONG)
def test_it_says_what_is_wrong(row: str) -> None:
    assert looked("tariffs", HEADS, row)[0].reasons == [WRONG[row]]


def test_it_keeps_currencies_and_own_prices_apart(world: World) -> None:
    TariffPlan.objects.create(name="Own", is_private=True)
    lines = looked("tariffs", HEADS, f"{world.plan.name},USD,,,Day,per_kwh,1,,,", "Own,,,,Day,per_kwh,1,,,")

    assert lines[0].reasons == ["currency: this plan is in KGS"]
    assert lines[1].reasons == ["this is a station's own price; it is set at the station"]


def test_it_wants_the_name_of_the_plan_in_each_row() -> None:
    """Merged cells of a workbook say it in the first of their rows alone."""
    lines = looked("tariffs", HEADS, DAY, NIGHT.replace("city", ""))
    assert [(line.number, line.reasons) for line in lines] == [(2, []), (3, ["plan: this must not be empty"])]
