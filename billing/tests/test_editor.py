"""The tariff editor on a plan's page: what holds when in any version, the calculator, who may do what."""

import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Company, Membership, User
from billing import tariffs
from billing.models import ClientTariff, PromoCode, TariffPlan, TariffVersion
from billing.tests.desk import SEES_PRICES, browser, energy, night, plan_of
from billing.tests.test_admin_new_version import written

pytestmark = pytest.mark.django_db
CHARGE = {"calc-energy": "25", "calc-minutes": "40", "calc-idle": "0", "calc-starts": "2026-03-02T12:00"}


def page_of(plan: TariffPlan) -> str:
    return reverse("admin:billing_tariffplan_change", args=[plan.pk])


def shown(client: Client, plan: TariffPlan, **said: Any) -> str:
    """The answer of the editor for that charge by a version that is kept."""
    address = reverse("admin:billing_tariffplan_shown", args=[plan.pk])
    return client.get(address, CHARGE | {f"calc-{name}": value for name, value in said.items()}).text


def draft(client: Client, plan: TariffPlan, **changed: Any) -> Any:
    """The answer for the form of the next version as it stands."""
    form = written(client, plan, **changed) | CHARGE | {name: said for name, said in changed.items() if "-" in name}
    return client.post(reverse("admin:billing_tariffplan_draft", args=[plan.pk]), form)


def test_it_shows_the_week_of_the_version_in_force_and_of_any_other() -> None:
    client, plan = browser(), plan_of(energy(), night(priority=5))
    tariffs.publish_version(plan=plan, rules=[energy("17")], at=timezone.now())
    page = client.get(page_of(plan)).text
    assert "<b>17.00</b> Energy" in page
    assert "<b>12.50</b> Night" not in page
    page = client.get(page_of(plan), {"version": "1"}).text
    assert "<b>12.50</b> Night" in page
    assert "23:00–24:00" in page


def test_it_shows_a_planned_version_in_the_week_in_which_it_begins() -> None:
    client, plan = browser(), plan_of(energy())
    later = timezone.now() + timedelta(days=20)
    tariffs.publish_version(plan=plan, rules=[energy("17")], at=timezone.now(), in_force_from=later)
    there = timezone.localtime(later, ZoneInfo("Asia/Bishkek"))  # the page's clock, whose Monday begins before UTC's
    monday = there - timedelta(days=there.weekday())
    text = client.get(reverse("admin:billing_tariffplan_shown", args=[plan.pk]), {"version": "2"}).text
    assert f"Mon {monday.day} {monday:%b}" in text


def test_it_shows_the_week_that_is_asked_for() -> None:
    rule = energy("9", name="Spring", valid_from=datetime(2026, 3, 4).date(), priority=1)
    client, plan = browser(), plan_of(energy(), rule)
    assert "Mon 2 Mar" in shown(client, plan, week="2026-03-06")
    assert "<b>9.00</b> Spring" in shown(client, plan, week="2026-03-06")
    assert "<b>9.00</b> Spring" not in shown(client, plan, week="2026-02-24")


def test_it_says_that_a_plan_has_no_version_yet() -> None:
    client, plan = browser(), plan_of()
    assert "No version is in force." in client.get(page_of(plan)).text
    assert client.get(reverse("admin:billing_tariffplan_shown", args=[plan.pk])).status_code == 404
    assert draft(client, plan).status_code == 200


def test_it_marks_overlaps_and_holes_in_words() -> None:
    client, plan = browser(), plan_of(energy(), energy("19", name="Peak", starts=time(17), ends=time(21)))
    text = shown(client, plan)
    assert "overlap: wins over “Energy” as the later one" in text
    assert "“Peak” holds only because it is younger than “Energy”, of the same priority" in text
    text = shown(client, plan_of(night(), name="Night only"))
    assert "∅</span> <b>0</b> no rule" in text
    assert "<b>Hole</b> energy, per kWh, every day, 07:00–23:00: no rule, it costs 0 there." in text


def test_it_finds_that_energy_has_no_rule_at_all() -> None:
    minutes = energy("2", name="Time", dimension="per_minute")
    text = shown(browser(), plan_of(minutes))
    assert "<b>Hole</b> energy, per kWh, every day, 00:00–24:00: no rule, it costs 0 there." in text


def test_it_reckons_a_charge_and_names_the_rule_of_each_line() -> None:
    plan = plan_of(energy(), energy("19", name="Peak", starts=time(12, 20), ends=time(21), priority=1))
    text = shown(browser(), plan)
    assert "energy, per kWh: 12.5 kWh × 15.00 KGS by the rule “Energy”, Mon 2 Mar 12:00 – Mon 2 Mar 12:20." in text
    assert "energy, per kWh: 12.5 kWh × 19.00 KGS by the rule “Peak”, Mon 2 Mar 12:20 – Mon 2 Mar 12:40." in text
    assert "Total <b>425.00 KGS</b>" in text


