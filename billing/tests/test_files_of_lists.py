"""Lists of money as files: what they sum to is what the ledger holds, their filters hold, and paper says the same."""

from decimal import Decimal

import pytest
from django.db.models import Sum
from django.test import Client
from pytest_django import Settings

from accounts.models import Company, User
from billing import adjustments, ledger, payouts
from billing.closing import files
from billing.invoices import pay_invoice
from billing.models import FiscalDocument, Invoice, Receipt, Transfer, Wallet
from billing.tests.making import give, wallet_with
from billing.tests.months import APRIL_BEGINS, BY, TENTH, bank, charge, invoiced
from billing.tests.reading_pdf import pages_of
from billing.tests.test_admin_adjustments import browser
from billing.tests.test_books_files import Rows, content, of_csv, of_xlsx, sum_of
from billing.tests.test_make_statements import fleet

pytestmark = pytest.mark.django_db
LISTS = ("payout", "topup", "debt", "invoicepayment", "statement", "fiscaldocument", "walletcheckpoint")


@pytest.fixture
def wallet(settings: Settings) -> Wallet:
    """A fleet that charged 750.00 in March and paid 250.00 of it; a driver who was paid out 100.00 of 500.00."""
    settings.FISCAL_ADAPTER = "sandbox"
    company = fleet("9000")
    charge(company, 40_000, "session:1", TENTH)
    charge(company, 10_000, "session:2", TENTH)
    invoice = invoiced(company)
    came = bank(company, "250", "B-1")
    pay(invoice, came)
    driver = wallet_with("0")
    give(driver, "500", at=TENTH)
    out(driver, "100", "=HYPERLINK(1)")
    out(driver, "50", "refused", is_agreed=False)
    asked = adjustments.ask_adjustment(wallet=driver, amount=Decimal("-7.77"), reason="r", asked_by=BY, at=TENTH)
    assert asked.transfer
    ledger.checkpoint(at=APRIL_BEGINS)
    return company


def pay(invoice: Invoice, came: Transfer) -> None:
    pay_invoice(invoice=invoice, transfer=came, amount=came.amount, by=BY, at=APRIL_BEGINS)


def out(driver: Wallet, amount: str, reason: str, *, is_agreed: bool = True) -> None:
    said = {"destination": "KICB 1", "reason": reason, "asked_by": BY, "at": TENTH}
    asked = payouts.ask_payout(wallet=driver, amount=Decimal(amount), **said)  # type: ignore[arg-type]  # told by name
    decide = payouts.approve if is_agreed else payouts.refuse
    decide(payout=asked, decided_by="staff:2", at=TENTH)


@pytest.fixture
def client() -> Client:
    return browser("aida", *(f"view_{name}" for name in LISTS))


def rows(client: Client, name: str, query: str = "") -> Rows:
    """What both kinds of file say."""
    as_csv, as_xlsx = (content(client.get(f"/admin/billing/{name}/export.{kind}{query}")) for kind in ("csv", "xlsx"))
    found = of_csv(as_csv)
    assert len(found) == len(of_xlsx(as_xlsx))
    return found


def moved(**only: str) -> Decimal:
    total: Decimal = Transfer.objects.filter(**only).aggregate(total=Sum("amount", default=Decimal(0)))["total"]
    return total


def test_payouts_sum_to_the_ledger_and_keep_no_formula(wallet: Wallet, client: Client) -> None:
    found = rows(client, "payout")
    assert sum_of([row for row in found if row["transfer"]], "amount") == moved(kind="payout") == 100
    assert [row["reason"] for row in found] == ["refused", "'=HYPERLINK(1)"]
    assert [row["reason"] for row in rows(client, "payout", "?state__exact=refused")] == ["refused"]


def test_top_ups_wallets_and_debts_sum_to_the_ledger(wallet: Wallet, client: Client) -> None:
    ours = Transfer.objects.filter(kind="top_up", subject__startswith="top_up:").aggregate(all=Sum("amount"))["all"]
    assert sum_of([row for row in rows(client, "topup") if row["transfer"]], "paid") == (ours or 0)
    wallets = rows(client, "wallet")
    held = sum((ledger.balance_of(one) for one in Wallet.objects.filter(system="")), Decimal(0))
    people = [row for row in wallets if row["owner_kind"] != "system"]
    assert sum_of(people, "balance") == held
    assert {row["balance"] for row in wallets if row["owner_kind"] == "system"} == {""}


def test_adjustments_and_payments_of_invoices_sum_to_the_ledger(wallet: Wallet, client: Client) -> None:
    hands = rows(client, "adjustment", "?kind__exact=adjustment")
    assert abs(sum_of(hands, "amount")) == moved(kind="adjustment") == Decimal("7.77")
    payments = rows(client, "invoicepayment")
    assert sum_of(payments, "amount") == Invoice.objects.get().paid == moved(reference="bank:B-1") == 250


def test_checkpoints_and_fiscal_documents_say_what_accounts_and_receipts_say(wallet: Wallet, client: Client) -> None:
    there = {row["account"]: Decimal(row["balance"]) for row in rows(client, "walletcheckpoint")}
    assert there == {one.system: ledger.balance_of(one) for one in Wallet.objects.exclude(system="")}
    documents = rows(client, "fiscaldocument")
    assert len(documents) == FiscalDocument.objects.count() == 2
    assert sum_of(documents, "gross") == Receipt.objects.aggregate(all=Sum("gross"))["all"]


@pytest.mark.parametrize("most", [3000, 1], ids=["printed", "left out"])
def test_paper_ends_with_the_sum_of_all_rows(
    wallet: Wallet, client: Client, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    pay(Invoice.objects.get(), bank(wallet, "33.33", "B-2"))
    monkeypatch.setattr(files, "MOST_ON_PAPER", most)
    paper = "\n".join(pages_of(client.get("/admin/billing/invoicepayment/export.pdf").content))
    assert ("250.00" in paper.splitlines(), "283.33 KGS" in paper) == (True, True)
    assert ("Only the first 1 of 2 rows" in paper.replace("\n", " ")) == (most == 1)


def test_a_file_is_cut_to_who_asks_for_it(wallet: Wallet) -> None:
    assert browser("reader").get("/admin/billing/payout/export.csv").status_code == 403
    client = browser("chinara", "view_payout", "view_statement")
    User.objects.filter(name="chinara").update(company=Company.objects.create(name="Ala-Too Taxi"))
    assert rows(client, "payout") == rows(client, "statement") == []
    User.objects.filter(name="chinara").update(company=wallet.company)
    [bank_transfer] = rows(client, "adjustment")
    assert (bank_transfer["amount"], {"reason", "asked_by", "decided_by"} & set(bank_transfer)) == ("250.000", set())
    assert "asked_by" in rows(browser("aida"), "adjustment")[0]
