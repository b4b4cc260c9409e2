"""The review queue and its dialogs: what people see, who may decide, and that a decision is carried out once."""

import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from charging import reviewing
from charging.models import Decision, Session
from charging.models.session import State
from charging.tests.settling import STAFF, accepted, after, decide, ended, inferred, settle
from charging.tests.world import World, per_kwh

LIST = "admin:charging_session_changelist"
VERBS = ("accept", "correct", "waive", "rerun")


def browser(*permissions: str) -> Client:
    """A browser of staff with these permissions and no more."""
    person = User.objects.create_user(email="aizada@example.com", role="staff")
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def finance(world: World) -> Client:
    """Whoever may decide."""
    return browser("view_session", "add_decision", "view_decision", "view_settlement")


def page(client: Client, session: Session) -> str:
    """The session's page."""
    return client.get(reverse("admin:charging_session_change", args=[session.pk])).text


def dialogs(client: Client, session: Session) -> dict[str, str]:
    """The addresses of the dialogs on the session's page, by verb."""
    links = re.findall(r'hx-get="([^"]*)"', page(client, session))
    return {verb: link for verb in VERBS for link in links if f"/{verb}" in link}


def say(client: Client, session: Session, verb: str, **said: str) -> str:
    """Fill the dialog in as it was opened, and send it; answers where it leads, or what it shows."""
    link = dialogs(client, session)[verb]
    seen = re.search(r'name="seen" value="(\d+)"', client.get(link).text)
    assert seen is not None
    sent = {"_form_submitted": "True", "seen": seen.group(1), "reason": "Seen on site.", **said}
    if verb == "correct" and "agreed" not in said:
        # The dialog asks what it comes to while it is filled in.
        price = client.get(reverse("admin:charging_session_price", args=[session.pk]), said).text
        sent |= dict(re.findall(r'name="(agreed)" value="([^"]+)"', price))
    answer = client.post(link, sent)
    session.refresh_from_db()
    return answer.headers.get("HX-Redirect") or answer.text


def test_the_queue_shows_what_a_person_needs(world: World, finance: Client) -> None:
    session = inferred(world, world.driver("1000.00", name="Aibek"), 10_000, amount=Decimal(500))
    settle(ended(world, world.driver("1000.00", name="Nurlan"), connector=2))
    groups = settings.UNFOLD["SIDEBAR"]["navigation"]
    links = {str(item["title"]): str(item["link"]) for group in groups for item in group["items"]}
    text = finance.get(links["Review queue"]).text
    for shown in (
        f"#{session.pk}",
        "Aibek",
        "The station never said that it ended; the last reading is taken.",
        "150.00 KGS",
        "500.00 KGS",
        "10.00 kWh",
        "BSK-01",
    ):
        assert shown in text
    assert re.search(r"\d+ d \d+ h", text)
    assert "Nurlan" not in text
    for column in range(1, 10):
        assert finance.get(links["Review queue"], {"o": column}).status_code == 200


def test_a_session_page_offers_what_can_be_done_with_it(world: World, finance: Client) -> None:
    review, paid = inferred(world, world.driver("1000.00"), 10_000), accepted(world, world.driver("1000.00"), 9000)
    assert set(dialogs(finance, review)) == set(VERBS)
    assert set(dialogs(finance, paid)) == {"correct", "waive"}
    assert dialogs(finance, world.charging(world.driver("1000.00"))) == {}


def test_it_accepts(world: World, finance: Client) -> None:
    driver = world.driver("1000.00")
    session = inferred(world, driver, 10_000)
    assert say(finance, session, "accept") == reverse("admin:charging_session_change", args=[session.pk])
    assert (session.state, world.wallet(driver).balance) == (State.SETTLED, Decimal("850.00"))
    person = User.objects.get(email="aizada@example.com")
    assert Decision.objects.get().decided_by == f"staff:{person.public_id}"
    text = page(finance, session)
    for shown in (
        "aizada@example.com",
        "Seen on site.",
        "accepted by a person",
        "bg-green-100",
        "state in review → settled",
    ):
        assert shown in text