@pytest.mark.parametrize(
    ("starts", "lines"),
    [
        (
            "2026-10-25T01:30",
            [
                "10 kWh × 15.00 KGS by the rule “Energy”, Sun 25 Oct 01:30 – Sun 25 Oct 02:30 (UTC+02:00).",
                "5 kWh × 19.00 KGS by the rule “Peak”, Sun 25 Oct 02:30 (UTC+02:00) – Sun 25 Oct 02:00 (UTC+01:00).",
                "5 kWh × 15.00 KGS by the rule “Energy”, Sun 25 Oct 02:00 (UTC+01:00) – Sun 25 Oct 02:30 (UTC+01:00).",
                "10 kWh × 19.00 KGS by the rule “Peak”, Sun 25 Oct 02:30 (UTC+01:00) – Sun 25 Oct 03:30.",
            ],
        ),
        (
            "2026-03-29T01:30",
            [
                "5 kWh × 15.00 KGS by the rule “Energy”, Sun 29 Mar 01:30 (UTC+01:00) – Sun 29 Mar 03:00 (UTC+02:00).",
                "10 kWh × 19.00 KGS by the rule “Peak”, Sun 29 Mar 03:00 – Sun 29 Mar 04:00.",
                "15 kWh × 15.00 KGS by the rule “Energy”, Sun 29 Mar 04:00 – Sun 29 Mar 05:30.",
            ],
        ),
    ],
    ids=["the hour that comes twice", "the hour that is left out"],
)
def test_it_reckons_three_hours_as_three_in_a_night_of_another_clock(
    starts: str, lines: list[str], settings: Settings
) -> None:
    settings.DEFAULT_LOCATION_TIME_ZONE = "Europe/Berlin"
    plan = plan_of(energy(), energy("19", name="Peak", starts=time(2, 30), ends=time(4), priority=1))
    text = shown(browser(), plan, starts=starts, minutes="180", energy="30")
    assert re.findall(r"energy, per kWh: (.*?)</span>", text) == lines


def test_it_reckons_standing_after_the_charge() -> None:
    standing = energy("3", name="Standing", dimension="parking_fee")
    text = shown(browser(), plan_of(energy(), standing), idle="30")
    assert "idle after charging, per minute: 20 min × 3.00 KGS by the rule “Standing”" in text
    assert "Total <b>435.00 KGS</b>" in text


def test_it_reckons_for_a_member_and_with_a_promo_code() -> None:
    client, plan = browser(), plan_of(energy())
    gold = Membership.objects.create(name="Gold", discount_percent=10)
    PromoCode.objects.create(
        code="TEN",
        kind="fixed",
        value=10,
        currency="KGS",
        valid_from=datetime(2026, 1, 1, tzinfo=timezone.get_current_timezone()),
    )
    text = shown(client, plan, membership=str(gold.pk))
    assert "The discount of 10 % is in it." in text
    assert "Total <b>337.50 KGS</b>" in text
    assert "Total <b>365.00 KGS</b>" in shown(client, plan, promo="ten")
    assert "There is no such promo code now." in shown(client, plan, promo="none")


def test_it_reckons_for_a_client_by_what_was_agreed() -> None:
    client, plan, other = browser(), plan_of(energy()), plan_of(energy("11"), name="Fleet plan")
    person = User.objects.create_user(
        email="aida@example.com", membership=Membership.objects.create(name="S", discount_percent=4)
    )
    fleet = Company.objects.create(name="Fleet")
    assert "Total <b>360.00 KGS</b>" in shown(client, plan, who="AIDA@example.com")
    long_ago = datetime(2026, 1, 1, tzinfo=timezone.get_current_timezone())
    ClientTariff.objects.create(company=fleet, plan=other, valid_from=long_ago)
    text = shown(client, plan, who="fleet")
    assert "The plan “Fleet plan” was agreed with this client" in text
    assert "Total <b>275.00 KGS</b>" in text
    ClientTariff.objects.create(user=person, rate_per_kwh=8, currency="KGS", valid_from=long_ago)
    text = shown(client, plan, who="aida@example.com")
    assert "A rate of their own was agreed with this client" in text
    assert "Total <b>200.00 KGS</b>" in text
    assert "For whom: There is no such person or company." in shown(client, plan, who="nobody")


def test_it_says_when_another_plan_or_none_prices_the_charge() -> None:
    client, plan = browser(), plan_of(energy(connector_type="CCS2"))
    assert "A start is refused." in shown(client, plan, connector_type="")
    plan_of(energy("21"), name="Everybody's", is_default=True)
    text = shown(client, plan)
    assert "the plan “Everybody&#x27;s” prices it, as the default" in text
    assert "Total <b>525.00 KGS</b>" in text


