"""Money moved by hand in the portal: who may ask, who may decide, and what they are told."""

import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import Company, User
from billing import ledger
from billing.models import Adjustment, Debt, Transfer, Wallet
from billing.tests.making import NOON, figures, wallet_with

pytestmark = pytest.mark.django_db
LIST = "/admin/billing/adjustment/"
FINANCE = ("add_adjustment", "change_adjustment", "add_topup")
SEEN = ("view_wallet", "view_transfer", "view_adjustment")


def browser(name: str, *permissions: str) -> Client:
    """A member of staff with these rights beside seeing all of it."""
    person = User.objects.create_user(email=f"{name}@example.com", name=name, role=User.Role.STAFF)
    person.user_permissions.set(
        Permission.objects.filter(codename__in=[*SEEN, *permissions], content_type__app_label="billing")
    )
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def page_of(row: Wallet | Transfer | Adjustment | Debt) -> str:
    return f"/admin/billing/{row._meta.model_name}/{row.pk}/change/"


def dialog(client: Client, row: Wallet | Transfer | Debt, name: str) -> str:
    """Where the page's button of that action leads; nothing where there is none."""
    found = re.findall(rf'hx-get="([^"]*{name}[^"]*)"', client.get(page_of(row)).text)
    return str(found[0]) if found else ""


def send(client: Client, link: str, **said: str) -> Any:
    """Open the dialog and send it."""
    found = re.search(r'name="key" value="([^"]+)"', client.get(link).text)
    return client.post(link, {"_form_submitted": "True", "key": found[1] if found else "", **said})


def decide(client: Client, name: str, *rows: Adjustment) -> str:
    chosen = {"action": name, "_selected_action": [row.pk for row in rows]}
    return client.post(LIST, chosen, follow=True).text


@pytest.fixture
def company_wallet() -> Wallet:
    """A company's, empty."""
    company = Company.objects.create(name="Ala-Too Taxi")
    return ledger.wallet_of(company=company, currency="KGS")


def test_it_adjusts_a_wallet_with_a_reason() -> None:
    wallet, client = wallet_with("100"), browser("aida", *FINANCE)
    link = dialog(client, wallet, "adjust")
    assert "HX-Redirect" not in send(client, link, amount="50")
    done = send(client, link, amount="50", reason="a broken plug")
    made = Adjustment.objects.get()
    assert (done["HX-Redirect"], made.state) == (page_of(made), "booked")
    person = User.objects.get(name="aida")
    assert (made.asked_by, figures(wallet)[0]) == (f"staff:{person.public_id}", "150.00")


def test_it_says_in_the_dialog_why_not() -> None:
    wallet, client = wallet_with("100"), browser("aida", *FINANCE)
    page = send(client, dialog(client, wallet, "adjust"), amount="-100.01", reason="x")
    assert "not enough money" in page.text
    assert not Adjustment.objects.exists()


def test_it_refunds_what_is_left_of_a_charge() -> None:
    wallet, client = wallet_with("100"), browser("aida", *FINANCE)
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=Decimal(80), tax=Decimal(8), at=NOON)
    charge, came = Transfer.objects.get(kind="capture"), Transfer.objects.get(kind="top_up")
    link = dialog(client, charge, "refund")
    assert 'value="88.00"' in client.get(link).text
    send(client, link, amount="30", reason="a broken plug")
    assert 'value="58.00"' in client.get(link).text
    assert "Only 58.00 KGS" in send(client, link, amount="58.01", reason="more").text
    assert figures(wallet)[0] == "42.00"
    assert dialog(client, came, "refund") == ""


def test_it_has_a_second_person_decide() -> None:
    wallet, asker, second = wallet_with("0"), browser("aida", *FINANCE), browser("bakyt", *FINANCE)
    link = dialog(asker, wallet, "adjust")
    for reason in ("one", "two", "three"):
        send(asker, link, amount="1000", reason=reason)
    one, two, three = Adjustment.objects.order_by("pk")
    assert "A second person decides" in decide(asker, "approve", one)
    assert "2 decided" in decide(second, "approve", one, two)
    assert "1 decided" in decide(second, "refuse", three)
    page = decide(second, "approve", one, three)
    assert (page.count("has been decided already"), "0 decided" in page) == (2, True)
    assert [row.state for row in Adjustment.objects.order_by("pk")] == ["booked", "booked", "refused"]
    assert figures(wallet)[0] == "2000.00"


def test_it_records_a_bank_transfer_once(company_wallet: Wallet) -> None:
    client = browser("aida", *FINANCE)
    link = dialog(client, company_wallet, "record_bank_transfer")
    said = {"amount": "999", "reference": "PP-1071"}
    done = send(client, link, **said)
    made = Adjustment.objects.get()
    assert done["HX-Redirect"] == page_of(made)
    assert "was entered before" in send(client, link, **said).text
    assert figures(company_wallet)[0] == "999.00"
    came = Transfer.objects.get()
    assert (came.source.system, came.kind, came.made_by) == ("clearing:bank", "top_up", made.asked_by)


