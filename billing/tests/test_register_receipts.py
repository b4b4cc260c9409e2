"""Receipts at the cash register: queued with the receipt, sent once, repeated without a double, retried by hand."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from billing import fiscal
from billing.fiscal import sending
from billing.fiscal.adapters import ADAPTERS
from billing.fiscal.protocol import Document, RegisterAway, Registered
from billing.fiscal.sandbox import Sandbox
from billing.models import FiscalDocument, Receipt, SandboxFiscalEntry
from billing.receipts import give_refund_receipt
from billing.receipts.pdf import pdf_of
from billing.tasks import send_fiscal
from billing.tests.desk import browser
from billing.tests.making import NOON, wallet_with
from billing.tests.reading_pdf import pages_of
from billing.tests.test_give_receipt import NEW_TAX, give
from billing.tests.threads import at_once
from drivepower.core.models import Alert
from drivepower.core.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sandbox(settings: Settings) -> None:
    settings.FISCAL_ADAPTER = "sandbox"


def brief() -> list[tuple[str, str, int]]:
    rows = FiscalDocument.objects.order_by("receipt_id")
    return [(row.state, row.fiscal_number, row.attempts) for row in rows]


def numbers() -> list[int]:
    return list(SandboxFiscalEntry.objects.order_by("number").values_list("number", flat=True))


def test_it_registers_each_receipt_once_in_order() -> None:
    for name in ("session:1", "session:2"):
        give(name)
    assert brief() == [("waiting", "", 0)] * 2
    assert fiscal.send_due(at=NOON) == {"registered": 2}
    assert fiscal.send_due(at=NOON + timedelta(days=1)) == {}
    assert brief() == [("done", "SANDBOX-1-00000001", 1), ("done", "SANDBOX-1-00000002", 1)]
    one = FiscalDocument.objects.get(receipt__subject="session:1")
    entry = SandboxFiscalEntry.objects.get(document=one.public_id)
    assert (entry.amount, entry.receipt, one.fiscal_sign) == (Decimal("402.50"), "DP-2026-000001", entry.sign)
    assert one.qr == f"t=20260302T060000&s=402.50&fn=SANDBOX-1&i=1&fp={entry.sign}"


def test_nothing_is_queued_without_a_register_or_money_or_receipt(settings: Settings) -> None:
    with transaction.atomic():
        give("session:1")
        transaction.set_rollback(True)
    assert not FiscalDocument.objects.exists()
    settings.FISCAL_ADAPTER = "none"
    give("session:2")
    assert not FiscalDocument.objects.exists()


def test_a_register_that_is_away_is_asked_more_and_more_rarely(settings: Settings) -> None:
    settings.FISCAL_SANDBOX = "away"
    give("session:1")
    give("session:2")
    assert fiscal.send_due(at=NOON) == {"put_off": 1}  # whoever is away is asked once a round
    assert brief() == [("waiting", "", 1), ("waiting", "", 0)]
    one = FiscalDocument.objects.get(attempts=1)
    assert (one.next_at, one.error) == (NOON + timedelta(seconds=30), "the register does not answer")
    settings.FISCAL_SANDBOX = "works"
    assert fiscal.send_due(at=NOON + timedelta(seconds=29)) == {"registered": 1}
    assert fiscal.send_due(at=NOON + timedelta(seconds=30)) == {"registered": 1}
    assert [sending.pause(count).total_seconds() for count in (1, 2, 7, 8, 40)] == [30, 60, 1920, 3600, 3600]


def test_it_gives_up_after_many_attempts_and_tells_a_person_who_tries_again(settings: Settings) -> None:
    settings.FISCAL_SANDBOX = "away"
    give("session:1")
    FiscalDocument.objects.update(attempts=sending.MOST_ATTEMPTS - 1)
    assert fiscal.send_due(at=NOON) == {"failed": 1}
    alert = Alert.objects.get(kind="fiscal_failed")
    assert "DP-2026-000001" in alert.text
    assert fiscal.send_due(at=NOON + timedelta(days=9)) == {}
    settings.FISCAL_SANDBOX = "works"
    document = FiscalDocument.objects.get()
    fiscal.retry(document=document, at=NOON)
    with pytest.raises(Refusal, match="has not failed"):
        fiscal.retry(document=document, at=NOON)
    assert fiscal.send_due(at=NOON) == {"registered": 1}
    alert.refresh_from_db()
    assert alert.resolved_at == NOON


def test_what_it_refuses_fails_at_once(settings: Settings) -> None:
    settings.FISCAL_SANDBOX = "refuses"
    give("session:1")
    assert fiscal.send_due(at=NOON) == {"failed": 1}
    assert FiscalDocument.objects.get().error == "the register does not take this document"
    assert numbers() == []


def test_whoever_dies_after_the_registers_answer_makes_no_second_document(monkeypatch: pytest.MonkeyPatch) -> None:
    give("session:1")

    def die(*_: Any) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(sending, "keep", die)
        with pytest.raises(KeyboardInterrupt):
            fiscal.send_due(at=NOON)
    assert (brief(), numbers()) == ([("waiting", "", 1)], [1])
    assert fiscal.send_due(at=NOON) == {}
    assert fiscal.send_due(at=NOON + timedelta(seconds=30)) == {"registered": 1}
    assert (brief(), numbers()) == ([("done", "SANDBOX-1-00000001", 2)], [1])


def test_a_correction_waits_for_what_it_corrects(settings: Settings) -> None:
    settings.FISCAL_SANDBOX = "refuses"
    give("session:1")
    fiscal.send_due(at=NOON)
    settings.FISCAL_SANDBOX = "works"
    give_refund_receipt(subject="session:1", net=Decimal(10), tax=Decimal(1), reason="r", at=NOON)
    assert fiscal.send_due(at=NOON) == {}
    fiscal.retry(document=FiscalDocument.objects.get(state="failed"), at=NOON)
    assert fiscal.send_due(at=NOON) == {"registered": 1}
    assert fiscal.send_due(at=NOON) == {"registered": 1}
    assert list(SandboxFiscalEntry.objects.order_by("number").values_list("kind", "amount")) == [
        ("sale", Decimal("402.50")),
        ("correction", Decimal(-11)),
    ]


class Kept(Sandbox):
    """A register that remembers what it was told that each document corrects."""

    def __init__(self) -> None:
        self.corrected: list[str] = []

    def register(self, document: Document, *, at: Any) -> Registered:
        """As the sandbox does."""
        self.corrected.append(document.corrects)
        return super().register(document, at=at)


def test_a_correction_without_money_in_it_hides_nothing_from_the_next_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another tax for the same price is not queued; what is given back after it corrects the sale."""
    register = Kept()
    monkeypatch.setitem(ADAPTERS, "sandbox", register)
    settings.FISCAL_SANDBOX = "refuses"
    give("session:1")
    fiscal.send_due(at=NOON)
    settings.FISCAL_SANDBOX = "works"
    assert give("session:1", given=NEW_TAX).gross == 0
    give_refund_receipt(subject="session:1", net=Decimal(10), tax=Decimal(1), reason="r", at=NOON)
    assert fiscal.send_due(at=NOON) == {}
    page = f"/admin/billing/fiscaldocument/{FiscalDocument.objects.get(state='waiting').pk}/change/"
    assert "receipt DP-2026-000001, which it corrects" in browser("view_fiscaldocument", "view_receipt").get(page).text
    fiscal.retry(document=FiscalDocument.objects.get(state="failed"), at=NOON)
    for _ in range(2):
        assert fiscal.send_due(at=NOON) == {"registered": 1}
    assert register.corrected[1:] == ["", "SANDBOX-1-00000001"]