def test_it_tells_whom_there_is_only_to_those_who_see_people() -> None:
    plan = plan_of(energy())
    User.objects.create_user(email="aida@example.com")
    client = browser("view_tariffplan")
    assert 'name="calc-who"' not in client.get(page_of(plan)).text
    assert "Total <b>375.00 KGS</b>" in shown(client, plan, who="nobody@example.com")


def test_it_follows_the_form_while_it_is_written_and_stores_nothing() -> None:
    client, plan = browser(), plan_of(energy(), night(priority=5))
    text = draft(client, plan, rules__0__price="16.5", rules__1__name="Late").text
    assert "<b>16.50</b> Energy" in text
    assert "<b>12.50</b> Late" in text
    assert "Total <b>412.50 KGS</b>" in text
    assert TariffVersion.objects.count() == 1


def test_it_says_row_by_row_what_is_wrong_in_a_draft_and_shows_the_rest() -> None:
    client, plan = browser(), plan_of(energy(), night())
    text = draft(client, plan, rules__1__price="-3", tax_percent="101", reason="").text
    assert "Rule 2, Price: A price is not below 0; 0 is free." in text
    assert "Tax, %: A tax is between 0 and 100 %." in text
    assert "This field is required" not in text
    assert "<b>15.00</b> Energy" in text
    assert "Night" not in text


@pytest.mark.parametrize(
    "field", ["rules-TOTAL_FORMS", "rules-INITIAL_FORMS", "calc-energy", "rules-0-price", "idle_cap"]
)
@pytest.mark.parametrize("value", ["", "x", "1e99", "NaN", "\x00", "99999999999"])
def test_it_answers_any_nonsense_with_words(field: str, value: str) -> None:
    client, plan = browser(), plan_of(energy())
    assert draft(client, plan, **{field: value}).status_code == 200
    assert client.get(page_of(plan), {field: value, "version": value, "old": value, "new": value}).status_code == 200


def test_it_lets_only_those_who_change_plans_try_drafts() -> None:
    plan = plan_of(energy())
    reader = browser(*SEES_PRICES)
    address = reverse("admin:billing_tariffplan_draft", args=[plan.pk])
    assert reader.get(page_of(plan)).status_code == 200
    assert reader.post(address, CHARGE).status_code == 403
    assert browser().get(address).status_code == 403
    stranger = browser("view_session")
    for name in ("shown", "draft", "change"):
        assert stranger.get(reverse(f"admin:billing_tariffplan_{name}", args=[plan.pk])).status_code == 403


def test_it_shows_nothing_to_staff_of_a_company() -> None:
    plan, client = plan_of(energy()), browser(*SEES_PRICES)
    User.objects.update(company=Company.objects.create(name="Host"))
    for name in ("shown", "change"):
        assert client.get(reverse(f"admin:billing_tariffplan_{name}", args=[plan.pk])).status_code != 200


def test_it_asks_as_many_queries_for_many_versions_as_for_two() -> None:
    client, plan = browser(), plan_of(energy(), night())
    counts = []
    for number in (1, 5):
        for _ in range(number):
            tariffs.publish_version(plan=plan, rules=[energy("16"), night("11")], at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(plan))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_writes_names_as_text() -> None:
    evil = "<script>alert(1)</script>"
    client, plan = browser(), plan_of(energy(name=evil), energy("3", name=evil), name=evil)
    tariffs.publish_version(plan=plan, rules=[energy(name=evil + "2")], at=timezone.now(), reason=evil, made_by=evil)
    pages = [
        client.get(page_of(plan), {"version": "1", "old": "1", "new": "2"}).text,
        shown(client, plan),
        draft(client, plan, rules__0__name=evil).text,
    ]
    assert all(evil not in page and "&lt;script&gt;alert(1)" in page for page in pages)


def test_it_speaks_russian() -> None:
    client, plan = browser(), plan_of(energy(), night())
    tariffs.publish_version(plan=plan, rules=[energy("16")], at=timezone.now())
    page = client.get(page_of(plan), {"version": "1"}, headers={"Accept-Language": "ru"}).text
    for words in ("Калькулятор", "Наложение", "Версии", "цена 15,00 → 16,00", "Правило «Night» убрано"):
        assert words in page


@pytest.mark.parametrize(
    "said", [{"week": "9999-12-31"}, {"starts": "9999-12-31T23:59"}, {"starts": "0001-01-01T00:00"}]
)
def test_a_year_that_was_mistyped_is_told_and_breaks_nothing(said: dict[str, str]) -> None:
    client, plan = browser(), plan_of(energy(), night())
    assert "Give a moment of the years 2000 to 2199." in shown(client, plan, **said)


def test_a_version_cannot_begin_where_the_calendar_ends() -> None:
    client, plan = browser(), plan_of(energy())
    answer = draft(client, plan, in_force_from="9999-12-31T23:59")
    assert answer.status_code == 200
    assert "Give a moment of the years 2000 to 2199." in answer.text