def test_it_corrects_what_is_filled_in(world: World, finance: Client) -> None:
    other = world.driver("1000.00")
    session = inferred(world, world.driver("1000.00"), 10_000)
    assert "10.000" in finance.get(dialogs(finance, session)["correct"]).text
    say(finance, session, "correct", energy_wh="8.125", stopped_at="2026-03-02 15:40:00", driver=str(other.public_id))
    assert (session.billed_energy_wh, session.stopped_at, session.driver) == (8125, after(40), other)
    assert session.started_at == after(0)
    say(finance, session, "correct", driver=other.email or "", energy_wh="8")
    assert (session.state, session.billed_energy_wh) == (State.SETTLED, 8000)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"reason": ""}, "This field is required."),
        ({"reason": "x" * 201}, "at most 200 characters"),
        ({"energy_wh": "-1"}, "greater than or equal to 0"),
        ({"energy_wh": "ten"}, "Enter a number."),
        ({"driver": "nobody@example.com"}, "There is no such driver."),
        ({}, "Nothing of it would be another."),
    ],
)
def test_it_says_beside_the_field_what_is_wrong(
    world: World, finance: Client, said: dict[str, str], shown: str
) -> None:
    session = inferred(world, world.driver("1000.00"), 10_000)
    assert shown in say(finance, session, "correct", **said)
    assert session.state == State.REVIEW


def test_it_waives_and_runs_again(world: World, finance: Client) -> None:
    session = inferred(world, world.driver("1000.00"), 10_000)
    say(finance, session, "rerun")
    assert (session.state, session.revision) == (State.REVIEW, 1)
    say(finance, session, "waive")
    assert session.state == State.WAIVED
    assert "bg-red-100" in page(finance, session)


def test_a_dialog_that_was_opened_before_somebody_decided_does_nothing(world: World, finance: Client) -> None:
    session = inferred(world, world.driver("1000.00"), 10_000)
    link = dialogs(finance, session)["waive"]
    reviewing.accept(session_id=session.pk, reason="Mine.", by=STAFF, at=after(90))
    answer = finance.post(link, {"_form_submitted": "True", "seen": "0", "reason": "Too late."})
    assert "somebody or something was faster" in answer.text
    session.refresh_from_db()
    assert session.state == State.SETTLED


def test_it_opens_nothing_to_who_may_not_decide(world: World) -> None:
    session = inferred(world, world.driver("1000.00"), 10_000)
    client = browser("view_session", "change_session", "view_decision")
    assert dialogs(client, session) == {}
    for verb in VERBS:
        link = f"/admin/charging/session/{session.pk}/{verb}"
        said = {"_form_submitted": "True", "seen": "0", "reason": "x", "energy_wh": "1"}
        assert client.post(link, said).status_code != 200
    chosen = {"action": "waive_chosen", "reason": "x", "_selected_action": [session.pk]}
    client.post(reverse(LIST), chosen)
    session.refresh_from_db()
    assert session.state == State.REVIEW


def test_it_decides_about_many_with_one_reason(world: World, finance: Client) -> None:
    """One that is paid is left alone, one that cannot be paid says why, the others are accepted."""
    fine = [inferred(world, world.driver("1000.00"), 10_000) for _ in range(2)]
    nobodys = world.begin("NOBODY").session
    world.end(nobodys, 2000, at=after(60))
    settle(nobodys)
    paid = accepted(world, world.driver("1000.00"), 9000)
    chosen = [session.pk for session in (*fine, nobodys, paid)]
    said = {"action": "accept_chosen", "reason": "All seen.", "_selected_action": chosen}
    answer = finance.post(f"{reverse(LIST)}?state__exact=review", said, follow=True)
    assert "2 decided." in answer.text
    assert f"#{nobodys.pk}: Nobody is known to pay for it" in answer.text
    assert {session.state for session in Session.objects.filter(pk__in=[one.pk for one in fine])} == {State.SETTLED}
    nobodys.refresh_from_db()
    assert nobodys.state == State.REVIEW
    finance.post(
        f"{reverse(LIST)}?state__exact=review", said | {"action": "waive_chosen", "reason": "All lost."}, follow=True
    )
    nobodys.refresh_from_db()
    paid.refresh_from_db()
    assert (nobodys.state, paid.state) == (State.WAIVED, State.SETTLED)
    assert set(Decision.objects.filter(session__in=[*fine, nobodys]).values_list("reason", flat=True)) == {
        "All seen.",
        "All lost.",
    }


def test_many_are_not_decided_without_a_reason(world: World, finance: Client) -> None:
    session = inferred(world, world.driver("1000.00"), 10_000)
    said = {"action": "waive_chosen", "reason": " ", "_selected_action": [session.pk]}
    assert "Say why." in finance.post(reverse(LIST), said, follow=True).text
    session.refresh_from_db()
    assert session.state == State.REVIEW


