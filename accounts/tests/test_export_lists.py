"""The export buttons of lists: the rows of the current filter, cut to the company, for whoever may look at them."""

import csv
import io
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Company, IdTag, User
from drivepower.core import admin_exports

pytestmark = pytest.mark.django_db
LIST = "admin:accounts_idtag_changelist"
FILE = "admin:accounts_idtag_export"


@pytest.fixture
def tags() -> list[IdTag]:
    company = Company.objects.create(name="Fleet")
    fields: list[dict[str, Any]] = [
        {"value": "=1+1"},
        {"value": "B", "blocked": True},
        {"value": "C", "company": company},
    ]
    return [IdTag.objects.create(**one) for one in fields]


def client_of(*rights: str, company: Company | None = None) -> Client:
    person = User.objects.create_user(email="a@example.com", role=User.Role.STAFF, company=company)
    person.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(person)
    return client


def read(client: Client, kind: str, **query: str) -> list[str]:
    response = client.get(reverse(FILE, args=[kind]), query)
    assert response.status_code == 200
    body = b"".join(response)
    if kind == "csv":
        return [row["value"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))]
    return [str(row[0]) for row in load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)][1:]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_it_gives_the_rows_of_the_filter(tags: list[IdTag], kind: str) -> None:
    client = client_of("view_idtag")

    assert read(client, kind) == ["C", "B", "'=1+1"]
    assert read(client, kind, blocked__exact="1") == ["B"]
    assert read(client, kind, q="c") == ["C"]
    assert read(client, kind, o="1") == ["C", "B", "'=1+1"]


def test_the_list_links_to_it_with_its_filter(tags: list[IdTag]) -> None:
    page = client_of("view_idtag").get(reverse(LIST), {"blocked__exact": "1"}).content.decode()

    for kind in ("csv", "xlsx"):
        assert f'href="{reverse(FILE, args=[kind])}?blocked__exact=1"' in page


def test_it_is_cut_to_the_company(tags: list[IdTag]) -> None:
    assert read(client_of("view_idtag", company=tags[2].company), "csv") == ["C"]


def test_it_needs_the_right_to_look(tags: list[IdTag]) -> None:
    assert client_of().get(reverse(FILE, args=["csv"])).status_code == 403
    assert Client().get(reverse(FILE, args=["csv"])).status_code == 302


def test_it_knows_no_other_kind(tags: list[IdTag]) -> None:
    client = client_of("view_idtag")
    assert client.get(reverse(FILE, args=["exe"])).status_code == 404
    assert client.post(reverse(FILE, args=["csv"])).status_code == 403


def test_it_says_when_there_are_too_many(tags: list[IdTag], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_exports, "MOST_ROWS", 2)
    response = client_of("view_idtag").get(reverse(FILE, args=["csv"]), follow=True)

    assert response.redirect_chain
    assert "This list has more than 2 rows." in response.content.decode()
