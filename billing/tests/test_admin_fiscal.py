"""The queue of the cash register in the portal."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from pytest_django import Settings

from billing import fiscal
from billing.models import FiscalDocument, Receipt
from billing.tests.making import NOON
from billing.tests.test_admin_adjustments import browser
from billing.tests.test_give_receipt import give
from drivepower.core.models import Alert
from drivepower.core.sentences import say

pytestmark = pytest.mark.django_db
LIST = "/admin/billing/fiscaldocument/"
SEES = ("view_fiscaldocument", "view_receipt", "view_sandboxfiscalentry")


@pytest.fixture(autouse=True)
def _sandbox(settings: Settings) -> None:
    settings.FISCAL_ADAPTER = "sandbox"


def retry(client: Client) -> str:
    rows = list(FiscalDocument.objects.values_list("pk", flat=True))
    return client.post(LIST, {"action": "retry", "_selected_action": rows}, follow=True).text


def test_a_person_tries_again_what_failed(settings: Settings) -> None:
    settings.FISCAL_SANDBOX = "refuses"
    give("session:1")
    fiscal.send_due(at=NOON)
    finance, support = browser("aida", *SEES, "change_fiscaldocument"), browser("reader", *SEES)
    shown = support.get(LIST, {"state__exact": "failed"}).text
    assert all(said in shown for said in ("DP-2026-000001", "does not take this document"))
    assert "1 tried again" not in retry(support)
    assert "1 tried again" in retry(finance)
    assert "0 tried again" in retry(finance)
    settings.FISCAL_SANDBOX = "works"
    send = FiscalDocument.objects.get().next_at
    assert send
    fiscal.send_due(at=send)
    page = support.get(f"{LIST}{FiscalDocument.objects.get().pk}/change/").text
    assert all(said in page for said in ("SANDBOX-1-00000001", "registered"))
    assert "(&#x27;done" not in page
    assert "<svg" in page
    paper = support.get(f"/admin/billing/receipt/{Receipt.objects.get().pk}/change/").text
    assert "SANDBOX-1-00000001" in paper
    assert support.get("/admin/billing/sandboxfiscalentry/").status_code == 200


def test_the_queue_says_why_in_the_readers_language(settings: Settings) -> None:
    settings.FISCAL_SANDBOX = "refuses"
    give("session:1")
    fiscal.send_due(at=NOON)
    document, client = FiscalDocument.objects.get(), browser("aida", *SEES)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    for page in (LIST, f"{LIST}{document.pk}/change/", f"/admin/billing/receipt/{document.receipt_id}/change/"):
        assert "касса не принимает этот документ" in client.get(page).text
    alert = Alert.objects.get(kind="fiscal_failed")
    with override("ru"):
        assert "DP-2026-000001: касса не принимает этот документ." in say(alert.words, alert.text)


def test_what_a_register_says_stays_text() -> None:
    give("session:1")
    hostile = '"><script>alert(1)</script>'
    FiscalDocument.objects.update(
        state="done", next_at=None, done_at=NOON, fiscal_number=hostile, fiscal_sign=hostile, qr=hostile
    )
    document = FiscalDocument.objects.get()
    client = browser("aida", *SEES)
    for page in (LIST, f"{LIST}{document.pk}/change/", f"/admin/billing/receipt/{document.receipt_id}/change/"):
        assert "<script>alert" not in client.get(page).text


def test_the_queue_asks_as_often_for_many_rows_as_for_one() -> None:
    client = browser("aida", *SEES)
    counts = []
    for many in (1, 10):
        for number in range(many):
            give(f"session:{many}0{number}")
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