class Stuck:
    """A register that answers the same number for everything."""

    def register(self, document: Document, *, at: Any) -> Registered:
        """Always 1."""
        return Registered(number="1", sign="s", device="d", qr="")


def test_a_number_of_another_document_is_a_persons_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ADAPTERS, "sandbox", Stuck())
    give("session:1")
    give("session:2")
    assert fiscal.send_due(at=NOON) == {"registered": 1, "failed": 1}
    assert [state for state, *_ in brief()] == ["done", "failed"]


class Away(Stuck):
    """A register that nobody reaches."""

    def register(self, document: Document, *, at: Any) -> Registered:
        """RegisterAway."""
        raise RegisterAway("no line")


class Breaking(Stuck):
    """A register whose adapter has a fault that one receipt brings out."""

    def register(self, document: Document, *, at: Any) -> Registered:
        """ValueError for the first receipt."""
        if document.number == "DP-2026-000001":
            raise ValueError(document.number)
        return super().register(document, at=at)


def test_an_adapter_that_breaks_on_one_receipt_registers_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ADAPTERS, "sandbox", Breaking())
    give("session:1")
    give("session:2")
    assert fiscal.send_due(at=NOON) == {"broken": 1, "registered": 1}
    one = FiscalDocument.objects.get(state="waiting")
    again_at = NOON + timedelta(seconds=30)
    assert (one.error, one.next_at) == ("the adapter broke: ValueError", again_at)
    FiscalDocument.objects.filter(pk=one.pk).update(attempts=sending.MOST_ATTEMPTS - 1)
    assert fiscal.send_due(at=again_at) == {"failed": 1}
    assert Alert.objects.filter(kind="fiscal_failed", resolved_at=None).count() == 1


