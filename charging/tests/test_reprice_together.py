"""Sessions priced anew together: a diff line by line, and one word of a second person where they give back much."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from billing import ledger, tariffs
from charging import batches, repricing
from charging.line_differences import differences
from charging.models import Decision, DecisionRequest, Session
from charging.tests.settling import STAFF, after, ended, settle
from charging.tests.test_admin_reprice import apply, balances, send
from charging.tests.test_admin_review import browser
from charging.tests.world import NOW, World, per_kwh

REQUESTS = "/admin/charging/decisionrequest/"


@pytest.fixture
def paid(world: World) -> list[Session]:
    """Two drivers paid 382.50, and the price should have been 14.00: 25.50 goes back to each."""
    sessions = [ended(world, world.driver("1000.00"), connector=one) for one in (1, 2)]
    for session in sessions:
        settle(session)
    tariffs.publish_version(plan=world.plan, rules=[per_kwh("14")], in_force_from=NOW, at=NOW)
    return sessions


@pytest.fixture
def finance(world: World) -> Client:
    """Whoever may decide."""
    return browser("view_session", "add_decision", "view_decisionrequest")


def second() -> Client:
    """Somebody else who may."""
    User.objects.filter(email="aizada@example.com").update(email="first@example.com")
    return browser("view_session", "add_decision", "view_decisionrequest")


def decide(client: Client, name: str, *rows: DecisionRequest) -> str:
    return client.post(REQUESTS, {"action": name, "_selected_action": [row.pk for row in rows]}, follow=True).text


def test_it_shows_each_line_before_and_after(finance: Client, paid: list[Session]) -> None:
    page = send(finance, paid)
    for shown in ("15.00 KGS → 14.00 KGS", "382.50 KGS → 357.00 KGS", "25.500 kWh", "gets back"):
        assert shown in page
    assert "Given back in all: 51.00 KGS." in page
    assert "second person" not in page


def test_it_tells_who_pays_more(world: World, finance: Client, paid: list[Session]) -> None:
    tariffs.publish_version(plan=world.plan, rules=[per_kwh("20")], in_force_from=NOW, at=NOW)
    page = send(finance, paid)
    assert ("pays more" in page, "gets back" in page, "Given back in all" in page) == (True, False, False)


def test_the_lines_sum_to_what_the_price_differs_by(paid: list[Session]) -> None:
    planned = repricing.plan(sessions=paid, at=after(300))
    assert len(planned) == len(paid)
    for one in planned:
        lines = differences(one.lines, [])
        assert sum(line.more for line in lines) == -one.gross


def test_lines_are_set_side_by_side() -> None:
    def line(what: str, gross: str, start: str = "1") -> dict[str, str]:
        return {"dimension": what, "starts_at": start, "ends_at": "9", "gross": gross}

    before = [line("per_kwh", "10"), line("per_kwh", "5", "4"), line("session_fee", "3")]
    found = differences(before, [line("per_kwh", "8"), line("parking_fee", "2")])
    assert [(one.before is None, one.after is None, one.more) for one in found] == [
        (False, False, Decimal(-2)),
        (True, False, Decimal(2)),
        (False, True, Decimal(-5)),
        (False, True, Decimal(-3)),
    ]


def test_small_ones_that_make_much_wait_together(settings: Settings, finance: Client, paid: list[Session]) -> None:
    settings.APPROVAL_FROM = Decimal(50)
    page = send(finance, paid)
    assert "All of it waits for one word of a second person." in page
    assert "needs a second person" not in page
    done = apply(finance, paid, page)
    assert "2 sessions give back 51.00 KGS in all and wait for a second person." in done
    assert balances(paid) == [Decimal("617.50")] * 2
    one, two = DecisionRequest.objects.all()
    assert "A second person decides about this." in decide(finance, "confirm", one)
    assert "2 decided" in decide(second(), "confirm", one)
    assert balances(paid) == [Decimal(643)] * 2
    two.refresh_from_db()
    assert two.state == "confirmed"
    assert set(Decision.objects.values_list("gave_back", flat=True)) == {Decimal("25.5")}
    assert ledger.check_books() == []


def test_one_word_refuses_all_of_them(settings: Settings, finance: Client, paid: list[Session]) -> None:
    settings.APPROVAL_FROM = Decimal(50)
    apply(finance, paid, send(finance, paid))
    decide(second(), "refuse", DecisionRequest.objects.all()[0])
    assert set(DecisionRequest.objects.values_list("state", flat=True)) == {"refused"}
    assert balances(paid) == [Decimal("617.50")] * 2


def test_others_that_wait_are_not_decided_about_with_them(
    settings: Settings, finance: Client, paid: list[Session]
) -> None:
    settings.APPROVAL_FROM = Decimal(20)
    for session in paid:
        apply(finance, [session], send(finance, [session]))
    one, two = DecisionRequest.objects.order_by("pk")
    assert "1 decided" in decide(second(), "confirm", one)
    two.refresh_from_db()
    assert two.state == "asked"


def test_one_that_has_moved_meanwhile_is_told_and_stops_no_other(
    settings: Settings, finance: Client, paid: list[Session]
) -> None:
    settings.APPROVAL_FROM = Decimal(50)
    apply(finance, paid, send(finance, paid))
    Session.objects.filter(pk=paid[0].pk).update(revision=7)
    page = decide(second(), "confirm", DecisionRequest.objects.all()[0])
    assert "1 decided" in page
    assert "somebody or something was faster" in page


def test_parts_of_much_are_as_much(settings: Settings, finance: Client, paid: list[Session]) -> None:
    settings.APPROVAL_FROM = Decimal(50)
    assert "1 priced anew" in apply(finance, paid[:1], send(finance, paid[:1]))
    assert "wait for a second person" in apply(finance, paid[1:], send(finance, paid[1:]))


def test_it_says_which_take_a_second_person_by_themselves(
    settings: Settings, finance: Client, paid: list[Session]
) -> None:
    settings.APPROVAL_FROM = Decimal(25)
    assert send(finance, paid).count("needs a second person") == 2


def test_what_waits_already_is_not_asked_for_again(settings: Settings, finance: Client, paid: list[Session]) -> None:
    settings.APPROVAL_FROM = Decimal(50)
    apply(finance, paid, send(finance, paid))
    assert "waits for a second person already" in apply(finance, paid, send(finance, paid))
    assert DecisionRequest.objects.count() == 2


def test_it_asks_no_more_for_many(paid: list[Session]) -> None:
    planned = repricing.plan(sessions=paid, at=after(300))
    counts = []
    for few in (planned[:1], planned):
        with CaptureQueriesContext(connection) as queries:
            batches.needs_second(few, by=STAFF, at=after(300))
        counts.append(len(queries))
    assert counts[0] == counts[1] == 5
    assert reverse("admin:charging_decisionrequest_changelist") == REQUESTS
