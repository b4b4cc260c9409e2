"""Invoices in the portal: what one sees, setting a payment, and whose they are."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Company, User
from billing.admin.invoices import worded
from billing.invoices import make_invoices
from billing.models import Invoice, InvoicePayment, Wallet
from billing.statements import make_statements
from billing.tests.making import give
from billing.tests.months import APRIL_BEGINS, MARCH, TENTH, bank, charge, invoiced
from billing.tests.test_make_statements import fleet

pytestmark = pytest.mark.django_db
LIST = "/admin/billing/invoice/"
SEEN = ("view_invoice", "view_invoicepayment")
HOSTILE = "<script>alert(1)</script>"


def browser(*permissions: str, language: str = "en", company: Company | None = None) -> Client:
    """A member of staff with these rights beside seeing invoices."""
    number = User.objects.count()
    person = User.objects.create_user(
        email=f"s{number}@example.com", role=User.Role.STAFF, company=company, language=language
    )
    names = [*SEEN, *permissions]
    person.user_permissions.set(Permission.objects.filter(codename__in=names, content_type__app_label="billing"))
    client = Client(headers={"Accept-Language": language})
    client.force_login(person)
    return client


@pytest.fixture
def wallet() -> Wallet:
    """A company with a name that somebody meant badly, and an invoice of 600.00."""
    wallet = fleet("9000")
    Company.objects.filter(wallets=wallet).update(name=HOSTILE)
    wallet = Wallet.objects.get(pk=wallet.pk)
    charge(wallet, 40_000, "session:1", TENTH)
    invoiced(wallet)
    return wallet


def page_of(invoice: Invoice) -> str:
    return f"{LIST}{invoice.pk}/change/"


def link_of(client: Client, invoice: Invoice) -> str:
    found = re.findall(r'hx-get="([^"]*set_payment[^"]*)"', client.get(page_of(invoice)).text)
    return str(found[0]) if found else ""


def test_the_day_of_a_line_is_on_the_clock_of_the_house() -> None:
    line = {"net": "1", "tax": "0", "gross": "1", "energy_wh": 0, "made_at": "2026-03-31T20:00:00+00:00"}
    assert worded(line, "KGS")["day"] == "1 Apr 2026"


def test_it_shows_lines_taxes_and_state(wallet: Wallet) -> None:
    client, invoice = browser(), Invoice.objects.get()
    text = client.get(page_of(invoice)).text
    for said in ("DP-INV-2026-000001", "DP-2026-000001", "BSK-01", "40.000", "VAT 12 %", "64.29", "overdue"):
        assert said in text, said
    assert HOSTILE not in text
    listed = client.get(LIST).text
    assert ("600.00 KGS" in listed, HOSTILE in listed) == (True, False)
    assert link_of(client, invoice) == ""


def test_it_sets_a_payment(wallet: Wallet) -> None:
    client, invoice = browser("add_invoicepayment", "add_invoice"), Invoice.objects.get()
    bank(wallet, "900", "B-1")
    named = bank(wallet, "250", "dp-inv-2026-000001")
    link = link_of(client, invoice)
    shown = client.get(link).text
    assert ("names this invoice" in shown, 'value="250.00"' in shown) == (True, True)
    sent = {"_form_submitted": "True", "transfer": str(named.pk)}
    assert "more than is left of the transfer" in client.post(link, {**sent, "amount": "251"}).text
    assert client.post(link, {**sent, "amount": "250"})["HX-Redirect"] == page_of(invoice)
    payment = InvoicePayment.objects.get()
    assert (payment.amount, payment.transfer, payment.made_by[:6]) == (250, named, "staff:")
    assert LogEntry.objects.get().change_message == "Paid 250."
    invoice.refresh_from_db()
    assert invoice.paid == 250


def test_it_says_no_in_russian(wallet: Wallet) -> None:
    client, invoice = browser("add_invoicepayment", language="ru"), Invoice.objects.get()
    came = bank(wallet, "900", "B-1")
    sent = {"_form_submitted": "True", "transfer": str(came.pk), "amount": "600.01"}
    assert "больше, чем осталось оплатить по счёту" in client.post(link_of(client, invoice), sent).text


@pytest.mark.parametrize("state", ["open", "part_paid", "overdue", "paid", "credit_note", "nonsense"])
def test_it_filters_by_state(wallet: Wallet, state: str) -> None:
    text = browser().get(LIST, {"state": state}).text
    assert ("DP-INV-2026-000001" in text) == (state in ("overdue", "nonsense"))


def test_staff_of_a_company_see_its_own() -> None:
    mine, others = fleet("9000"), fleet("9000")
    for number, wallet in enumerate((mine, others)):
        charge(wallet, 40_000, f"session:{number}", TENTH)
    ours, theirs = invoiced(mine), invoiced(others)
    client = browser("add_invoicepayment", company=mine.company)
    text = client.get(LIST).text
    assert (ours.full_number in text, theirs.full_number in text) == (True, False)
    pages = [page_of(ours), page_of(theirs), f"{LIST}{ours.pk}/pdf/en/", f"{LIST}{theirs.pk}/pdf/en/"]
    assert [client.get(page).status_code for page in pages] == [200, 404, 200, 404]
    exported = b"".join(client.get(f"{LIST}export.csv").streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    assert (ours.full_number in exported, theirs.full_number in exported) == (True, False)
    bank(mine, "600", "B-1")
    post = {"_form_submitted": "True", "transfer": "1", "amount": "1"}
    assert client.post(f"{LIST}{ours.pk}/set-payment/", post).status_code in (403, 404)
    assert not InvoicePayment.objects.exists()


def test_a_list_of_many_asks_as_little_as_one_of_few() -> None:
    client, counts = browser(), []
    for round_ in range(2):
        for number in range(1 + 9 * round_):
            charge(fleet(), 1_000, f"session:{round_}-{number}", TENTH)
        make_statements(month=MARCH, at=APRIL_BEGINS)
        make_invoices(month=MARCH, at=APRIL_BEGINS)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_payments_have_a_list(wallet: Wallet) -> None:
    client, invoice = browser("add_invoicepayment"), Invoice.objects.get()
    came = bank(wallet, "900", "B-1")
    sent = {"_form_submitted": "True", "transfer": str(came.pk), "amount": "600"}
    client.post(link_of(client, invoice), sent)
    text = client.get("/admin/billing/invoicepayment/").text
    assert ("DP-INV-2026-000001" in text, HOSTILE in text) == (True, False)
    assert link_of(client, invoice) == ""


def press(client: Client, page: str, verb: str, **said: str) -> Any:
    """Send the dialog of that name, if the page has it."""
    found = re.findall(rf'hx-get="([^"]*{verb}[^"]*)"', client.get(page).text)
    return client.post(found[0], {"_form_submitted": "True", **said}) if found else None


def test_it_settles_by_the_wallet(wallet: Wallet) -> None:
    client, invoice = browser("add_invoicepayment"), Invoice.objects.get()
    page = page_of(invoice)
    assert press(client, page, "settle") is None  # all of it is owed
    give(wallet, "250")
    assert press(browser(), page, "settle") is None
    done = press(client, page, "settle")
    assert done is not None
    assert done["HX-Redirect"] == page
    payment = InvoicePayment.objects.get()
    assert (payment.amount, payment.transfer, payment.made_by[:6]) == (250, None, "staff:")
    assert LogEntry.objects.get().change_message == "Settled 250.00."


def test_a_payment_is_taken_back_on_its_page(wallet: Wallet) -> None:
    client, invoice = browser("add_invoicepayment", language="ru"), Invoice.objects.get()
    came = bank(wallet, "900", "B-1")
    press(client, page_of(invoice), "set_payment", transfer=str(came.pk), amount="60")
    page = f"/admin/billing/invoicepayment/{InvoicePayment.objects.get().pk}/change/"
    assert press(browser(), page, "take_back", reason="A typo.") is None
    done = press(client, page, "take_back", reason="A typo.")
    assert done is not None
    assert done["HX-Redirect"] == page_of(invoice)
    invoice.refresh_from_db()
    assert (invoice.paid, press(client, page, "take_back", reason="Again.")) == (0, None)
    assert "A typo." in client.get(page_of(invoice)).text


def test_it_says_in_russian_what_is_no_amount(wallet: Wallet) -> None:
    client, invoice = browser("add_invoicepayment", language="ru"), Invoice.objects.get()
    came = bank(wallet, "900", "B-1")
    said = press(client, page_of(invoice), "set_payment", transfer=str(came.pk), amount="-5")
    assert said is not None
    assert "-5 — не сумма в KGS." in said.content.decode()
