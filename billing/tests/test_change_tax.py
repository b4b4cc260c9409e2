"""A new tax is one act over all plans: what is in force and what is planned gets a successor, the past stays."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from billing.models import TariffPlan, TariffRule, TariffVersion
from billing.pricing import price
from billing.tariffs import change_tax, find_terms, freeze_terms, publish_version, thaw_terms
from billing.tests.making import NOON, place, straight
from billing.tests.threads import at_once

pytestmark = pytest.mark.django_db
NEW_YEAR = NOON + timedelta(days=30)


def energy(amount: str = "15.00", **fields: Any) -> TariffRule:
    return TariffRule(**({"name": "energy", "dimension": "per_kwh", "price": Decimal(amount)} | fields))


def plan(name: str, **fields: Any) -> TariffPlan:
    return TariffPlan.objects.create(name=name, **fields)


def change(percent: str = "14", *, since: datetime = NEW_YEAR, included: bool = True) -> list[TariffVersion]:
    return change_tax(
        name="VAT",
        percent=Decimal(percent),
        included=included,
        in_force_from=since,
        by="staff:1",
        reason="the law",
        at=NOON,
    )


def taxes(made: TariffPlan, *moments: datetime) -> list[Decimal | None]:
    """The tax that holds at these moments."""
    found = [find_terms(place=place(made), at=at) for at in moments]
    return [terms.tax_percent if terms else None for terms in found]


def test_it_gives_each_plan_in_force_a_successor_with_the_same_rules() -> None:
    one, two = plan("one", is_default=True), plan("private", is_private=True, currency="USD")
    window = energy("9", starts=time(22), ends=time(6), weekdays=[6, 7], connector_type="ccs2", priority=3)
    publish_version(
        plan=one,
        rules=[energy(), window],
        at=NOON,
        tax_percent=Decimal(12),
        idle_cap=Decimal(500),
        idle_grace_seconds=300,
        idle_from="finished",
    )
    publish_version(plan=two, rules=[energy("0.2")], at=NOON)
    made = change()
    assert [(version.plan, version.number, version.in_force_from) for version in made] == [
        (one, 2, NEW_YEAR),
        (two, 2, NEW_YEAR),
    ]
    after = made[0]
    assert (after.tax_name, after.tax_percent, after.tax_included) == ("VAT", Decimal(14), True)
    assert (after.idle_cap, after.idle_grace_seconds, after.idle_from) == (Decimal(500), 300, "finished")
    assert (after.made_by, after.reason) == ("staff:1", "the law")
    columns = [field.attname for field in TariffRule._meta.concrete_fields if field.name not in {"id", "version"}]
    before = TariffVersion.objects.get(plan=one, number=1)
    assert list(after.rules.order_by("pk").values(*columns)) == list(before.rules.order_by("pk").values(*columns))
    assert after.rules.count() == 2


def test_it_holds_from_its_day_on_and_not_before() -> None:
    one = plan("one")
    publish_version(plan=one, rules=[energy()], at=NOON, tax_percent=Decimal(12))
    change()
    assert taxes(one, NOON, NEW_YEAR - timedelta(seconds=1), NEW_YEAR) == [12, 12, 14]


def test_it_changes_versions_that_are_planned_for_later_too() -> None:
    one = plan("one")
    publish_version(plan=one, rules=[energy("15")], at=NOON, tax_percent=Decimal(12))
    soon, later = NEW_YEAR - timedelta(days=5), NEW_YEAR + timedelta(days=5)
    publish_version(plan=one, rules=[energy("16")], at=NOON, in_force_from=soon, tax_percent=Decimal(12))
    publish_version(plan=one, rules=[energy("17")], at=NOON, in_force_from=later, tax_percent=Decimal(12))
    made = change()
    assert [(version.in_force_from, version.rules.get().price) for version in made] == [(NEW_YEAR, 16), (later, 17)]
    assert taxes(one, NOON, soon, NEW_YEAR, later) == [12, 12, 14, 14]


def test_it_takes_of_versions_of_one_instant_the_last() -> None:
    one = plan("one")
    for amount in ("15", "16"):
        publish_version(plan=one, rules=[energy(amount)], at=NOON, in_force_from=NEW_YEAR)
    [made] = change()
    assert (made.number, made.rules.get().price) == (3, 16)


def test_it_gives_a_plan_that_begins_later_its_tax_from_its_beginning() -> None:
    one = plan("one")
    publish_version(plan=one, rules=[energy()], at=NOON, in_force_from=NEW_YEAR + timedelta(days=1))
    [made] = change()
    assert made.in_force_from == NEW_YEAR + timedelta(days=1)


def test_it_passes_over_a_plan_without_a_version() -> None:
    plan("empty")
    assert change() == []


def test_it_makes_nothing_the_second_time() -> None:
    publish_version(plan=plan("one"), rules=[energy()], at=NOON)
    assert len(change()) == 1
    assert change() == []
    assert len(change(included=False)) == 1


def test_it_can_be_changed_again_later() -> None:
    one = plan("one")
    publish_version(plan=one, rules=[energy()], at=NOON, tax_percent=Decimal(12))
    change("14")
    change("16", since=NEW_YEAR + timedelta(days=1))
    assert taxes(one, NOON, NEW_YEAR, NEW_YEAR + timedelta(days=1)) == [12, 14, 16]


def test_it_holds_until_the_next_change_that_was_announced() -> None:
    one = plan("one")
    publish_version(plan=one, rules=[energy()], at=NOON, tax_percent=Decimal(12))
    tomorrow = NOON + timedelta(days=1)
    change("14")
    change("1", since=tomorrow)
    assert taxes(one, NOON, tomorrow, NEW_YEAR) == [12, 1, 14]
    change("13")
    assert taxes(one, tomorrow, NEW_YEAR) == [1, 13]


def prices_at(made: TariffPlan, *moments: datetime) -> list[tuple[int, int]]:
    """Price and tax at these moments."""
    found = [find_terms(place=place(made), at=at) for at in moments]
    return [(int(terms.rules[0].price), int(terms.tax_percent)) for terms in found if terms]


def test_it_brings_no_old_price_back_that_was_changed_meanwhile() -> None:
    """The tax is known a month ahead; prices change before it comes, and stay changed under the new tax."""
    one = plan("one")
    publish_version(plan=one, rules=[energy("15")], at=NOON, tax_percent=Decimal(12))
    change("14")
    change("16", since=NEW_YEAR + timedelta(days=1))
    soon = NOON + timedelta(days=3)
    publish_version(plan=one, rules=[energy("17")], at=soon, tax_percent=Decimal(12), reason="dear power")
    moments = NOON, soon, NEW_YEAR, NEW_YEAR + timedelta(days=1)
    assert prices_at(one, *moments) == [(15, 12), (17, 12), (17, 14), (17, 16)]
    assert {version.reason for version in one.versions.filter(number__gt=3)} == {"dear power"}


def test_it_stops_at_prices_that_were_planned_for_themselves() -> None:
    """Prices that come back after a while, and whatever is planned after them, stay as they were planned."""
    one = plan("one")
    publish_version(plan=one, rules=[energy("15")], at=NOON, tax_percent=Decimal(12))
    change("14")
    soon, back = NOON + timedelta(days=3), NOON + timedelta(days=5)
    publish_version(plan=one, rules=[energy("15")], at=NOON, in_force_from=back, tax_percent=Decimal(12))
    publish_version(plan=one, rules=[energy("9")], at=soon, tax_percent=Decimal(12))
    assert prices_at(one, soon, back, NEW_YEAR) == [(9, 12), (15, 12), (15, 14)]


def test_it_reaches_plans_that_are_made_before_it_comes() -> None:
    """Announced for a month ahead; a plan that is made meanwhile has it from that day on too."""
    change("14")
    change("16", since=NEW_YEAR + timedelta(days=1))
    one = plan("one")
    publish_version(plan=one, rules=[energy("15")], at=NOON, tax_percent=Decimal(12), made_by="staff:2", reason="new")
    assert prices_at(one, NOON, NEW_YEAR, NEW_YEAR + timedelta(days=1)) == [(15, 12), (15, 14), (15, 16)]
    assert set(one.versions.values_list("made_by", "reason")) == {("staff:2", "new")}


def test_it_reaches_a_new_plan_as_it_was_announced_last() -> None:
    """A change made later takes the place of what was to come from its day on."""
    for percent, days in (("14", 0), ("16", 5), ("15", 2), ("13", 2)):
        change(percent, since=NEW_YEAR + timedelta(days=days))
    one = plan("one")
    publish_version(plan=one, rules=[energy()], at=NOON, tax_percent=Decimal(12))
    moments = (NOON, NEW_YEAR, *(NEW_YEAR + timedelta(days=days) for days in (2, 5)))
    assert taxes(one, *moments) == [12, 14, 13, 13]


def test_it_leaves_a_new_plan_that_begins_later_at_the_tax_that_was_said() -> None:
    change("14")
    one, late = plan("one"), NEW_YEAR + timedelta(days=1)
    publish_version(plan=one, rules=[energy("17")], at=NOON, in_force_from=late, tax_percent=Decimal(0))
    assert prices_at(one, late) == [(17, 0)]
    # What is put before it has the tax that was announced, until then.
    publish_version(plan=one, rules=[energy("15")], at=NOON, tax_percent=Decimal(12))
    assert prices_at(one, NOON, NEW_YEAR, late) == [(15, 12), (15, 14), (17, 0)]


def test_it_leaves_charges_that_run_at_their_tax() -> None:
    one = plan("one")
    publish_version(plan=one, rules=[energy("11.20")], at=NOON, tax_percent=Decimal(12))
    terms = find_terms(place=place(one), at=NOON)
    assert terms is not None
    row = freeze_terms(terms=terms, at=NOON)
    change(since=NOON)
    row.refresh_from_db()
    made = price(thaw_terms(row), straight(NOON, 60, 10_000))
    assert (made.net, made.tax) == (Decimal("100.00"), Decimal("12.00"))


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_successor_when_it_is_asked_twice_at_once() -> None:
    for number in range(5):
        publish_version(plan=plan(f"plan {number}"), rules=[energy()], at=NOON)
    made = at_once(*[partial(change)] * 4)
    assert sorted(len(versions) for versions in made) == [0, 0, 0, 5]
