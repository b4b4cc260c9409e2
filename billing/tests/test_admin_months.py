"""Closing a month in the portal: what stands in the way, the button, the files, the tax report."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, User
from billing.closing import close_days
from billing.models import ClosedMonth, Wallet
from billing.tests.months import APRIL_BEGINS, TENTH, charge
from billing.tests.reading_pdf import pages_of
from billing.tests.test_books_files import content, of_csv, of_xlsx
from billing.tests.test_make_statements import fleet

pytestmark = pytest.mark.django_db
ADD, LIST = "/admin/billing/closedmonth/add/", "/admin/billing/closedmonth/"
TAXES = "/admin/billing/closedmonth/taxes/"
RIGHTS = [f"view_{name}" for name in ("closedmonth", "dayclose", "transfer", "receipt", "invoice", "hoststatement")]
DAY = timedelta(days=1)


def browser(*permissions: str, language: str = "en", company: Company | None = None) -> Client:
    """A member of staff with these rights."""
    number = User.objects.count()
    person = User.objects.create_user(
        email=f"s{number}@example.com", role=User.Role.STAFF, company=company, language=language
    )
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions, content_type__app_label="billing"))
    client = Client(headers={"Accept-Language": language})
    client.force_login(person)
    return client


@pytest.fixture
def finance() -> Client:
    return browser(*RIGHTS, "add_closedmonth")


@pytest.fixture
def wallet() -> Wallet:
    """A fleet that charged 600.00 in March."""
    wallet = fleet("5000")
    charge(wallet, 40_000, "session:1", TENTH)
    return wallet


@pytest.fixture(autouse=True)
def april() -> object:
    """The second day of April."""
    with time_machine.travel(APRIL_BEGINS + DAY, tick=False):
        yield


def test_it_says_what_stands_in_the_way_and_closes_when_nothing_does(wallet: Wallet, finance: Client) -> None:
    page = finance.get(ADD).text
    assert ("March 2026" in page, "Some of its days are not closed yet" in page) == (True, True)
    assert 'name="close"' not in page
    finance.post(ADD, {"is_sure": "on"})
    assert not ClosedMonth.objects.exists()
    close_days(at=APRIL_BEGINS + DAY)
    page = finance.get(ADD).text
    assert ("Nothing. All figures are compared" in page, 'name="close"' in page) == (True, True)
    assert "required" in finance.post(ADD, {}).text
    assert not ClosedMonth.objects.exists()
    done = finance.post(ADD, {"is_sure": "on"}, follow=True).text
    closed = ClosedMonth.objects.get()
    assert closed.closed_by.startswith("staff:")
    for said in ("March 2026 is closed.", "revenue", "600.00 KGS", "-64.29 KGS", "535.71 KGS", "wallets of companies"):
        assert said in done, said
    assert "April 2026" in finance.get(ADD).text


def test_it_refuses_a_month_that_is_not_over(wallet: Wallet, finance: Client) -> None:
    close_days(at=APRIL_BEGINS + DAY)
    page = finance.post(f"{ADD}?month=2026-04", {"is_sure": "on"}, follow=True).text
    assert "A month can be closed one day after its end." in page
    assert finance.get(f"{ADD}?month=nonsense").status_code == finance.get(f"{ADD}?month=0-99").status_code == 200


def test_it_compares_all_figures_before_it_closes(wallet: Wallet, finance: Client) -> None:
    close_days(at=APRIL_BEGINS + DAY)
    Wallet.objects.filter(pk=wallet.pk).update(balance=-599)
    page = finance.post(ADD, {"is_sure": "on"}, follow=True).text
    assert "The books do not add up" in page
    assert not ClosedMonth.objects.exists()


def test_it_is_for_those_who_close_months(wallet: Wallet) -> None:
    company = Company.objects.create(name="Host")
    strangers = browser(*RIGHTS), browser(*RIGHTS, "add_closedmonth", company=company)
    assert [one.get(ADD).status_code for one in strangers] == [403, 403]
    assert [one.post(ADD, {"is_sure": "on"}).status_code for one in strangers] == [403, 403]


def test_it_hands_out_the_files_of_a_month(wallet: Wallet, finance: Client) -> None:
    address = f"{LIST}files/2026-3/"
    rows = of_csv(content(finance.get(f"{address}receipts.csv")))
    assert [row["gross"] for row in rows] == ["600.000"]
    assert finance.get(f"{address}receipts.pdf")["Content-Disposition"] == 'attachment; filename="receipts-2026-03.pdf"'
    wrong = [f"{address}nonsense.csv", f"{address}receipts.exe", f"{LIST}files/2026-13/receipts.csv"]
    wrong += [f"{LIST}files/{month}/receipts.csv" for month in ("9999-12", "0-1", "1-1")]
    assert [finance.get(one).status_code for one in wrong] == [404] * 6
    company = Company.objects.create(name="Host")
    strangers = browser("view_closedmonth"), browser("view_receipt"), browser(*RIGHTS, company=company)
    assert [one.get(f"{address}receipts.csv").status_code for one in strangers] == [403, 403, 403]


def test_it_reports_on_taxes(wallet: Wallet, finance: Client) -> None:
    page = finance.get(TAXES).text
    for word in ("VAT 12 %", "64.29 KGS", "600.00 KGS", "0.00 KGS", "They agree"):
        assert word in page, word
    said = {"since": "2026-03-10", "until": "2026-03-10"}
    for kind, read in (("csv", of_csv), ("xlsx", of_xlsx)):
        rows = read(content(finance.get(TAXES, {**said, "file": kind})))
        assert sum(Decimal(row["tax"]) for row in rows if row["kind"] == "sales") == Decimal("64.29")
        assert [Decimal(row["tax"]) for row in rows if row["kind"] == "account of taxes"] == [Decimal("64.29")]
    paper = "".join(pages_of(finance.get(TAXES, {**said, "file": "pdf"}).content))
    assert "Difference\n0.00 KGS" in paper
    nothing = finance.get(TAXES, {"since": "2026-03-11", "until": "2026-03-12"}).text
    assert "No receipt was given in this time." in nothing


@pytest.mark.parametrize(
    ("since", "until"), [("x", "2026-03-01"), ("2026-03-02", "2026-03-01"), ("0001-01-01", "9999-12-31")]
)
def test_it_is_polite_about_odd_times(finance: Client, since: str, until: str) -> None:
    for kind in ("", "csv", "pdf"):
        assert finance.get(TAXES, {"since": since, "until": until, "file": kind}).status_code == 200


def test_it_speaks_russian(wallet: Wallet) -> None:
    client = browser(*RIGHTS, "add_closedmonth", language="ru")
    assert "Некоторые его дни ещё не закрыты" in client.get(ADD).text
    assert "Налоговый отчёт" in client.get(TAXES).text


def test_days_show_what_moved(wallet: Wallet, finance: Client) -> None:
    Wallet.objects.filter(pk=wallet.pk).update(balance=-599)
    close_days(at=APRIL_BEGINS + DAY)
    listed = finance.get("/admin/billing/dayclose/").text
    assert "600.00 KGS" in listed
    newest = finance.get("/admin/billing/dayclose/").context["cl"].result_list[0]
    assert f"wallet:{wallet.public_id}" in finance.get(f"/admin/billing/dayclose/{newest.pk}/change/").text


def test_the_page_asks_little_however_much_has_moved(wallet: Wallet, finance: Client) -> None:
    close_days(at=APRIL_BEGINS + DAY)
    counts = []
    for round_ in range(2):
        with CaptureQueriesContext(connection) as queries:
            finance.get(ADD)
        counts.append(len(queries))
        for number in range(5):
            charge(wallet, 1_000, f"session:{round_}-{number}", TENTH)
    assert counts[0] == counts[1]
