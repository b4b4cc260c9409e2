"""Pages of staff about charges of a place in Berlin, read in Bishkek: each time says whose it is."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing import tariffs
from billing.tests.test_admin_new_version import written
from charging.tests import test_admin_dry_run as runs
from charging.tests.settling import after, ended, inferred, settle
from charging.tests.test_admin_goodwill import send as send_goodwill
from charging.tests.test_admin_reprice import send as send_reprice
from charging.tests.test_admin_review import browser, dialogs, page, say
from charging.tests.world import NOW, World, per_kwh
from stations.models import Location

# What is 15:00 in Bishkek.
THERE = "10:00 (UTC+01:00)"
OURS = "2026-03-02 15:00"


@pytest.fixture
def berlin(world: World) -> World:
    """The place is in Berlin, and its charges are priced there."""
    Location.objects.update(time_zone="Europe/Berlin")
    world.station.refresh_from_db()
    world.one.refresh_from_db()
    return world


@pytest.fixture
def finance(berlin: World) -> Client:
    """Whoever may decide."""
    return browser("view_session", "add_decision", "view_decision", "view_settlement", "add_goodwill")


def test_the_review_queue_tells_both_clocks(berlin: World, finance: Client) -> None:
    inferred(berlin, berlin.driver("1000.00"), 10_000)
    shown = finance.get(reverse("admin:charging_session_queue")).text
    assert "all times: Asia/Bishkek (UTC+06:00)." in shown
    assert "Times by the clock of the place: Europe/Berlin (UTC+01:00)." in shown  # of the chart
    assert f"{OURS} – 15:30 <small>10:00 – 10:30 (UTC+01:00)</small>" in shown


def test_the_review_queue_of_one_clock_tells_it_once(world: World) -> None:
    inferred(world, world.driver("1000.00"), 10_000)
    shown = browser("view_session", "add_decision").get(reverse("admin:charging_session_queue")).text
    assert f"{OURS} – 15:30</h2>" in shown


def test_goodwill_tells_both_clocks_and_asks_no_more_for_many(berlin: World, finance: Client) -> None:
    paid = [ended(berlin, berlin.driver("1000.00"), connector=one) for one in (1, 2)]
    for session in paid:
        settle(session)

    def cost(count: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            shown = send_goodwill(finance, paid[:count], look="1", percent="50")
        assert shown.count(f"<td>{OURS}<br><small>{THERE}</small></td>") == count
        return len([one for one in asked if "stations_" in one["sql"]])

    assert cost(1) == cost(2)


def test_pricing_anew_tells_both_clocks(berlin: World, finance: Client) -> None:
    paid = ended(berlin, berlin.driver("1000.00"))
    settle(paid)
    tariffs.publish_version(plan=berlin.plan, rules=[per_kwh("14")], in_force_from=NOW, at=NOW)
    shown = send_reprice(finance, [paid])
    assert f"<td>{OURS}<br><small>{THERE}</small></td>" in shown
    assert "2026-03-02 10:00:00 – 11:00:00 (UTC+01:00)" in shown


def test_a_dry_run_tells_both_clocks(berlin: World) -> None:
    settle(ended(berlin, berlin.driver("1000.00")))
    client, person = runs.browser()
    editor = reverse("admin:billing_tariffplan_new_version", args=[berlin.plan.pk])
    draft = client.post(editor, written(client, berlin.plan, rules__0__price="16", reason="", dry_run="1"))
    run = runs.begun(client, draft.headers["Location"], version="draft")
    runs.work(person, run)
    shown = client.get(run).text
    assert "Started (Asia/Bishkek)" in shown
    assert f"<td>{OURS}<br><small>{THERE}</small></td>" in shown


def test_a_correction_names_the_clock_that_it_takes_and_what_it_changed(berlin: World, finance: Client) -> None:
    session = inferred(berlin, berlin.driver("1000.00"), 10_000)
    dialog = finance.get(dialogs(finance, session)["correct"]).text
    assert dialog.count("All times: Asia/Bishkek (UTC+06:00).") == 2
    say(finance, session, "correct", stopped_at="2026-03-02 15:20:00")
    session.refresh_from_db()
    assert session.stopped_at == after(20)
    shown = page(finance, session)
    assert "stopped 2026-03-02 15:30:00 (UTC+06:00) → 2026-03-02 15:20:00 (UTC+06:00)" in shown


def test_the_lines_of_a_settlement_say_whose_clock_they_are_by(berlin: World, finance: Client) -> None:
    settled = settle(ended(berlin, berlin.driver("1000.00")))
    assert settled is not None
    shown = finance.get(reverse("admin:charging_settlement_change", args=[settled.pk])).text
    assert "When (Europe/Berlin)" in shown
    assert "2026-03-02 10:00:00 – 11:00:00 (UTC+01:00)" in shown
