"""The page of a wallet: every movement with what there was after it, in words, and the same as the ledger says."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, User
from billing import adjustments, goodwill, ledger, movements, payouts
from billing.models import Payout, Receipt, Transfer, Wallet
from billing.pricing import price
from billing.receipts import give_receipt
from billing.tests.making import NOON, balance_of_system, give, rule, straight, terms, wallet_with
from billing.tests.test_admin_adjustments import browser, page_of

pytestmark = pytest.mark.django_db
ALL = ("view_hold", "view_debt", "view_payout", "view_goodwill", "view_receipt", "view_topup")
HOSTILE = "<img src=x onerror=alert(1)>"


def charge(wallet: Wallet, subject: str) -> Receipt:
    agreed = terms(rule("per_kwh", "10"), tax_percent=Decimal(10))
    bill = price(agreed, straight(NOON, 60, 10_000))
    ledger.capture(wallet=wallet, subject=subject, revision=0, net=bill.net, tax=bill.tax, at=NOON)
    return give_receipt(wallet=wallet, subject=subject, about=f"KG-1 {HOSTILE}", price=bill, terms=agreed, at=NOON)


@pytest.fixture
def wallet() -> Wallet:
    """One that has seen everything: 1,000.00 came, 337.00 is left."""
    wallet = wallet_with("1000")
    charge(wallet, "session:41")
    charge(wallet, "session:42")
    ledger.hold(wallet=wallet, amount=Decimal(60), subject="session:43", number=1, expires_at=None, at=NOON)
    goodwill.ask_goodwill(subjects=["session:41"], percent=Decimal(20), reason="sorry", by="staff:1", at=NOON)
    adjustments.ask_adjustment(wallet=wallet, amount=Decimal(17), reason=HOSTILE, asked_by="staff:1", at=NOON)
    asked = payouts.ask_payout(
        wallet=wallet, amount=Decimal(500), destination="KICB 1", reason="leaves", asked_by="staff:1", at=NOON
    )
    payouts.approve(payout=asked, decided_by="staff:2", at=NOON)
    wallet.refresh_from_db()
    return wallet


def look(client: Client, wallet: Wallet, query: str = "") -> str:
    return client.get(page_of(wallet) + query).text


def moved(page: str) -> str:
    """The movements of a page."""
    return page[page.index("<h2>Movements") :]


def test_it_says_what_each_movement_was_and_what_there_was_after_it(wallet: Wallet) -> None:
    client = browser("aida", *ALL)
    User.objects.get(name="aida").user_permissions.add(
        Permission.objects.get(codename="view_session", content_type__app_label="charging")
    )
    page = look(client, wallet)
    told = [
        "A payout that the bank is to pay",
        "Given by hand",
        "Goodwill for a charge",
        "Paid for a charge",
        "Topped up (sandbox)",
    ]
    places = [page.index(text) for text in told]
    assert places == sorted(places)
    for shown in (
        "337.00 KGS",
        "837.00 KGS",
        "820.00 KGS",
        "-500.00 KGS",
        "+1000.00 KGS",
        "#41",
        "60.00 KGS",
        "KICB 1",
    ):
        assert shown in page
    receipt = Receipt.objects.filter(subject="session:42").latest("pk")
    assert receipt.full_number in page


def test_the_sum_that_it_shows_is_the_ledgers(wallet: Wallet) -> None:
    ledger.capture(wallet=wallet, subject="session:50", revision=0, net=Decimal(400), tax=Decimal(0), at=NOON)
    give(wallet, "100")
    found = movements.page_of(wallet).movements
    wallet.refresh_from_db()
    assert found[0].balance == wallet.balance == ledger.balance_of(wallet)
    assert sum(one.amount for one in found) == wallet.balance
    assert found[-1].balance == found[-1].amount
    [month] = movements.months_of(wallet, since=NOON - timedelta(days=1), zone=NOON.tzinfo)  # type: ignore[arg-type]
    assert month.came - month.went == wallet.balance
    assert ledger.check_books() == []
    assert balance_of_system("receivable") == -wallet.owed


def test_it_goes_on_where_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movements, "STEP", 2)
    wallet = wallet_with("10")
    for _ in range(4):
        give(wallet, "10")
    shown, before = [], None
    while True:
        page = movements.page_of(wallet, before=before)
        shown += [one.balance for one in page.movements]
        if page.older is None:
            break
        give(wallet, "1")  # what comes meanwhile moves nothing that is older
        before = page.older
    assert shown == [50, 40, 30, 20, 10]
    client = browser("aida")
    newest = look(client, wallet)
    older = re.search(r"\?before=\d+", newest)
    assert older is not None
    told = [re.findall(r">(\d+\.00 KGS)</td>", moved(page)) for page in (newest, look(client, wallet, older[0]))]
    assert told == [["52.00 KGS", "51.00 KGS"], ["50.00 KGS", "40.00 KGS"]]


def test_what_stations_and_people_wrote_stays_text(wallet: Wallet) -> None:
    page = look(browser("aida", *ALL), wallet)
    assert HOSTILE not in page
    assert page.count("&lt;img src=x") >= 3


def test_it_shows_only_what_the_reader_may_see(wallet: Wallet) -> None:
    page = look(browser("aida"), wallet)
    receipt = Receipt.objects.filter(subject="session:42").latest("pk")
    for hidden in ("Held now", "Payouts</h2>", receipt.full_number, "/admin/billing/payout/"):
        assert hidden not in page
    assert "Movements" in page


def test_it_takes_as_many_queries_for_many_movements_as_for_few() -> None:
    wallet, client = wallet_with("1000"), browser("aida", *ALL)
    counts = []
    for start in (1, 100):
        for number in range(start, start * 2 + 1):
            charge(wallet, f"session:{number}")
        with CaptureQueriesContext(connection) as queries:
            look(client, wallet)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_staff_of_a_company_read_no_names_of_ours(wallet: Wallet) -> None:
    company = Company.objects.create(name="Ala-Too Taxi")
    ours = ledger.wallet_of(company=company, currency="KGS")
    adjustments.ask_adjustment(wallet=ours, amount=Decimal(7), reason="a secret", asked_by="staff:1", at=NOON)
    client = browser("chinara")
    User.objects.filter(name="chinara").update(company=company)
    page = look(client, ours)
    assert ("Given by hand" in page, "a secret" in moved(page), "staff:1" in moved(page)) == (
        True,
        False,
        False,
    )
    assert client.get(page_of(wallet)).status_code in (302, 404)


def test_accounts_of_the_house_show_their_sum(wallet: Wallet) -> None:
    revenue = Wallet.objects.get(system="revenue")
    assert "Movements" not in look(browser("aida", *ALL), revenue)


def test_a_page_that_is_none_is_the_first(wallet: Wallet) -> None:
    client = browser("aida", *ALL)
    assert "337.00 KGS" in look(client, wallet, "?before=x")
    assert Transfer.objects.exists()


def test_each_movement_names_the_paper_that_was_given_with_it() -> None:
    wallet = wallet_with("1000")
    sale = charge(wallet, "session:41")
    charged = Transfer.objects.get(subject="session:41", kind="capture")
    for number in (1, 2):
        adjustments.ask_refund(
            transfer=charged,
            amount=Decimal(10),
            reason="sorry",
            asked_by="staff:1",
            at=NOON + timedelta(minutes=number),
        )
    papers = list(Receipt.objects.order_by("pk"))
    found = [one.receipt for one in movements.page_of(wallet).movements]
    assert (papers[0], len(papers)) == (sale, 3)
    assert found == [papers[2], papers[1], papers[0], None]


def test_a_payout_is_paid_when_the_bank_has_paid_it(wallet: Wallet) -> None:
    client = browser("aida", *ALL)
    said = ["A payout that the bank is to pay", "Paid out by bank"]
    before = look(client, wallet)
    payouts.mark_paid(payout=Payout.objects.get(), bank_reference="PP-1", paid_by="staff:2", at=NOON)
    after = look(client, wallet)
    assert [[text in page for text in said] for page in (before, after)] == [[True, False], [False, True]]