def test_no_register_waits_for_what_another_one_does_not_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """More are due of one that is away, and of one that is none of ours any more, than a round takes."""
    monkeypatch.setattr(sending, "AT_MOST", 2)
    monkeypatch.setitem(ADAPTERS, "away", Away())
    for number in range(7):
        give(f"session:{number}")
    keys = list(FiscalDocument.objects.order_by("pk").values_list("pk", flat=True))
    for adapter, found in {"away": keys[:3], "gone": keys[3:6]}.items():
        FiscalDocument.objects.filter(pk__in=found).update(adapter=adapter, next_at=NOON - timedelta(hours=1))
    assert fiscal.send_due(at=NOON) == {"put_off": 1, "registered": 1}
    alert = Alert.objects.get(kind="fiscal_failed", resolved_at=None)
    assert (alert.subject, "gone" in alert.text) == ("fiscal_adapter:gone", True)
    fiscal.send_due(at=NOON)
    alert.refresh_from_db()
    assert (alert.count, FiscalDocument.objects.filter(adapter="gone", attempts=0).count()) == (1, 3)
    FiscalDocument.objects.filter(adapter="gone").update(adapter="sandbox")
    fiscal.send_due(at=NOON)
    alert.refresh_from_db()
    assert alert.resolved_at == NOON


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_register_each_once() -> None:
    for number in range(6):
        give(f"session:{number}")
    answers = at_once(*[partial(fiscal.send_due, at=NOON)] * 4)
    assert sum(answer.get("registered", 0) for answer in answers) == 6
    assert numbers() == [1, 2, 3, 4, 5, 6]
    assert {attempts for *_, attempts in brief()} == {1}


def test_drivers_read_it_on_their_receipt(client: APIClient, driver: User) -> None:
    receipt = give("session:1", wallet=wallet_with("0", user=driver))
    page = f"/api/v1/receipts/{receipt.public_id}"
    assert client.get(page).json()["fiscal"]["state"] == "waiting"
    send_fiscal()
    document = FiscalDocument.objects.get()
    shown = client.get(page).json()["fiscal"]
    assert shown.pop("registered_at")
    assert shown == {
        "state": "done",
        "number": "SANDBOX-1-00000001",
        "sign": document.fiscal_sign,
        "device": "SANDBOX-1",
        "qr": document.qr,
    }
    paper = "\n".join(pages_of(pdf_of(Receipt.objects.get())))
    assert all(said in paper for said in ("SANDBOX-1-00000001", document.fiscal_sign, "Fiscal sign"))
