"""Receipts and statements in the admin: why, the chain, and files to download."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from billing.models import Receipt, Statement
from billing.statements import make_statements
from billing.tests.reading_pdf import pages_of
from billing.tests.test_give_receipt import give
from billing.tests.test_make_statements import APRIL_BEGINS, MARCH, TENTH, charge, fleet

pytestmark = pytest.mark.django_db


def portal_of(*permissions: str) -> Client:
    """The portal of somebody of the staff who may do that."""
    user = User.objects.create_user(email="finance@example.com", role=User.Role.STAFF)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def receipt() -> Receipt:
    """25.5 kWh, corrected to 26 kWh."""
    give()
    return give(wh=26_000)


@pytest.fixture
def statement() -> Statement:
    charge(fleet(), 10_000, "session:1", TENTH)
    make_statements(month=MARCH, at=APRIL_BEGINS)
    return Statement.objects.get()


def test_it_shows_why_and_the_chain(receipt: Receipt) -> None:
    page = portal_of("view_receipt").get(f"/admin/billing/receipt/{receipt.pk}/change/").content.decode()
    assert "12:00–12:40, per_kwh: 15.00 KGS per kWh × 26.000 kWh = 390.00 KGS." in page
    assert "DP-2026-000001</a> sale: 402.50 KGS → 402.50 KGS" in page
    assert "DP-2026-000002</a> correction: 7.50 KGS → 410.00 KGS" in page
    assert [f"{receipt.pk}/pdf/{language}/" in page for language in ("en", "ru")] == [True, True]


@pytest.mark.parametrize(("language", "word"), [("en", "Correction DP-2026-000002"), ("ru", "Корректировочный чек")])
def test_it_hands_out_a_receipt(receipt: Receipt, language: str, word: str) -> None:
    answer = portal_of("view_receipt").get(f"/admin/billing/receipt/{receipt.pk}/pdf/{language}/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="DP-2026-000002-{language}.pdf"'
    assert word in "".join(pages_of(answer.content))


def test_it_hands_out_a_statement(statement: Statement) -> None:
    portal = portal_of("view_statement")
    assert (
        f"/admin/billing/statement/{statement.pk}/pdf/ru/" in portal.get("/admin/billing/statement/").content.decode()
    )
    assert portal.get(f"/admin/billing/statement/{statement.pk}/change/").status_code == 200
    answer = portal.get(f"/admin/billing/statement/{statement.pk}/pdf/ru/")
    assert "Выписка" in "".join(pages_of(answer.content))


def test_it_hands_out_nothing_to_those_who_may_not_see_it(receipt: Receipt, statement: Statement) -> None:
    addresses = f"/admin/billing/receipt/{receipt.pk}/pdf/en/", f"/admin/billing/statement/{statement.pk}/pdf/en/"
    portal = portal_of("view_wallet")
    assert [portal.get(address).status_code for address in addresses] == [403, 403]
    assert [Client().get(address).status_code for address in addresses] == [302, 302]  # to the login


@pytest.mark.parametrize("rest", ["{0}/pdf/xx/", "0/pdf/en/", "nonsense/pdf/en/"])
def test_it_does_not_find_other_papers(receipt: Receipt, rest: str) -> None:
    address = f"/admin/billing/receipt/{rest.format(receipt.pk)}"
    assert portal_of("view_receipt").get(address).status_code == 404
