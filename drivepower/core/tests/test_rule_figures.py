"""Figures of a rule: a number for each that its kind knows, and a condition that reads in words."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils.translation import override

from drivepower.core.alert_figures import WORDS, condition_of
from drivepower.core.alert_kinds import FIGURES
from drivepower.core.models import AlertRule
from drivepower.core.tests.forms import fields_of

pytestmark = pytest.mark.django_db
RULES = "/admin/core/alertrule/"


@pytest.fixture
def owner(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser(email="owner@example.com"))
    return client


def figures(kind: str, **said: Any) -> dict[str, Any]:
    """Figures as the page sends them."""
    return {f"parameters-{kind}.{name}": value for name, value in said.items()}


def add(owner: Client, kind: str, said: dict[str, Any]) -> Any:
    """A new rule of that kind, called "mine"."""
    form = fields_of(owner.get(f"{RULES}add/").text)
    return owner.post(f"{RULES}add/", {**form, "name": "mine", "kind": kind, **said})


def rule(**fields: Any) -> AlertRule:
    return AlertRule.objects.create(name="mine", **fields)


def change(owner: Client, **said: Any) -> Any:
    """What the rule's page sends where nothing but this was touched."""
    page = f"{RULES}{AlertRule.objects.get(name='mine').pk}/change/"
    return owner.post(page, {**fields_of(owner.get(page).text), **said})


def kept() -> Any:
    return AlertRule.objects.get(name="mine").parameters


def test_it_keeps_the_figures_of_the_kind(owner: Client) -> None:
    said = figures("nothing_started", in_a_row="4", hours="1.5")
    assert add(owner, "nothing_started", said).status_code == 302
    assert kept() == {"in_a_row": 4, "hours": 1.5}


def test_what_is_left_empty_is_as_usual(owner: Client) -> None:
    page = owner.get(f"{RULES}add/").text
    [shown] = re.findall(r'<input[^>]*name="parameters-station_offline.minutes"[^>]*>', page)
    assert 'placeholder="15"' in shown
    assert add(owner, "station_offline", figures("station_offline", minutes="")).status_code == 302
    assert kept() == {}


@pytest.mark.parametrize("said", ["two", "-1", "100001", "nan", "inf", "[2]", "true", '{"minutes": 2}'])
def test_it_refuses_what_is_no_figure_and_names_it(owner: Client, said: str) -> None:
    answer = add(owner, "station_offline", figures("station_offline", minutes=said))
    assert "Offline for, min: " in answer.text
    [shown] = re.findall(r'<input[^>]*name="parameters-station_offline.minutes"[^>]*>', answer.text)
    assert 'aria-invalid="true"' in shown
    assert not AlertRule.objects.filter(name="mine").exists()


def test_it_refuses_figures_that_were_written_for_another_kind(owner: Client) -> None:
    answer = add(owner, "paid_twice", figures("station_offline", minutes="5"))
    assert "A rule of the kind “Paid twice” has no such figures: Station offline: Offline for, min." in answer.text
    assert not AlertRule.objects.filter(name="mine").exists()


def test_it_reads_no_figure_that_the_kind_does_not_know(owner: Client) -> None:
    said = figures("station_offline", hours="3", minutes="5") | {"parameters": '{"hours": 3}', "parameters-minutes": 7}
    assert add(owner, "station_offline", said).status_code == 302
    assert kept() == {"minutes": 5}


def test_a_rule_of_another_kind_takes_no_figure_along(owner: Client) -> None:
    rule(kind="station_offline", parameters={"minutes": 3})
    assert change(owner, kind="connector_stuck_finishing").status_code == 302
    assert kept() == {}


def test_a_figure_that_was_emptied_is_as_usual_again(owner: Client) -> None:
    rule(kind="station_offline", parameters={"minutes": 3})
    assert change(owner, **figures("station_offline", minutes="")).status_code == 302
    assert kept() == {}


def test_a_figure_that_nobody_touched_stays_as_others_have_written_it(owner: Client) -> None:
    made = rule(kind="nothing_started", parameters={"in_a_row": 3, "hours": 24})
    page = f"{RULES}{made.pk}/change/"
    form = fields_of(owner.get(page).text)
    AlertRule.objects.filter(pk=made.pk).update(parameters={"in_a_row": 9, "hours": 24})
    assert owner.post(page, {**form, **figures("nothing_started", hours="12")}).status_code == 302
    assert kept() == {"in_a_row": 9, "hours": 12}
    assert owner.post(page, {**form, "severity": "critical"}).status_code == 302
    assert kept() == {"in_a_row": 9, "hours": 12}


def test_nasty_words_are_inert(owner: Client) -> None:
    nasty = '"><script>alert(1)</script>'
    answer = add(owner, "station_offline", figures("station_offline", minutes=nasty) | {"initial-parameters": nasty})
    assert answer.status_code == 200
    assert "<script>alert(1)" not in answer.text


CONDITIONS = [
    ("station_offline", {}, "15 min", "15 мин"),
    ("station_offline", {"minutes": 2.5}, "2.5 min", "2,5 мин"),
    ("connector_faulted", {}, "at once", "сразу"),
    ("nothing_started", {}, "3 in 24 h", "3 за 24 ч"),
    ("excess_disconnects", {"per_day": 20}, "more than 20 in 24 h", "больше 20 за 24 ч"),
    ("trend_power", {}, "5 charges or more, 50 % below the usual", "от 5 зарядок, на 50 % ниже обычного"),
    ("paid_twice", {}, "–", "–"),
]


@pytest.mark.parametrize(("kind", "said", "english", "russian"), CONDITIONS)
def test_the_list_reads_in_words(owner: Client, kind: str, said: Any, english: str, russian: str) -> None:
    made = rule(kind=kind, parameters=said)
    assert english in owner.get(f"{RULES}?q=mine").text
    with override("ru"):
        assert condition_of(made) == russian


def test_every_figure_has_its_words() -> None:
    assert {kind: set(words.labels) for kind, words in WORDS.items()} == {kind: set(FIGURES[kind]) for kind in FIGURES}
    for kind, known in FIGURES.items():
        told = condition_of(AlertRule(kind=kind, parameters=dict.fromkeys(known, 77)))
        assert told.count("77") == len(known)


def test_who_may_only_look_reads_the_condition(owner: Client) -> None:
    made = rule(kind="station_offline", parameters={"minutes": 3})
    looker = get_user_model().objects.create_user(email="looker@example.com", role="staff")
    looker.user_permissions.set(Permission.objects.filter(codename="view_alertrule"))
    owner.force_login(looker)
    page = owner.get(f"{RULES}{made.pk}/change/").text
    assert "3 min" in page
    assert "minutes" not in page
