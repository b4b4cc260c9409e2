"""What differs between versions, in facts and in words."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.admin.editor.saying import difference
from billing.models import TariffRule, TariffVersion
from billing.tariffs.coverage import week
from billing.tariffs.differences import TRAITS, Edition, differences, values
from billing.terms import Rule
from billing.tests.desk import energy, night
from billing.tests.drawing import rules as any_rule
from billing.tests.making import NOON


def version(*rules: TariffRule, **fields: Any) -> Edition:
    return Edition(TariffVersion(**fields), rules)


def said(old: Edition, new: Edition) -> list[str]:
    with override("en"):
        return [difference(one, "KGS") for one in differences(old, new)]


def row(rule: Rule) -> TariffRule:
    """A drawn rule as one that was not saved."""
    names = ("name", "dimension", "price", "starts", "ends", "valid_from", "valid_until", "priority")
    return TariffRule(weekdays=list(rule.weekdays), **{name: getattr(rule, name) for name in names})


def copied(rule: TariffRule) -> TariffRule:
    names = [name for trait in TRAITS.values() for name in trait]
    return TariffRule(**{name: getattr(rule, name) for name in names})


@settings(max_examples=150, deadline=None)
@given(st.lists(any_rule().map(row), max_size=6))
def test_it_finds_nothing_between_equal_versions(rules: list[TariffRule]) -> None:
    assert differences(version(*rules), version(*map(copied, rules))) == []


@settings(max_examples=150, deadline=None)
@given(st.lists(any_rule().map(row), max_size=5), st.data())
def test_it_finds_nothing_only_between_equal_versions(rules: list[TariffRule], data: st.DataObject) -> None:
    others = data.draw(st.permutations([copied(rule) for rule in rules]) | st.lists(any_rule().map(row), max_size=5))
    found = differences(version(*rules), version(*others))
    told = [[values(rule, tuple(sum(TRAITS.values(), ()))) for rule in many] for many in (rules, others)]
    assert (not found) == (told[0] == told[1])
    if not found:
        weeks = [week(many, connector_type="", power_w=None, at=NOON) for many in (rules, others)]
        assert weeks[0] == weeks[1]


@settings(max_examples=100, deadline=None)
@given(st.lists(any_rule().map(row), max_size=5), st.lists(any_rule().map(row), max_size=5))
def test_it_counts_every_rule_once(old: list[TariffRule], new: list[TariffRule]) -> None:
    found = differences(version(*old), version(*new))
    added, removed = ([one.rule for one in found if one.kind == kind] for kind in ("added", "removed"))
    assert len(old) - len(removed) == len(new) - len(added)
    assert all(any(rule is one for one in new) for rule in added)
    assert all(any(rule is one for one in old) for rule in removed)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ((energy(),), (energy("16.5"),), ["Rule “Energy”: price 15.00 → 16.50"]),
        ((night(),), (night(starts=time(22)),), ["Rule “Night”: hours 23:00–07:00 → 22:00–07:00"]),
        ((energy(),), (energy(name="Power"),), ["Rule “Power”: name Energy → Power"]),
        ((energy(weekdays=[7, 6]),), (energy(weekdays=[6, 7]),), []),
        ((energy(),), (energy(weekdays=[6, 7]),), ["Rule “Energy”: weekdays every day → Sa Su"]),
        (
            (energy(),),
            (energy(power_from_w=22_000, power_to_w=50_000, connector_type="CCS2", priority=3),),
            ["Rule “Energy”: connector type any connector → CCS2; power any power → 22–50 kW; priority 0 → 3"],
        ),
        (
            (energy(),),
            (energy(valid_from=date(2026, 3, 1)),),
            ["Rule “Energy”: dates always → 1 Mar 2026–…"],
        ),
        (
            (energy(),),
            (energy(), night(priority=5)),
            [
                "Rule “Night” added: energy, per kWh, 12.50 KGS per kWh, "
                "23:00–07:00, every day, any connector, priority 5"
            ],
        ),
        (
            (energy(), night()),
            (night(), energy()),
            ["The order of the rules changed: of two of the same priority the later one holds."],
        ),
    ],
)
def test_it_says_what_changed(old: tuple[TariffRule, ...], new: tuple[TariffRule, ...], words: list[str]) -> None:
    assert said(version(*old), version(*new)) == words


def test_it_says_what_changed_beside_the_rules() -> None:
    old = version(energy(), tax_percent=Decimal(12), idle_cap=None)
    tax = {"tax_name": "НДС", "tax_percent": Decimal(14), "tax_included": False}
    new = version(energy(), **tax, idle_grace_seconds=900, idle_cap=Decimal(300))
    [words] = said(old, new)
    assert words == (
        "tax VAT 12 % (in the price) → НДС 14 % (on top); idle grace 600 s → 900 s; "
        "idle fee at most no limit → 300.00 KGS"
    )
