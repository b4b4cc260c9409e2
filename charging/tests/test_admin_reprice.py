"""Settled sessions priced anew from their list: the page that shows the differences, and what it may carry out."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from billing import ledger, tariffs
from billing.models import TariffVersion
from charging.admin import repricing
from charging.models import Decision, Session
from charging.tests.settling import ended, settle
from charging.tests.test_admin_review import LIST, browser
from charging.tests.world import NOW, World, per_kwh


@pytest.fixture
def finance(world: World) -> Client:
    """Whoever may decide."""
    return browser("view_session", "add_decision")


@pytest.fixture
def paid(world: World) -> list[Session]:
    """Two drivers paid 382.50, and the price should have been 14.00."""
    sessions = [ended(world, world.driver("1000.00", name=name), connector=one) for name, one in NAMES.items()]
    for session in sessions:
        settle(session)
    tariffs.publish_version(plan=world.plan, rules=[per_kwh("14")], in_force_from=NOW, at=NOW)
    return sessions


NAMES = {"Aibek": 1, "Nurlan": 2}


def send(client: Client, sessions: list[Session], **said: str) -> str:
    """Choose these sessions in the list, or send the page that this led to; answers what is shown then."""
    chosen = {"action": "reprice_chosen", "_selected_action": [session.pk for session in sessions]}
    return client.post(reverse(LIST), chosen | said, follow=True).text


def apply(client: Client, sessions: list[Session], page: str, **said: str) -> str:
    """Carry out what that page shows."""
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert shown is not None
    return send(client, sessions, **({"apply": "1", "shown": shown.group(1), "reason": "Entered late."} | said))


def balances(sessions: list[Session]) -> list[Decimal]:
    """What the drivers have."""
    return [ledger.wallet_of(user=session.driver, currency="KGS").balance for session in sessions if session.driver]


def test_it_shows_what_each_would_cost_and_changes_nothing(world: World, finance: Client, paid: list[Session]) -> None:
    page = send(finance, [*paid, world.charging(world.driver("1000.00"))])
    for shown in ("Aibek", "Nurlan", "382.50 KGS", "357.00 KGS", "-25.50 KGS", "765.00 KGS", "714.00 KGS"):
        assert shown in page
    for shown in ("-51.00 KGS", "2 sessions would cost otherwise.", "2026-03-02 15:00", "Started (Asia/Bishkek)"):
        assert shown in page
    assert balances(paid) == [Decimal("617.50")] * 2
    assert not Decision.objects.exists()


def test_it_applies_what_was_shown(finance: Client, paid: list[Session]) -> None:
    page = apply(finance, paid, send(finance, paid))
    assert "2 priced anew: -51.00 KGS." in page
    assert balances(paid) == [Decimal(643)] * 2
    assert set(Decision.objects.values_list("verb", "reason")) == {("reprice", "Entered late.")}
    assert ledger.check_books() == []
    assert "0 sessions would cost otherwise." in send(finance, paid)


def test_it_prices_by_a_version_that_is_chosen(finance: Client, paid: list[Session], world: World) -> None:
    first = TariffVersion.objects.get(plan=world.plan, number=1)
    assert "0 sessions would cost otherwise." in send(finance, paid, version=str(first.pk))
    tariffs.publish_version(plan=world.plan, rules=[per_kwh("10")], at=NOW)
    version = str(world.plan.versions.get(number=3).pk)
    page = send(finance, paid, version=version)
    assert "-255.00 KGS" in page
    apply(finance, paid, page, version=version)
    assert balances(paid) == [Decimal(745)] * 2


def test_it_applies_nothing_that_was_not_shown(finance: Client, paid: list[Session], world: World) -> None:
    page = send(finance, paid)
    tariffs.publish_version(plan=world.plan, rules=[per_kwh("1")], in_force_from=NOW, at=NOW)
    anew = apply(finance, paid, page)
    assert "Something has changed meanwhile" in anew
    assert "25.50 KGS" in anew
    assert not Decision.objects.exists()


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_applies_nothing_without_a_reason(finance: Client, paid: list[Session], reason: str) -> None:
    assert "This field is required." in apply(finance, paid, send(finance, paid), reason=reason)
    assert not Decision.objects.exists()


def test_it_is_closed_to_who_may_not_decide(paid: list[Session]) -> None:
    client = browser("view_session", "change_session", "view_decision")
    assert "Price anew" not in client.get(reverse(LIST)).text
    assert "would cost" not in send(client, paid)
    send(client, paid, apply="1", shown="x", reason="Mine.")
    assert not Decision.objects.exists()


def test_it_takes_no_more_than_a_page_can_show(
    finance: Client, paid: list[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repricing, "MOST", 1)
    assert "That is more than 1 at once." in send(finance, paid)


def test_it_says_so_where_none_is_settled(world: World, finance: Client) -> None:
    assert "None of them is settled." in send(finance, [world.charging(world.driver("1000.00"))])


def test_what_gives_much_back_waits_for_a_second_person(world: World, finance: Client) -> None:
    world.price(per_kwh("300"))
    session = ended(world, world.driver("9000.00"))
    settle(session)
    tariffs.publish_version(plan=world.plan, rules=[per_kwh("0.10")], in_force_from=NOW, at=NOW)
    page = apply(finance, [session], send(finance, [session]))
    assert "wait for a second person" in page
    assert "None was priced anew." in page
    session.refresh_from_db()
    assert (session.revision, Decision.objects.count()) == (0, 0)


def test_it_wants_the_token_of_the_page(paid: list[Session], finance: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = finance.cookies
    chosen = {"action": "reprice_chosen", "_selected_action": [paid[0].pk], "apply": "1", "reason": "x"}
    assert strict.post(reverse(LIST), chosen).status_code == 403
