"""Files of a month: what they sum to is what moved, to the minor unit, in CSV, in XLSX and on paper."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum, Value
from django.db.models.functions import Concat
from django.http.response import HttpResponseBase
from openpyxl import load_workbook
from pytest_django import Settings

from accounts.models import Company, User
from billing import adjustments, ledger
from billing.closing import close_days, close_month
from billing.closing import files as closing_files
from billing.closing.files import file_of, totals_of
from billing.closing.spans import of_month
from billing.closing.tables import TABLES
from billing.invoices import pay_invoice
from billing.models import HostAgreement, HostStatement, Invoice, Receipt, Transfer, Wallet
from billing.tests.making import give, wallet_with
from billing.tests.months import APRIL, APRIL_BEGINS, BY, MARCH, MAY_BEGINS, TENTH, bank, charge, correct, invoiced
from billing.tests.reading_pdf import pages_of
from billing.tests.test_make_statements import fleet

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Rows = list[dict[str, str]]


@pytest.fixture
def wallet() -> Wallet:
    """March: charges of a fleet and a driver, one corrected, one refunded, a tax that changed, a share of a host."""
    wallet = fleet("9000")
    charge(wallet, 40_000, "session:1", TENTH)
    charge(wallet, 33_333, "session:2", TENTH + DAY)
    correct(wallet, 31_111, "session:2", TENTH + 2 * DAY, percent=14)
    driver = wallet_with("0")
    give(driver, "500", at=TENTH)
    charge(driver, 12_345, "session:3", TENTH)
    refunded = Transfer.objects.get(subject="session:3", kind="capture")
    adjustments.ask_refund(transfer=refunded, amount=Decimal("7.77"), reason="r", asked_by=BY, at=TENTH)
    bank(wallet, "333.33", "B-1", at=TENTH)
    charge(wallet, 1_000, "session:4", APRIL_BEGINS - timedelta(microseconds=1))
    shared()
    invoiced(wallet)
    close_days(at=APRIL_BEGINS + DAY)
    charge(wallet, 50_000, "session:5", APRIL_BEGINS + DAY)
    return wallet


def shared() -> None:
    host = Company.objects.create(name="=Host <b>")
    agreement = HostAgreement.objects.create(
        company=host, currency="KGS", share_percent=10, valid_from=MARCH, made_by=BY, made_at=TENTH
    )
    account = ledger.wallet_of(company=host, currency="KGS")
    share = ledger.share(wallet=account, amount=Decimal("12.34"), reference="s", made_by=BY, at=TENTH)
    said: dict[str, Any] = {"sessions": 1, "energy_wh": 1, "net": 100, "tax": 12, "gross": 112}
    said |= {"share": share.amount, "transfer": share, "made_at": TENTH}
    place = {"place": "P", "place_name": "Place", "month": MARCH, "currency": "KGS"}
    HostStatement.objects.create(company=host, agreement=agreement, **place, **said)


def content(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # a stream has it


def of_csv(data: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def of_xlsx(data: bytes) -> Rows:
    heads, *rows = load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [dict(zip(map(str, heads), map(str, row), strict=True)) for row in rows]


def given(name: str, kind: str, month: date = MARCH) -> bytes:
    return content(file_of(TABLES[name], name=name, month=month, kind=kind))


def sum_of(rows: Rows, column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


READERS: dict[str, Callable[[bytes], Rows]] = {"csv": of_csv, "xlsx": of_xlsx}


def transferred(kind: str, **ends: Any) -> Decimal:
    span = of_month(MARCH)
    rows = Transfer.objects.filter(made_at__gte=span.since, made_at__lt=span.until, **ends)
    found: Decimal = (rows.filter(kind=kind) if kind else rows).aggregate(total=Sum("amount", default=Decimal(0)))[
        "total"
    ]
    return found


def earned() -> tuple[Decimal, Decimal]:
    """What came into revenue with its tax, and into the account of taxes, by the transfers alone."""
    tax = transferred("tax", target__system="tax") - transferred("tax", source__system="tax")
    gross = transferred("capture") + transferred("debt") - transferred("refund") - transferred("forgiven")
    return gross, tax


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.usefixtures("wallet")
def test_transfers_sum_to_the_ledger(kind: str) -> None:
    rows = READERS[kind](given("transfers", kind))
    assert sum_of(rows, "amount") == transferred("")
    for one in {row["kind"] for row in rows}:
        assert sum_of([row for row in rows if row["kind"] == one], "amount") == transferred(one)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.usefixtures("wallet")
def test_receipts_sum_to_the_ledger(kind: str) -> None:
    rows = READERS[kind](given("receipts", kind))
    assert (sum_of(rows, "gross"), sum_of(rows, "tax")) == earned()
    assert sum_of(rows, "net") == earned()[0] - earned()[1]


@pytest.mark.parametrize("kind", READERS)
def test_invoices_sum_to_what_the_fleet_was_charged(kind: str, wallet: Wallet) -> None:
    [row] = READERS[kind](given("invoices", kind))
    taken = transferred("capture", source=wallet.pk) - transferred("refund", target=wallet.pk)
    assert Decimal(row["gross"]) == taken
    assert Decimal(row["net"]) + Decimal(row["tax"]) == taken


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.usefixtures("wallet")
def test_statements_of_hosts_sum_to_their_shares(kind: str) -> None:
    [row] = READERS[kind](given("hosts", kind))
    assert Decimal(row["share"]) == transferred("share")
    assert row["company"] == str(HostStatement.objects.get().company.public_id)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.usefixtures("wallet")
def test_closes_of_days_sum_to_the_ledger(kind: str) -> None:
    rows = READERS[kind](given("days", kind))
    assert sum_of(rows, "amount") == transferred("")
    assert (sum_of(rows, "gross"), sum_of(rows, "tax")) == earned()
    assert len(rows) == 22


@pytest.mark.usefixtures("wallet")
def test_papers_sum_to_the_ledger() -> None:
    gross, tax = earned()
    wanted = {
        "transfers": [transferred("")],
        "receipts": [gross - tax, tax, gross],
        "hosts": [Decimal(100), Decimal(12), Decimal(112), transferred("share")],
        "days": [transferred(""), gross - tax, tax, gross],
        "invoices": [getattr(Invoice.objects.get(), name) for name in ("net", "tax", "gross")],
    }
    for name, amounts in wanted.items():
        text = "\n".join(pages_of(given(name, "pdf")))
        said = [line for line in text.splitlines() if line.endswith(" KGS")]
        assert said == [f"{amount:,.2f} KGS" for amount in amounts], name


def test_a_closed_month_stays_as_it_is_to_the_byte(wallet: Wallet) -> None:
    close_month(month=MARCH, by=BY, at=APRIL_BEGINS + DAY)
    before = {(name, kind): given(name, kind) for name in TABLES for kind in ("csv", "pdf")}
    sheets = {name: of_xlsx(given(name, "xlsx")) for name in TABLES}
    late = correct(wallet, 5_000, "session:1", APRIL_BEGINS + 5 * DAY)
    assert late.gross < 0
    close_days(at=MAY_BEGINS + DAY)
    assert {(name, kind): given(name, kind) for name, kind in before} == before
    assert {name: of_xlsx(given(name, "xlsx")) for name in TABLES} == sheets
    assert late.full_number in {row["number"] for row in of_csv(given("receipts", "csv", APRIL))}
    assert Receipt.objects.filter(made_at__lt=APRIL_BEGINS, subject="session:1").count() == 1


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.usefixtures("wallet")
def test_totals_of_a_closed_month_sum_to_the_ledger(kind: str) -> None:
    closed = close_month(month=MARCH, by=BY, at=APRIL_BEGINS + DAY)
    rows = READERS[kind](content(totals_of(closed, kind=kind)))
    for account in Wallet.objects.exclude(system=""):
        mine = [row for row in rows if row["account"] == account.system]
        came, went = (transferred("", **{end: account.pk}) for end in ("target", "source"))
        assert (
            sum_of([row for row in mine if row["kind"] not in ("opening balance", "closing balance")], "amount")
            == came - went
        )
        assert sum_of([row for row in mine if row["kind"] == "closing balance"], "amount") == came - went
    assert sum_of(rows, "amount") == 0
    paper = "".join(pages_of(content(totals_of(closed, kind="pdf"))))
    assert ("closing balance" in paper, "wallets of companies" in paper) == (True, True)


@pytest.mark.usefixtures("wallet")
def test_paper_says_what_it_leaves_out_and_sums_up_all(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {name: given(name, "pdf") for name in TABLES}
    monkeypatch.setattr(closing_files, "MOST_ON_PAPER", 3)
    for name in ("transfers", "receipts"):
        cut, count = "\n".join(pages_of(given(name, "pdf"))), len(of_csv(given(name, "csv")))
        assert f"Only the first 3 of {count} rows are printed here" in cut
        assert amounts_under(cut) == amounts_under("\n".join(pages_of(whole[name])))
    for name in ("hosts", "invoices"):
        assert given(name, "pdf") == whole[name]
    assert "Only the first" not in "".join(pages_of(whole["transfers"]))


def amounts_under(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.endswith(" KGS")]


@pytest.mark.usefixtures("wallet")
def test_paper_of_two_currencies_names_them_at_each_amount() -> None:
    give(wallet_with("0", currency="USD"), "5.55", at=TENTH)
    text = "\n".join(pages_of(given("transfers", "pdf")))
    assert "5.55 USD" in text
    assert len([line for line in text.splitlines() if line.endswith(" KGS")]) > 5


def test_an_empty_month_is_an_empty_file(settings: Settings) -> None:
    assert of_csv(given("transfers", "csv")) == of_xlsx(given("transfers", "xlsx")) == []
    assert "There is nothing." in "".join(pages_of(given("transfers", "pdf")))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_files_of_a_month_stay_the_same_whoever_is_renamed_and_pays(kind: str, wallet: Wallet) -> None:
    read = of_xlsx if kind == "xlsx" else bytes  # a workbook says when it was made
    before = {name: read(given(name, kind)) for name in TABLES}
    Company.objects.update(name=Concat(Value("Another "), "name"))
    User.objects.update(name="Another")
    invoice, came = Invoice.objects.get(), bank(wallet, "5", "B-9", at=APRIL_BEGINS + DAY)
    pay_invoice(invoice=invoice, transfer=came, amount=Decimal(5), by=BY, at=APRIL_BEGINS + DAY)
    for name, file in before.items():
        assert read(given(name, kind)) == file, name


def test_papers_of_a_closed_month_name_who_sold_then(wallet: Wallet, settings: Settings) -> None:
    closed = close_month(month=MARCH, by=BY, at=APRIL_BEGINS + DAY)
    before = [given(name, "pdf") for name in TABLES]
    sums = content(totals_of(closed, kind="pdf"))
    seller = settings.SELLER_NAME
    settings.SELLER_NAME, settings.SELLER_TAX_ID, settings.SELLER_ADDRESS = "Moon", "99", "Osh"
    assert [given(name, "pdf") for name in TABLES] == before
    assert content(totals_of(closed, kind="pdf")) == sums
    assert seller in "".join(pages_of(sums))
    assert "Moon\nOsh\ntax id 99" in "".join(pages_of(given("transfers", "pdf", APRIL)))


@pytest.mark.usefixtures("wallet")
def test_an_open_month_is_printed_by_who_sells_today(settings: Settings) -> None:
    settings.SELLER_NAME = "Moon"
    assert "Moon" in "".join(pages_of(given("transfers", "pdf")))
