"""The review queue one by one: findings, curve and verbs on one page, and the price of what is being corrected."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from charging import reviewing
from charging.admin import queue
from charging.models import Decision, Session
from charging.tests.settling import STAFF, after, ended, inferred, settle
from charging.tests.test_admin_review import browser, dialogs, say
from charging.tests.world import World

State = Session.State
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def finance(world: World) -> Client:
    """Whoever may decide."""
    return browser("view_session", "add_decision")


def look(client: Client, query: str = "") -> str:
    return client.get(reverse("admin:charging_session_queue") + query).text


def price_of(client: Client, session: Session, **said: str) -> str:
    return client.get(reverse("admin:charging_session_price", args=[session.pk]), said).text


def test_it_shows_all_that_deciding_takes(world: World, finance: Client) -> None:
    session = inferred(world, world.driver("1000.00", name=HOSTILE), 10_000, amount=Decimal(500))
    settle(ended(world, world.driver("1000.00", name="Nurlan"), connector=2))
    page = look(finance)
    for shown in (
        "The station never said that it ended",
        "150.00 KGS",
        "500.00 KGS",
        "10.00",
        "&lt;script&gt;alert(1)",
    ):
        assert shown in page
    assert HOSTILE not in page
    assert "Nurlan" not in page
    assert reverse("admin:stations_station_readings", args=[session.station_id, session.pk]) in page
    links = re.findall(r'hx-get="([^"]*back=queue)"', page)
    assert [link.split("/")[-2] if link.endswith("/") else link for link in links]
    assert len(links) == 4


def test_what_is_decided_leads_back_to_it(world: World, finance: Client) -> None:
    session = inferred(world, world.driver("1000.00"), 10_000)
    [link] = [one for one in re.findall(r'hx-get="([^"]*back=queue)"', look(finance)) if "accept" in one]
    seen = re.search(r'name="seen" value="(\d+)"', finance.get(link).text)
    assert seen is not None
    answer = finance.post(link, {"_form_submitted": "True", "seen": seen[1], "reason": "Seen on site."})
    assert answer.headers["HX-Redirect"] == reverse("admin:charging_session_queue")
    session.refresh_from_db()
    assert session.state == State.SETTLED
    assert "Nothing waits for a person." in look(finance)


def test_it_goes_on_in_steps_and_asks_no_more_for_many(
    world: World, finance: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "STEP", 2)
    counts, sessions = [], []
    for _ in range(2):
        sessions.append(inferred(world, world.driver("1000.00"), 10_000))
        with CaptureQueriesContext(connection) as queries:
            look(finance)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    sessions.append(inferred(world, world.driver("1000.00"), 10_000))
    page = look(finance)
    following = re.search(r'"(\?after=\d+)"', page)
    assert following is not None
    assert f"#{sessions[2].pk}" not in page
    assert f"#{sessions[2].pk}" in look(finance, following[1])


def test_it_is_for_those_who_decide(world: World) -> None:
    reader = browser("view_session")
    session = inferred(world, world.driver("1000.00"), 10_000)
    assert reader.get(reverse("admin:charging_session_queue")).status_code == 403
    assert reader.get(reverse("admin:charging_session_price", args=[session.pk])).status_code == 403


def test_the_dialog_says_what_other_energy_costs(world: World, finance: Client) -> None:
    session = inferred(world, world.driver("1000.00"), 10_000)
    assert "150.00 KGS" in price_of(finance, session)
    assert "120.00 KGS" in price_of(finance, session, energy_wh="8")
    assert "greater than or equal to 0" in price_of(finance, session, energy_wh="-1")
    assert "The end comes after the start" in price_of(finance, session, stopped_at="2026-03-02 14:00:00")
    session.refresh_from_db()
    assert (session.billed_energy_wh, Decision.objects.exists()) == (10_000, False)
    assert (
        reverse("admin:charging_session_price", args=[session.pk])
        in finance.get(dialogs(finance, session)["correct"]).text
    )


def test_it_books_no_other_price_than_was_shown(world: World, finance: Client) -> None:
    session = inferred(world, world.driver("1000.00"), 10_000)
    shown = say(finance, session, "correct", energy_wh="9", agreed="120.00 KGS")
    assert "It comes to 135.00 KGS, and you were shown 120.00 KGS" in shown
    assert "It comes to 135.00 KGS: look at it" in say(finance, session, "correct", energy_wh="9", agreed="")
    assert session.state == State.REVIEW
    say(finance, session, "correct", energy_wh="8", agreed="120.00 KGS")
    assert (session.state, session.billed_energy_wh) == (State.SETTLED, 8000)


@pytest.mark.parametrize("energy_wh", [0, 8000, 25_000])
def test_the_price_before_is_the_price_after(world: World, energy_wh: int) -> None:
    session = inferred(world, world.driver("1000.00"), 10_000)
    found = reviewing.price_if(session=Session.objects.get(pk=session.pk), energy_wh=energy_wh, at=after(100))
    assert found is not None
    settled = reviewing.correct(session_id=session.pk, energy_wh=energy_wh, reason="r", by=STAFF, at=after(100))
    assert settled.total == found.gross


def test_another_driver_is_priced_by_their_own_terms(world: World) -> None:
    session, other = inferred(world, world.driver("1000.00"), 10_000), world.driver("1000.00")
    found = reviewing.price_if(session=Session.objects.get(pk=session.pk), driver=other, at=after(100))
    settled = reviewing.correct(session_id=session.pk, driver=other, reason="r", by=STAFF, at=after(100))
    assert found is not None
    assert settled.total == found.gross
    assert User.objects.filter(pk=other.pk).exists()
