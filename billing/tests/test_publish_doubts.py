"""Versions that look like a slip are published once somebody says that they are meant."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from billing import tariffs
from billing.models import TariffPlan
from billing.tests.desk import browser, energy, plan_of
from billing.tests.test_admin_new_version import page_of, written

pytestmark = pytest.mark.django_db


def publish(client: Client, plan: TariffPlan, **changed: Any) -> list[str]:
    """What is said about it; nothing where it is published."""
    page = client.post(page_of(plan), written(client, plan, **{"rules__0__price": "17"} | changed, publish="1"))
    return [] if page.status_code == 302 else [str(one) for one in page.context["form"].errors.get("sure", [])]


def local(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def test_one_that_says_the_same_as_what_holds_is_asked_about() -> None:
    client, plan = browser(), plan_of(energy())
    assert publish(client, plan, rules__0__price="15") == [
        "It says the same as version 1, which holds then: nothing would change."
    ]
    assert plan.versions.count() == 1
    assert publish(client, plan, rules__0__price="15", sure="on") == []
    assert plan.versions.count() == 2


def test_one_that_says_the_same_as_what_is_planned_for_then_is_asked_about() -> None:
    client, plan = browser(), plan_of(energy())
    now = timezone.now()
    tariffs.publish_version(plan=plan, rules=[energy("17")], at=now, in_force_from=now + timedelta(days=10))
    later = local(now + timedelta(days=20))
    assert publish(client, plan, in_force_from=later) == [
        "It says the same as version 2, which holds then: nothing would change."
    ]
    assert publish(client, plan, in_force_from=local(now + timedelta(days=5))) == []


def test_a_second_one_for_the_very_same_moment_is_asked_about() -> None:
    client, plan = browser(), plan_of(energy())
    moment = local(timezone.now() + timedelta(days=10))
    assert publish(client, plan, in_force_from=moment) == []
    assert publish(client, plan, in_force_from=moment, rules__0__price="18") == [
        "Version 2 begins at the very same moment: it would never hold."
    ]
    assert publish(client, plan, in_force_from=moment, rules__0__price="18", sure="on") == []


def test_one_that_begins_in_a_far_year_is_asked_about() -> None:
    client, plan = browser(), plan_of(energy())
    [said] = publish(client, plan, in_force_from="2199-01-01T00:00")
    assert said.startswith("It begins in more than five years, on")
    assert publish(client, plan, in_force_from=local(timezone.now() + timedelta(days=4 * 365))) == []


def test_one_that_begins_where_no_calendar_reaches_is_refused() -> None:
    client, plan = browser(), plan_of(energy())
    form = written(client, plan, in_force_from="9999-01-01T00:00", rules__0__price="17", sure="on", publish="1")
    errors = client.post(page_of(plan), form).context["form"].errors
    assert errors["in_force_from"] == ["Give a moment of the years 2000 to 2199."]
    assert plan.versions.count() == 1


def test_the_tick_is_there_only_where_it_is_asked_for() -> None:
    client, plan = browser(), plan_of(energy())
    assert "Publish it all the same" not in client.get(page_of(plan)).text
    form = written(client, plan, publish="1")
    page = client.post(page_of(plan), form).text
    assert "Publish it all the same" in page
    assert "It says the same as version 1" in page
