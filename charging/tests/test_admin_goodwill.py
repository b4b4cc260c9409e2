"""Goodwill over chosen sessions: the page that shows what each gets, and what it gives."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from billing import ledger
from billing.models import Goodwill, Transfer
from charging.admin import goodwill
from charging.models import Session
from charging.tests.settling import ended, settle
from charging.tests.test_admin_review import LIST, browser
from charging.tests.world import World


@pytest.fixture
def desk(world: World) -> Client:
    """Whoever may ask for goodwill."""
    return browser("view_session", "add_goodwill", "view_goodwill", "view_goodwillline", "change_goodwill")


@pytest.fixture
def paid(world: World) -> list[Session]:
    """Two drivers paid 382.50 each; one of them is called badly."""
    sessions = [ended(world, world.driver("1000.00", name=name), connector=one) for name, one in NAMES.items()]
    for session in sessions:
        settle(session)
    return sessions


NAMES = {"Aibek": 1, "<b>Nurlan</b>": 2}


def send(client: Client, sessions: list[Session], **said: str) -> str:
    chosen = {"action": "give_goodwill", "_selected_action": [session.pk for session in sessions]}
    return client.post(reverse(LIST), chosen | said, follow=True).text


def give(client: Client, sessions: list[Session], page: str, **said: str) -> str:
    """Carry out what that page shows."""
    kept = {name: re.search(rf'name="{name}" value="([\w-]+)"', page) for name in ("shown", "key")}
    hidden = {name: found[1] for name, found in kept.items() if found}
    return send(client, sessions, **({"give": "1", "reason": "A broken plug."} | hidden | said))


def balances(sessions: list[Session]) -> list[Decimal]:
    return [ledger.wallet_of(user=session.driver, currency="KGS").balance for session in sessions if session.driver]


def test_it_shows_what_each_gets_and_gives_nothing(world: World, desk: Client, paid: list[Session]) -> None:
    waits = world.charging(world.driver("1000.00", name="Cholpon"), connector=1)
    opened = send(desk, [*paid, waits])
    assert "3 sessions are chosen." in opened
    assert "Give " not in opened
    page = send(desk, [*paid, waits], look="1", percent="50")
    for shown in (
        "Aibek",
        "&lt;b&gt;Nurlan&lt;/b&gt;",
        "382.50 KGS",
        "191.25 KGS",
        "Give 382.50 KGS",
        "it was not charged",
    ):
        assert shown in page
    assert balances(paid) == [Decimal("617.50")] * 2


def test_it_gives_what_was_shown_once(desk: Client, paid: list[Session]) -> None:
    page = send(desk, paid, look="1", each="100")
    shown = give(desk, paid, page, each="100")
    assert "200.00 KGS, 2 of 2 charges" in shown
    assert "200.00 KGS, 2 of 2 charges" in give(desk, paid, page, each="100")
    assert balances(paid) == [Decimal("717.50")] * 2
    assert Goodwill.objects.get().reason == "A broken plug."
    assert ledger.check_books() == []
    lines = desk.get(reverse("admin:billing_goodwillline_changelist")).text
    assert reverse("admin:charging_session_change", args=[paid[0].pk]) in lines
    file = desk.get(reverse("admin:billing_goodwillline_export", args=["csv"]))
    rows = b"".join(file).decode().splitlines()
    assert sum(Decimal(row.split(",")[5]) for row in rows[1:]) == 200


def test_it_keeps_the_reason_of_the_list(desk: Client, paid: list[Session]) -> None:
    opened = send(desk, paid, reason='The "station" hung.', index="0")
    assert 'value="The &quot;station&quot; hung."' in opened


def test_it_gives_nothing_that_was_not_shown(desk: Client, paid: list[Session]) -> None:
    page = send(desk, paid, look="1", percent="100")
    charge = Transfer.objects.filter(kind="capture").first()
    assert charge is not None
    ledger.refund(transfer=charge, amount=Decimal(1), reference="x", made_by="staff:1", reason="r", at=charge.made_at)
    assert "Something has changed meanwhile" in give(desk, paid, page, percent="100")
    assert not Goodwill.objects.exists()


@pytest.mark.parametrize("said", [{}, {"percent": "10", "each": "5"}, {"percent": "101"}, {"each": "0"}, {"each": "x"}])
def test_it_says_what_is_wrong(desk: Client, paid: list[Session], said: dict[str, str]) -> None:
    page = send(desk, paid, look="1", **said)
    assert "What each gets" not in page
    assert "Give " not in page


def test_large_sums_wait_for_a_second_person(desk: Client, paid: list[Session], settings: Settings) -> None:
    settings.APPROVAL_FROM = Decimal(700)
    page = give(desk, paid, send(desk, paid, look="1", percent="100"), percent="100")
    assert "A second person decides about it." in page
    made = Goodwill.objects.get()
    assert (made.state, balances(paid)) == ("asked", [Decimal("617.50")] * 2)
    decide = {"action": "approve", "_selected_action": [made.pk]}
    here = reverse("admin:billing_goodwill_changelist")
    assert "A second person decides about this." in desk.post(here, decide, follow=True).text
    User.objects.filter(email="aizada@example.com").update(email="first@example.com")
    second = browser("view_goodwill", "change_goodwill")
    assert "1 decided" in second.post(here, decide, follow=True).text
    assert balances(paid) == [Decimal(1000)] * 2


def test_it_takes_no_more_than_a_page_shows(desk: Client, paid: list[Session], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goodwill, "MOST", 1)
    assert "That is more than 1 at once." in send(desk, paid)


def test_who_may_not_has_no_such_action(paid: list[Session]) -> None:
    assert "give_goodwill" not in browser("view_session").get(reverse(LIST)).text
