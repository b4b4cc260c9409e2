"""The page: what stands on it, for whom, how often it asks, and that hostile words stay words."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Company
from billing import ledger
from charging.models import Session
from charging.tests.world import World
from drivepower.portal.driver import noting
from drivepower.portal.driver.ways import typed
from drivepower.portal.models import Change
from drivepower.portal.tests.driver.calls import NASTY, after_charge, browser, count_of, crowd, page, panels, refused
from drivepower.portal.tests.explain.pages import page_of
from drivepower.portal.tests.making import staff, superuser

pytestmark = pytest.mark.django_db
EVERYTHING = {
    "charges", "notes", "wallet", "movements", "top-ups", "cards", "reservations", "logins", "notifications", "reports",
    "alerts",
}  # fmt: skip


def test_it_shows_charges_and_refused_starts_together_the_newest_first(world: World) -> None:
    driver, session = after_charge(world)
    failed = refused(world, driver)
    client = browser(superuser())
    rows = panels(client, driver)["charges"]
    assert [row[3] for row in rows] == ["failed", "settled"]
    text = client.get(page(driver)).content.decode()
    assert page_of(session) in text
    assert page_of(failed) in text
    assert "2.0 kWh" in text
    assert "30.00 KGS" in text


def test_a_refused_start_says_why_in_words(world: World) -> None:
    driver = world.driver()
    refused(world, driver)
    text = browser(superuser()).get(page(driver)).content.decode()
    assert "The start was refused: " in text


def test_it_shows_the_list_around_an_hour(world: World) -> None:
    driver, session = after_charge(world)
    old = session.started_at
    assert old is not None
    for days in range(1, 40):
        at = old - timedelta(days=days)
        Session.objects.create(
            station=world.station, connector=world.one, driver=driver, asked_by="app", state="failed",
            failure="start_timeout", requested_at=at, created_at=at,
        )  # fmt: skip
    client = browser(superuser())
    wanted = old - timedelta(days=30, minutes=-5)
    answer = client.get(page(driver, around=typed(wanted)))
    panel = next(one for one in answer.context["panels"] if one.id == "charges")
    marked = [row[0].text for row in panel.rows if row[0].tone]
    nearest = next(one for one in Session.objects.filter(requested_at=old - timedelta(days=30)))
    assert len(panel.rows) == 21
    assert "nearest to that hour" in answer.content.decode()
    assert len(marked) == 1
    assert page_of(nearest) in answer.content.decode()


@pytest.mark.parametrize("around", ["nonsense", "2026-13-40T99:99", "0001-01-01T00:00", "9999-12-31T23:59", "\x00"])
def test_it_bears_hours_that_are_none(world: World, around: str) -> None:
    driver, _session = after_charge(world)
    assert len(panels(browser(superuser()), driver, around=around)["charges"]) == 1


def test_a_charge_that_runs_stands_on_top_and_can_be_stopped(world: World) -> None:
    driver = world.driver()
    session = world.charging(driver)
    client = browser(superuser())
    answer = client.get(page(driver))
    assert str(session) in [row[0].text for row in answer.context["now"].rows]
    assert f"/stop/?row={session.public_id}" in answer.content.decode()
    assert client.get(f"{page(driver)}now/").status_code == 200


def test_a_debt_is_red(world: World) -> None:
    driver = world.driver("0")
    client = browser(superuser())
    assert "Owes" not in client.get(page(driver)).content.decode()
    wallet = world.wallet(driver)
    type(wallet).objects.filter(pk=wallet.pk).update(owed=5)
    fact = next(one for one in client.get(page(driver)).context["facts"] if one.name == "Owes")
    assert (fact.value, fact.tone) == ("5.00 KGS", "bad")
    assert ledger.wallet_of(user=driver, currency="KGS").owed == 5


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        ("Owner", EVERYTHING),
        ("Support", EVERYTHING),
        ("Operator", EVERYTHING - {"wallet", "movements", "top-ups", "logins"}),
        ("Finance", EVERYTHING - {"reservations", "logins", "notifications", "reports"}),
    ],
)
def test_each_role_sees_its_parts(world: World, role: str, parts: set[str]) -> None:
    driver, _session = after_charge(world)
    assert set(panels(browser(staff(role)), driver)) == parts


@pytest.mark.parametrize("role", ["Technician", "Site host"])
def test_others_see_nothing(world: World, role: str) -> None:
    person = staff(role)
    driver = world.driver(company=person.company)
    assert browser(person).get(page(driver)).status_code == 403


def test_a_fleet_sees_its_own_people_alone_and_none_of_the_house_words(world: World) -> None:
    person = staff("Fleet manager")
    ours, theirs = world.driver(company=person.company), world.driver(company=Company.objects.create(name="Other"))
    noting.add(driver=ours, text="A word of the house", by="staff:x", at=timezone.now())
    world.charging(ours)  # paid from their own wallet, at a place of somebody else
    client = browser(person)
    answer = client.get(page(ours))
    assert set(panels(client, ours)) == {"charges", "cards", "reservations"}
    assert "A word of the house" not in answer.content.decode()
    assert world.station.code not in answer.content.decode()
    assert client.get(page(theirs)).status_code == 404
    assert client.get(page(world.driver())).status_code == 404


def test_staff_have_no_such_page(world: World) -> None:
    assert browser(superuser()).get(page(staff("Finance"))).status_code == 404


def test_hostile_words_stay_words(world: World) -> None:
    driver, session = after_charge(world, name=NASTY)
    Session.objects.filter(pk=session.pk).update(stop_reason=NASTY[:20])
    crowd(world, driver, times=2)
    answer = browser(superuser()).get(page(driver))
    assert NASTY not in answer.content.decode()
    assert answer.content.decode().count("&lt;script&gt;") > 10


def test_it_asks_as_often_for_much_as_for_little(world: World) -> None:
    driver, session = after_charge(world)
    crowd(world, driver, times=1)
    client = browser(superuser())
    addresses = [page(driver), page(driver, around=typed(session.created_at))]
    few = [(client.get(one), count_of(client, one))[1] for one in addresses]
    crowd(world, driver, times=12)
    assert [count_of(client, one) for one in addresses] == few
    assert max(few) < 40


def test_the_list_of_notes_leads_to_the_page(world: World) -> None:
    driver = world.driver()
    note = noting.add(driver=driver, text="Calls often", by="staff:x", at=timezone.now())
    text = browser(superuser()).get(f"/admin/accounts/note/{note.pk}/change/").content.decode()
    assert page(driver) in text


def test_the_list_of_people_and_their_form_lead_to_the_page(world: World) -> None:
    driver, person = world.driver(), staff("Support")
    client = browser(person)
    listed = client.get("/admin/accounts/user/").content.decode()
    assert page(driver) in listed
    assert page(person) not in listed
    way = reverse("admin:accounts_user_open_page", args=[driver.pk])
    assert way in client.get(reverse("admin:accounts_user_change", args=[driver.pk])).content.decode()
    assert client.get(way).headers["Location"] == page(driver)
    assert page(driver) not in browser(staff("Site host")).get("/admin/accounts/user/").content.decode()


def test_the_trail_keeps_that_a_note_changed_and_none_of_its_words(world: World) -> None:
    noting.add(driver=world.driver(), text="Private words", by="staff:x", at=timezone.now())
    change = Change.objects.filter(table="accounts.note").get()
    assert "Private words" not in str(vars(change))
