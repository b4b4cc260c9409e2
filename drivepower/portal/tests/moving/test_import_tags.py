"""Cards and tags from files."""

import pytest

from accounts.models import Company, IdTag, User
from drivepower.portal.tests.making import superuser
from drivepower.portal.tests.moving.files import imported, looked, of

pytestmark = pytest.mark.django_db
HEADS = "value,kind,driver,company,blocked,expires_at,note"


@pytest.fixture
def card() -> IdTag:
    driver = User.objects.create_user(email="aida@example.com", phone="+996555123456")
    Company.objects.create(name="Fleet")
    return IdTag.objects.create(value="CARD-1", user=driver, plate="01KG")


def test_it_says_what_would_change(card: IdTag) -> None:
    lines = looked(
        "tags", HEADS, "card-1,rfid,0555 123 456,fleet,no,2027-01-01,", "NEW,rfid,AIDA@example.com,,yes,,=cmd()",
    )  # fmt: skip

    assert of(lines) == [("card-1", "changed"), ("NEW", "new")]
    assert lines[0].changes == [("company", "", "Fleet"), ("expires_at", "", "2027-01-01T00:00+06:00")]


def test_it_writes_by_the_verbs_and_once(card: IdTag) -> None:
    file = (HEADS, "card-1,,,Fleet,yes,,", "NEW,service,aida@example.com,,no,,hello")
    person = superuser()

    assert imported("tags", person, *file) == {"new": 1, "changed": 1, "same": 0}
    assert imported("tags", person, *file) == {"new": 0, "changed": 0, "same": 2}

    card.refresh_from_db()
    assert (card.value, card.blocked, card.blocked_by) == ("CARD-1", True, f"staff:{person.public_id}")
    assert (str(card.company), card.user, card.plate) == ("Fleet", None, "01KG")
    new = IdTag.objects.get(value="NEW")
    assert (new.kind, new.note, new.user_id) == ("service", "hello", User.objects.get(email="aida@example.com").pk)


def test_it_unblocks(card: IdTag) -> None:
    IdTag.objects.update(blocked=True, blocked_by="driver:x")
    imported("tags", superuser(), "value,blocked", "CARD-1,no")
    card.refresh_from_db()
    assert (card.blocked, card.blocked_by) == (False, "")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("A,app,,,,,", "kind: only rfid and service come from files"),
        ("A,,nobody@example.com,,,,", "driver: there is no nobody@example.com"),
        ("A,,,Nowhere,,,", "company: there is no Nowhere"),
        ("A,,,,,soon,", "expires_at: write a moment as 2026-12-31 or 2026-12-31T18:00"),
        ("A,,,,,0001-01-01,", "expires_at: write a moment as 2026-12-31 or 2026-12-31T18:00"),
        ("A,,,,,9999-12-31T23:59-12:00,", "expires_at: write a moment as 2026-12-31 or 2026-12-31T18:00"),
        (f"{'A' * 41},,,,,,", "value: Ensure this value has at most 40 characters (it has 41)."),
        (",rfid,,,,,", "value: this must not be empty"),
    ],
    ids=["app", "driver", "company", "moment", "first day of all", "last day of all", "long", "empty"],
)
def test_it_says_what_is_wrong(card: IdTag, row: str, why: str) -> None:
    assert looked("tags", HEADS, row)[0].reasons == [why]


def test_it_leaves_tags_of_apps_alone(card: IdTag) -> None:
    IdTag.objects.update(kind="app")
    assert looked("tags", "value,note", "CARD-1,x")[0].state == "wrong"


def test_it_finds_rows_that_are_there_twice(card: IdTag) -> None:
    assert [line.reasons for line in looked("tags", "value", "X", "x")] == [[], ["the same card as in row 2"]]


@pytest.mark.parametrize("value", ["4.20E+09", "4,20E+09", "1.23456789012346e+15", "4E+10"])
def test_it_takes_no_number_that_a_spreadsheet_has_shortened(card: IdTag, value: str) -> None:
    why = "a spreadsheet has shortened this number; type it again in a column of text"
    assert looked("tags", "value;note", f"{value};")[0].reasons == [f"value: {why}"]
    assert looked("tags", "value", "4E10")[0].reasons == []  # a card may be called so