def test_it_sets_a_credit_limit(company_wallet: Wallet) -> None:
    client = browser("aida", *FINANCE)
    link = dialog(client, company_wallet, "set_credit_limit")
    done = send(client, link, amount="500", reason="agreed")
    made = Adjustment.objects.get()
    assert (done["HX-Redirect"], made.kind, made.state) == (page_of(made), "credit_limit", "booked")
    ledger.capture(wallet=company_wallet, subject="s", revision=0, net=Decimal(400), tax=Decimal(0), at=NOON)
    assert "More than that is used" in send(client, link, amount="399", reason="less").text
    company_wallet.refresh_from_db()
    assert (company_wallet.credit_limit, company_wallet.balance) == (500, -400)
    [noted] = LogEntry.objects.filter(object_id=company_wallet.pk, content_type__model="wallet")
    assert "0.00 → 500" in str(noted.change_message)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("record_bank_transfer", {"amount": "1000", "reference": "PP-1"}),
        ("set_credit_limit", {"amount": "1000", "reason": "agreed"}),
    ],
)
def test_it_has_a_second_person_look_at_money_of_a_company(
    name: str, said: dict[str, str], company_wallet: Wallet
) -> None:
    asker, second = browser("aida", *FINANCE), browser("bakyt", *FINANCE)
    send(asker, dialog(asker, company_wallet, name), **said)
    company_wallet.refresh_from_db()
    assert company_wallet.spendable == 0
    assert "A second person decides" in decide(asker, "approve", Adjustment.objects.get())
    decide(second, "approve", Adjustment.objects.get())
    company_wallet.refresh_from_db()
    assert company_wallet.spendable == 1000
    assert ledger.check_books() == []


def test_it_answers_a_dialog_that_is_sent_twice_with_the_first() -> None:
    wallet, client = wallet_with("100"), browser("aida", *FINANCE)
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=Decimal(100), tax=Decimal(0), at=NOON)
    link = dialog(client, Transfer.objects.get(kind="capture"), "refund")
    said = {"_form_submitted": "True", "key": str(uuid4()), "amount": "60", "reason": "a broken plug"}
    first, again = (client.post(link, said) for _ in range(2))
    assert first["HX-Redirect"] == again["HX-Redirect"] == page_of(Adjustment.objects.get())
    assert figures(wallet)[0] == "60.00"
    link = dialog(client, wallet, "adjust")
    assert "used for something else" in client.post(link, said).text
    assert "HX-Redirect" not in client.post(link, {**said, "key": ""})


def test_it_forgives_what_is_left_of_a_debt() -> None:
    wallet, client = wallet_with("60"), browser("aida", *FINANCE, "view_debt")
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=Decimal(90), tax=Decimal(10), at=NOON)
    debt = Debt.objects.get()
    link = dialog(client, debt, "forgive")
    assert 'value="40.00"' in client.get(link).text
    assert "more than is left" in send(client, link, amount="40.01", reason="goodwill").text
    send(client, link, amount="40", reason="goodwill")
    made = Adjustment.objects.get()
    assert (made.kind, made.state, made.forgives) == ("forgive", "booked", debt)
    assert figures(wallet) == ("0.00", "0.00", "0.00")
    assert dialog(client, debt, "forgive") == ""
    assert dialog(browser("others", "view_debt"), debt, "forgive") == ""


def test_it_offers_a_driver_no_credit_and_no_bank() -> None:
    wallet, client = wallet_with("100"), browser("aida", *FINANCE)
    assert (dialog(client, wallet, "set_credit_limit"), dialog(client, wallet, "record_bank_transfer")) == ("", "")
    house = Wallet.objects.get(system="clearing:sandbox")
    assert dialog(client, house, "adjust") == ""


@pytest.mark.parametrize(
    ("right", "name"),
    [("add_adjustment", "adjust"), ("add_topup", "record_bank_transfer"), ("change_adjustment", "set_credit_limit")],
)
def test_it_is_for_those_who_have_the_right(right: str, name: str, company_wallet: Wallet) -> None:
    link = dialog(browser("finance", *FINANCE), company_wallet, name)
    others = browser("others", *[one for one in FINANCE if one != right])
    assert dialog(others, company_wallet, name) == ""
    said = {"amount": "5", "reason": "x", "reference": "x"}
    assert send(others, link, **said).status_code == 403
    assert not Transfer.objects.exists()
    assert Wallet.objects.get(pk=company_wallet.pk).credit_limit == 0


def test_it_lets_nobody_decide_who_may_not() -> None:
    wallet, asker = wallet_with("0"), browser("aida", "add_adjustment")
    send(asker, dialog(asker, wallet, "adjust"), amount="1000", reason="x")
    others = browser("others", "add_adjustment")
    decide(others, "approve", Adjustment.objects.get())
    assert Adjustment.objects.get().state == "asked"


def test_who_may_only_ask_for_refunds_always_waits_and_is_told_so() -> None:
    wallet, asker = wallet_with("100"), browser("aida", "ask_refund")
    ledger.capture(wallet=wallet, subject="session:1", revision=0, net=Decimal(50), tax=Decimal(0), at=NOON)
    charge = Transfer.objects.get(kind="capture")
    assert dialog(asker, wallet, "adjust") == ""
    link = dialog(asker, charge, "refund")
    assert "A second person decides about it." in asker.get(link).text
    page = asker.get(send(asker, link, amount="1", reason="r")["HX-Redirect"]).text
    assert "A second person decides about it." in page
    asked = Adjustment.objects.get()
    assert (asked.state, asked.needs_approval, figures(wallet)[0]) == ("asked", True, "50.00")