def test_it_lists_decisions_by_who_made_them(world: World, finance: Client) -> None:
    world.price(per_kwh("15.00"))
    session = inferred(world, world.driver("1000.00"), 10_000)
    say(finance, session, "correct", energy_wh="8")
    text = finance.get(reverse("admin:charging_decision_changelist")).text
    assert "aizada@example.com" in text
    assert "energy 10.000 kWh → 8.000 kWh" in text
    assert "total 150.00 KGS → 120.00 KGS" in text
    assert finance.get(reverse("admin:charging_decision_change", args=[Decision.objects.get().pk])).status_code == 200
    settlements = finance.get(reverse("admin:charging_settlement_changelist")).text
    assert "corrected by a person" in settlements
    assert decide("correct", session, energy_wh=7000).verdict == "corrected"


def test_its_dialogs_say_price_payer_and_findings_before_one_decides(world: World, finance: Client) -> None:
    session = inferred(world, world.driver("1000.00", name="Aibek"), 10_000, amount=Decimal(500))
    for verb in VERBS:
        text = finance.get(dialogs(finance, session)[verb]).text
        for shown in ("150.00 KGS", "Aibek", "500.00 KGS", "10.000 kWh", "The station never said that it ended"):
            assert shown in text
    nobodys = world.begin("NOBODY").session
    world.end(nobodys, 2000, at=after(60))
    settle(nobodys)
    assert "nobody is known" in finance.get(dialogs(finance, nobodys)["accept"]).text


def test_a_session_in_review_shows_what_it_would_cost(world: World, finance: Client) -> None:
    session = inferred(world, world.driver("1000.00"), 10_000)
    assert "would be 150.00 KGS" in page(finance, session)
    say(finance, session, "waive")
    assert "would be" not in page(finance, session)
    assert "0.00 KGS" in page(finance, session)


def test_it_says_what_came_of_a_decision(world: World, finance: Client) -> None:
    session = inferred(world, world.driver("1000.00"), 10_000)
    say(finance, session, "rerun")
    assert f"#{session.pk} is still in review: The station never said that it ended" in page(finance, session)
    say(finance, session, "accept")
    assert f"#{session.pk} is settled: it costs 150.00 KGS." in page(finance, session)
    say(finance, session, "correct", energy_wh="8")
    assert f"#{session.pk} is settled: it costs 120.00 KGS." in page(finance, session)
    say(finance, session, "waive")
    assert f"#{session.pk} is waived: it costs nothing." in page(finance, session)


def test_what_a_person_has_settled_does_not_stand_as_open(world: World, finance: Client) -> None:
    session = world.begin("NOBODY").session
    world.end(session, 2000, at=after(60))
    settle(session)
    label = "Found before a person decided"
    before = re.sub(r"\s+", " ", page(finance, session))
    assert re.search(r"Findings.{0,900}Nobody is known to pay for it", before)
    assert not re.search(rf"{label}.{{0,900}}Nobody is known to pay for it", before)
    say(finance, session, "correct", driver=world.driver("1000.00").email or "")
    text = re.sub(r"\s+", " ", page(finance, session))
    assert re.search(rf"{label}.{{0,900}}Nobody is known to pay for it", text)
    assert text.count("Nobody is known to pay for it") == 1


def test_it_shows_who_decided_and_who_pays_by_name(world: World, finance: Client) -> None:
    User.objects.filter(email="aizada@example.com").update(name="Aizada")
    session = inferred(world, world.driver("1000.00", name="Aibek"), 10_000)
    other = world.driver("1000.00", name="Nurlan")
    say(finance, session, "correct", driver=str(other.public_id), energy_wh="8")
    decision = Decision.objects.get()
    for text in (
        page(finance, session),
        finance.get(reverse("admin:charging_decision_changelist")).text,
        finance.get(reverse("admin:charging_decision_change", args=[decision.pk])).text,
    ):
        assert "payer Aibek → Nurlan" in text
        assert "energy 10.000 kWh → 8.000 kWh" in text
        assert "Aizada" in text
        assert "staff:" not in text
        assert "driver:" not in text


def test_a_settlement_shows_its_lines_as_a_table(world: World, finance: Client) -> None:
    session = accepted(world, world.driver("1000.00"), 10_000)
    text = finance.get(reverse("admin:charging_settlement_change", args=[session.settlements.latest("pk").pk])).text
    for shown in ("Energy, per kWh", "2026-03-02 15:00:00 – 15:30:00", "10.000 kWh", "15.00 KGS", "150.00 KGS"):
        assert shown in text
    assert "(Asia/Bishkek)" in text
    assert "unit_price" not in text
