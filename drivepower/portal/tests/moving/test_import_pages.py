"""The page of imports as a person uses it: choose, look, import; who may, and what happens to hostile cells."""

import csv
import io
from typing import Any

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from accounts.models import Company, IdTag, User
from charging.tests.world import World
from drivepower.core.exports import cell
from drivepower.core.tests.tables import csv_of, xlsx_of
from drivepower.portal.moving.kinds import KINDS
from drivepower.portal.tests.making import staff, superuser
from drivepower.portal.tests.moving.files import apply, look

pytestmark = pytest.mark.django_db
PAGE = "admin:portal_import"
HOSTILE = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "+1+1", "-1+1", "@SUM(A1)"]


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(superuser())
    return client


def test_it_shows_the_change_and_then_makes_it(client: Client) -> None:
    IdTag.objects.create(value="CARD-1", note="old")
    page = look(client, "tags", csv_of("value,note", "CARD-1,new", "CARD-2,"))

    assert "<del>old</del>" in page.content.decode()
    assert "<ins>new</ins>" in page.content.decode()
    assert IdTag.objects.count() == 1
    done = apply(client, "tags", page)

    assert "Imported: 1 new, 1 changed, 0 as they were." in done.content.decode()
    assert set(IdTag.objects.values_list("value", "note")) == {("CARD-1", "new"), ("CARD-2", "")}
    noted = set(LogEntry.objects.values_list("user__email", "action_flag", "change_message"))
    said = ("root@example.com", "Imported from file.csv.")
    assert noted == {(said[0], ADDITION, said[1]), (said[0], CHANGE, said[1])}


def test_it_does_nothing_twice(client: Client) -> None:
    page = look(client, "tags", csv_of("value", "CARD-1"))
    apply(client, "tags", page)
    IdTag.objects.all().delete()

    assert "was done already" in apply(client, "tags", page).content.decode()
    assert not IdTag.objects.exists()


def test_it_refuses_when_rows_changed_meanwhile(client: Client) -> None:
    IdTag.objects.create(value="CARD-1", note="old")
    page = look(client, "tags", csv_of("value,note", "CARD-1,new", "CARD-2,"))
    IdTag.objects.update(note="somebody else's")

    assert "Somebody changed these rows meanwhile" in apply(client, "tags", page).content.decode()
    assert list(IdTag.objects.values_list("note", flat=True)) == ["somebody else's"]


def test_it_writes_nothing_while_a_row_is_wrong(client: Client) -> None:
    page = look(client, "tags", csv_of("value,driver", "CARD-1,", "CARD-2,nobody@example.com"))

    assert "driver: there is no nobody@example.com" in page.content.decode()
    assert 'name="token"' not in page.content.decode()


def test_a_preview_is_its_persons_own(client: Client) -> None:
    page = look(client, "tags", csv_of("value", "CARD-1"))
    other = Client()
    other.force_login(User.objects.create_superuser(email="other@example.com"))

    assert "was done already" in apply(other, "tags", page).content.decode()
    assert not IdTag.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_cells_are_only_text(client: Client, text: str, kind: str) -> None:
    content = (
        csv_of("value,note", f'CARD-1,"{text}"')
        if kind == "csv"
        else xlsx_of(["value", "note"], ["CARD-1", cell(text)])
    )
    page = look(client, "tags", content)
    assert "<script>alert" not in page.content.decode()

    apply(client, "tags", page)

    assert IdTag.objects.get().note == text
    address = reverse("admin:portal_import_standing", args=["tags"])
    rows = list(csv.DictReader(io.StringIO(b"".join(client.get(address)).decode("utf-8-sig"))))
    note: Any = rows[0]["note"]
    assert note == (text if text.startswith("<") else f"'{text}")
    book = load_workbook(io.BytesIO(b"".join(client.get(address, {"format": "xlsx"}))))
    assert all(one.data_type != "f" for row in book.active.iter_rows() for one in row)


def test_it_says_why_a_file_is_none(client: Client) -> None:
    assert "not known: password" in look(client, "drivers", csv_of("email,password", "a@b.c,x")).content.decode()
    response = client.post(reverse("admin:portal_import_look", args=["tags"]), follow=True)
    assert "Choose a file." in response.content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_comes_back_the_same(world: World, client: Client, kind: str) -> None:
    world.card(world.driver(phone="+996555123456"), value="+CARD")
    for form in ("csv", "xlsx"):
        file = client.get(reverse("admin:portal_import_standing", args=[kind]), {"format": form})
        page = look(client, kind, b"".join(file))
        assert page.context["counts"]["same"] > 0
        assert [page.context["counts"][state] for state in ("new", "changed", "wrong")] == [0, 0, 0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_template_is_a_file_that_can_be_read(client: Client, kind: str, form: str) -> None:
    file = client.get(reverse("admin:portal_import_template", args=[kind]), {"format": form})
    page = look(client, kind, b"".join(file))
    assert page.context["counts"] == {"new": 1, "changed": 0, "same": 0, "wrong": 0}


@pytest.mark.parametrize("role", ["Support", "Site host", "Fleet manager", "Technician"])
def test_others_may_not(role: str) -> None:
    client = Client()
    client.force_login(staff(role))
    assert look(client, "drivers", csv_of("email", "a@example.com")).status_code == 403
    for name in ("template", "standing"):
        assert client.get(reverse(f"admin:portal_import_{name}", args=["drivers"])).status_code == 403


def test_staff_of_a_company_may_not_whatever_their_rights() -> None:
    person = User.objects.create_superuser(email="a@example.com", company=Company.objects.create(name="Fleet"))
    client = Client()
    client.force_login(person)
    assert client.get(reverse(PAGE)).status_code == 403


def test_nobody_without_a_login_may() -> None:
    assert Client().get(reverse(PAGE)).status_code == 302


def test_it_asks_no_more_for_more_rows(client: Client) -> None:
    counts = []
    for number in (2, 200):
        with CaptureQueriesContext(connection) as queries:
            look(client, "tags", csv_of("value,note", *(f"T{one},x" for one in range(number))))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_speaks_russian(client: Client) -> None:
    with translation.override("ru"):
        page = client.get(reverse(PAGE), headers={"Accept-Language": "ru"}).content.decode()
    assert "Станции с коннекторами" in page
