"""Payments in the portal: who may send them back, what they are told, and who sees what providers said."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.models import PaymentRefund, ProviderEvent, SandboxInvoice, SandboxMovement, TopUp
from billing.tests.making import NOON, figures
from billing.tests.scripted_bank import ScriptedBank
from billing.tests.sending import send_back

pytestmark = pytest.mark.django_db

SEND = {"_form_submitted": "True"}
SEEN = ("view_topup", "view_paymentrefund")


def browser(*permissions: str) -> Client:
    """A member of staff who sees payments, with these rights beside that."""
    person = User.objects.create_user(email=f"{'-'.join(permissions) or 'reader'}@example.com", role=User.Role.STAFF)
    names = [*SEEN, *permissions]
    person.user_permissions.set(Permission.objects.filter(codename__in=names, content_type__app_label="billing"))
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def page_of(top_up: TopUp) -> str:
    return f"/admin/billing/topup/{top_up.pk}/change/"


def dialog(client: Client, top_up: TopUp) -> str:
    """Where the button leads; nothing where there is none."""
    found = re.findall(r'hx-get="([^"]*send[_-]back[^"]*)"', client.get(page_of(top_up)).text)
    return str(found[0]) if found else ""


def send(client: Client, link: str, **said: str) -> Any:
    """Open the dialog and send it."""
    [key] = re.findall(r'name="key" value="([0-9a-f-]{36})"', client.get(link).text)
    return client.post(link, {**SEND, "key": key, **said})


def test_it_sends_a_payment_back_with_a_reason(paid: TopUp, bank: ScriptedBank) -> None:
    client = browser("add_paymentrefund")
    link = dialog(client, paid)
    assert 'value="500.00"' in client.get(link).text
    assert "HX-Redirect" not in send(client, link, amount="120.50")
    done = send(client, link, amount="120.50", reason="moved away")
    assert done["HX-Redirect"] == page_of(paid)
    refund = PaymentRefund.objects.get()
    assert (refund.state, refund.amount, refund.reason) == ("done", Decimal("120.50"), "moved away")
    assert refund.made_by == f"staff:{User.objects.get(email__startswith='add').public_id}"
    assert figures(paid.wallet) == ("379.50", "0.00", "0.00")
    shown = client.get(page_of(paid)).text
    assert all(text in shown for text in ("120.50 KGS", "moved away", "done"))


def test_a_dialog_that_is_sent_twice_sends_back_once(paid: TopUp, bank: ScriptedBank) -> None:
    client = browser("add_paymentrefund")
    link = dialog(client, paid)
    shown = client.get(link).text
    [key] = re.findall(r'name="key" value="([0-9a-f-]{36})"', shown)
    answers = [client.post(link, {**SEND, "key": key, "amount": "500", "reason": "moved away"}) for _ in range(2)]
    assert [answer["HX-Redirect"] for answer in answers] == [page_of(paid)] * 2
    assert str(PaymentRefund.objects.get().public_id) == key
    assert key not in client.get(link).text


def test_it_says_why_it_does_not(paid: TopUp, bank: ScriptedBank) -> None:
    client = browser("add_paymentrefund")
    link = dialog(client, paid)
    refused = send(client, link, amount="500.01", reason="x")
    assert ("HX-Redirect" in refused, "More than that has gone back." in refused.text) == (False, True)
    bank.code, bank.refund = 409, {"error": "no"}
    send(client, link, amount="100", reason="x")
    assert "refused by the provider, back in the wallet" in client.get(page_of(paid)).text


def test_it_is_for_whoever_may(paid: TopUp, bank: ScriptedBank) -> None:
    link = dialog(browser("add_paymentrefund"), paid)
    reader = browser()
    assert dialog(reader, paid) == ""
    assert reader.post(link, {**SEND, "amount": "5", "reason": "x"}).status_code == 403
    assert not PaymentRefund.objects.exists()


def test_there_is_nothing_to_send_back_of_what_was_not_paid(top_up: TopUp) -> None:
    assert dialog(browser("add_paymentrefund"), top_up) == ""


def test_what_providers_said_is_for_few_and_escaped(paid: TopUp) -> None:
    ProviderEvent.objects.create(
        provider="sandbox", body="<script>alert(1)</script>", verdict="hint", top_up=paid, received_at=NOON
    )
    page = browser("view_providerevent").get(page_of(paid)).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert "alert(1)" not in browser().get(page_of(paid)).text
    assert browser("view_sandboxinvoice").get("/admin/billing/providerevent/").status_code == 403


def test_a_list_asks_the_same_number_of_queries_for_any_number_of_rows(paid: TopUp, bank: ScriptedBank) -> None:
    client, counts = browser(), []
    for rows in (1, 3):
        for _ in range(rows):
            send_back(top_up=paid, amount=Decimal(5), reason="x", made_by="staff:1", at=NOON)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/admin/billing/paymentrefund/")
        assert (page.status_code, "5.00 KGS" in page.text) == (200, True)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_banks_own_books_show_what_moved() -> None:
    invoice = SandboxInvoice.objects.create(order="o", amount=5, currency="KGS", made_at=NOON)
    SandboxMovement.objects.create(invoice=invoice, kind="again", amount=5, name="SB-AGAIN", made_at=NOON)
    page = browser("view_sandboxinvoice").get(f"/admin/billing/sandboxinvoice/{invoice.pk}/change/").text
    assert all(text in page for text in ("SB-AGAIN", "paid once more", "5.00 KGS"))


def test_nobody_writes_refunds_by_hand(paid: TopUp, bank: ScriptedBank) -> None:
    refund = send_back(top_up=paid, amount=Decimal(5), reason="x", made_by="staff:1", at=NOON)
    client = browser("add_paymentrefund", "change_paymentrefund", "delete_paymentrefund")
    page = f"/admin/billing/paymentrefund/{refund.pk}/"
    assert client.get(f"{page}change/").status_code == 200
    assert client.post(f"{page}change/", {"amount": "1"}).status_code == 403
    assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/billing/paymentrefund/add/").status_code == 403
