"""A large decision in the admin: the dialog says that it waits, and another person confirms or refuses it in a list."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from charging.models import Decision, DecisionRequest, Session
from charging.models.session import State
from charging.tests.settling import after, settle
from charging.tests.test_admin_review import dialogs, page, say
from charging.tests.world import World

LIST = "admin:charging_decisionrequest_changelist"
MAY = ("view_session", "view_decisionrequest", "add_decision")


def browser(name: str, *permissions: str) -> Client:
    """A browser of that person of staff."""
    person = User.objects.create_user(email=f"{name}@example.com", role="staff")
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def asked(world: World) -> tuple[Session, Client]:
    """1200.00 were paid, and somebody wants all of it to go back."""
    session = world.charging(world.driver("5000.00"))
    world.end(session, 81_000, at=after(600))
    settle(session, at=after(601))
    client = browser("first", *MAY)
    shown = client.get(dialogs(client, session)["waive"]).text
    assert "What gives back, or charges, 1000 KGS or more waits for a second person." in shown
    say(client, session, "waive", reason="The cable hung.")
    return session, client


def carry_out(client: Client, action: str) -> str:
    """Choose the one that waits, and do that with it."""
    chosen = {"action": action, "_selected_action": [DecisionRequest.objects.get().pk]}
    return client.post(reverse(LIST), chosen, follow=True).text


def test_it_says_that_it_waits(asked: tuple[Session, Client]) -> None:
    session, client = asked
    assert (session.state, Decision.objects.count()) == (State.SETTLED, 0)
    text = page(client, session)
    assert "it gives back 1,200.00 KGS and waits for a second person" in text.replace("1200.00", "1,200.00")
    assert "is settled: it costs" not in text
    listed = client.get(reverse(LIST)).text
    assert "The cable hung." in listed
    assert "first@example.com" in listed


def test_the_first_one_confirms_nothing(asked: tuple[Session, Client]) -> None:
    session, client = asked
    assert "A second person decides about this." in carry_out(client, "confirm")
    session.refresh_from_db()
    assert session.state == State.SETTLED


@pytest.mark.parametrize(("action", "state"), [("confirm", State.WAIVED), ("refuse", State.SETTLED)])
def test_another_one_decides(asked: tuple[Session, Client], action: str, state: State) -> None:
    session, _ = asked
    assert "1 decided." in carry_out(browser("second", *MAY), action)
    session.refresh_from_db()
    assert session.state == state


def test_only_who_may_decide_is_offered_it(asked: tuple[Session, Client]) -> None:
    session, _ = asked
    carry_out(browser("third", "view_decisionrequest"), "confirm")
    session.refresh_from_db()
    assert session.state == State.SETTLED
