"""From an account of the house to its transfers: by a link on its page, then one way, one month, one day."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, User
from billing import ledger, movements
from billing.closing.spans import of_days, of_month
from billing.models import Transfer, Wallet
from billing.tests.making import NOON, give, wallet_with
from billing.tests.test_admin_adjustments import browser, page_of
from billing.tests.test_books_files import content, of_csv

pytestmark = pytest.mark.django_db
LIST = "/admin/billing/transfer/"
DAY = timedelta(days=1)
YESTERDAY, LAST_MONTH = NOON - DAY, NOON - 10 * DAY


def charge(wallet: Wallet, subject: str, at: datetime) -> None:
    """10.00 with 1.00 of tax."""
    ledger.capture(wallet=wallet, subject=subject, revision=0, net=Decimal(9), tax=Decimal(1), at=at)


@pytest.fixture
def revenue() -> Wallet:
    """Three charges: a month ago, yesterday, today."""
    wallet = wallet_with("0")
    give(wallet, "1000", at=LAST_MONTH)
    for number, at in enumerate((LAST_MONTH, YESTERDAY, NOON)):
        charge(wallet, f"session:{number}", at)
    return Wallet.objects.get(system="revenue")


@pytest.fixture
def client() -> Client:
    return browser("aida")


def subjects(client: Client, query: str) -> list[str]:
    """What the list shows, without tax."""
    rows = client.get(LIST + query).context["cl"].result_list
    return [row.subject for row in rows if row.kind == "capture"]


def test_its_page_leads_to_what_came_in_and_what_went_out(revenue: Wallet, client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        found = re.findall(rf'href="({LIST}[^"]*account=[^"]*)">([^<]*)<', client.get(page_of(revenue)).text)
    ways = {name: address.replace("&amp;", "&") for address, name in found}
    assert len(ways) == 6
    came, went = (client.get(ways[f"What {way}: all times"]).context["cl"] for way in ("came in", "went out"))
    assert {row.target_id for row in came.result_list} == {revenue.pk}
    assert {row.source_id for row in went.result_list} == {revenue.pk}
    assert (len(came.result_list), len(went.result_list)) == (3, 3)
    [earlier] = [address for name, address in ways.items() if f"{LAST_MONTH:%Y-%m}" in address and "came" in name]
    assert subjects(client, earlier.removeprefix(LIST)) == ["session:0"]


def test_a_month_and_a_day_are_chosen_among_the_filters(revenue: Wallet, client: Client) -> None:
    account = f"?account=in-{revenue.pk}"
    with time_machine.travel(NOON, tick=False):
        page = client.get(f"{LIST}{account}&made_on={YESTERDAY:%Y-%m}").text
    for offered in (f"{LAST_MONTH:%Y-%m}", f"{NOON:%Y-%m}", f"{YESTERDAY:%Y-%m-%d}", f"in-{revenue.pk}"):
        assert f'value="{offered}"' in page
    assert subjects(client, f"{account}&made_on={YESTERDAY:%Y-%m-%d}") == ["session:1"]
    assert subjects(client, f"{account}&made_on={LAST_MONTH:%Y-%m}") == ["session:0"]
    assert subjects(client, f"{account}&made_on=2020-01") == []
    file = client.get(f"{LIST}export.csv{account}&made_on={YESTERDAY:%Y-%m-%d}")
    assert [row["subject"] for row in of_csv(content(file))] == ["session:1"]


@pytest.mark.parametrize("asked", ["account=in-0", "account=x", "made_on=2026-13", "made_on=0001-01-01", "made_on=x"])
def test_what_is_no_account_or_no_time_is_said_politely(revenue: Wallet, client: Client, asked: str) -> None:
    answer = client.get(f"{LIST}?{asked}", follow=True)
    assert "cannot be read" in answer.text
    assert subjects(client, "") == ["session:2", "session:1", "session:0"]


def test_nothing_of_a_time_is_lost_when_keys_and_times_go_different_ways(revenue: Wallet) -> None:
    charge(wallet_with("1000"), "session:late", LAST_MONTH + DAY)  # the newest key of an old time
    for span in (of_month(LAST_MONTH.date()), of_days(YESTERDAY.date(), NOON.date())):
        there = {one.pk for one in Transfer.objects.all() if span.since <= one.made_at < span.until}
        assert {one.pk for one in movements.made_in(Transfer.objects.all(), span)} == there != set()


def test_the_list_asks_for_one_way_and_counts_nothing(revenue: Wallet, client: Client) -> None:
    address = f"{LIST}?account=in-{revenue.pk}&made_on={NOON:%Y-%m}"
    counts = []
    for start in (10, 20):
        for number in range(start, start + 3):
            charge(wallet_with("100"), f"session:{number}", NOON)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        asked = [one["sql"] for one in queries if 'FROM "billing_transfer"' in one["sql"]]
        assert not [sql for sql in asked if "COUNT(" in sql or " OR " in sql]
        [listed] = [sql for sql in asked if '"billing_transfer"."target_id" =' in sql and "ORDER BY" in sql]
        assert '"billing_transfer"."id" >=' in listed
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_staff_of_a_company_are_not_shown_our_accounts(revenue: Wallet) -> None:
    client = browser("chinara")
    User.objects.filter(name="chinara").update(company=Company.objects.create(name="Ala-Too Taxi"))
    assert f"in-{revenue.pk}" not in client.get(LIST).text
    assert subjects(client, f"?made_on={NOON:%Y-%m}") == []
