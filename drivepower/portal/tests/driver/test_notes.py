"""Notes are added, pinned and put right, each by who may."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Note, User
from charging.tests.world import World
from drivepower.portal.driver import noting
from drivepower.portal.tests.driver.calls import browser, panels, press
from drivepower.portal.tests.making import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(world: World) -> User:
    """Somebody of support."""
    return staff("Support")


@pytest.fixture
def client(person: User) -> Client:
    """Their browser."""
    return browser(person)


def test_one_is_added_once_with_who_and_when(world: World, client: Client, person: User) -> None:
    driver = world.driver()
    for _ in range(2):
        press(client, driver, "note", text="Calls from Osh", is_pinned="on")
    note = Note.objects.get()
    assert (note.text, note.is_pinned, note.made_by) == ("Calls from Osh", True, f"staff:{person.public_id}")
    assert panels(client, driver)["notes"][0][:2] == ["Calls from Osh", "Support"]


def test_pinned_ones_stand_on_top(world: World, client: Client) -> None:
    driver = world.driver()
    old, new = (noting.add(driver=driver, text=text, by="staff:x", at=timezone.now()) for text in ("old", "new"))
    press(client, driver, "pin", old.pk)
    assert [row[0] for row in panels(client, driver)["notes"]] == ["old", "new"]
    press(client, driver, "unpin", old.pk, key="5f0f1f6e-3a55-4a8a-9a57-0f6f0d2b8c32")
    assert [row[0] for row in panels(client, driver)["notes"]] == ["new", "old"]
    assert new.text == "new"


def test_one_puts_ones_own_words_right_and_nobody_elses(world: World, client: Client, person: User) -> None:
    driver, at = world.driver(), timezone.now()
    own = noting.add(driver=driver, text="Own", by=f"staff:{person.public_id}", at=at)
    others = noting.add(driver=driver, text="Theirs", by="staff:x", at=at)
    press(client, driver, "edit_note", own.pk, text="Better")
    answer = press(client, driver, "edit_note", others.pk, text="Worse")
    assert answer.context["form"].non_field_errors() == ["Only whoever wrote a note changes its words."]
    assert sorted(Note.objects.values_list("text", flat=True)) == ["Better", "Theirs"]
    assert [row[4] for row in panels(client, driver)["notes"]] == ["", "Edit"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
def test_a_note_says_something_in_a_few_words(world: World, client: Client, text: str) -> None:
    driver = world.driver()
    assert press(client, driver, "note", text=text).status_code == 200
    assert not Note.objects.exists()


def test_a_note_about_somebody_else_is_not_there(world: World, client: Client) -> None:
    note = noting.add(driver=world.driver(), text="x", by="staff:x", at=timezone.now())
    driver = world.driver()
    assert press(client, driver, "edit_note", note.pk, text="y").status_code == 404
    assert press(client, driver, "pin", note.pk).context["form"].non_field_errors()
    note.refresh_from_db()
    assert (note.text, note.is_pinned) == ("x", False)


def test_finance_reads_them_and_writes_none(world: World) -> None:
    driver, reader = world.driver(), browser(staff("Finance"))
    noting.add(driver=driver, text="Read me", by="staff:x", at=timezone.now())
    assert panels(reader, driver)["notes"][0][0] == "Read me"
    assert press(reader, driver, "note", text="Mine").status_code == 403
