"""Every list of money hands itself out as CSV and XLSX: found by the columns of amounts, not by the files there are."""

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from billing.models import (
    DayClose,
    FiscalDocument,
    HostAgreement,
    OpeningImport,
    PromoCode,
    PromoUse,
    RegisterEntry,
    SandboxFiscalEntry,
    SandboxInvoice,
    TariffPlan,
    WalletCheckpoint,
)
from billing.models.fields import AmountField
from charging.models import Decision, DecisionRequest, Session
from drivepower.portal.tests.making import superuser

# What names prices or limits, says why, or plays a bank; what of it is money stands in transfers and receipts.
NO_MONEY = {HostAgreement, PromoCode, PromoUse, TariffPlan}
NO_MONEY |= {Decision, DecisionRequest, SandboxFiscalEntry, SandboxInvoice}
# Whose amounts stand in another table, or may be below 0 and so are of another kind.
BESIDE = {FiscalDocument, Session, DayClose, OpeningImport, RegisterEntry, WalletCheckpoint}


def models() -> Iterator[type[Model]]:
    """All that have a list and amounts."""
    for model in admin.site._registry:
        if model in BESIDE or any(isinstance(field, AmountField) for field in model._meta.concrete_fields):
            yield model


MONEY = sorted({*models()} - NO_MONEY, key=lambda model: model._meta.label)


@pytest.fixture
def client(db: None) -> Client:
    """Of somebody who may see all of it."""
    browser = Client()
    browser.force_login(superuser())
    return browser


@pytest.mark.parametrize("model", MONEY, ids=lambda model: model._meta.label)
def test_its_list_has_buttons_for_files_of_both_kinds(client: Client, model: type[Model]) -> None:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    page = client.get(address).text
    for kind, media in {"csv": "text/csv", "xlsx": "spreadsheetml"}.items():
        [found] = set(re.findall(rf'href="([^"]*export\.{kind}\?[^"]*)"', page))
        answer = client.get(found)
        assert (answer.status_code, media in answer.headers["Content-Type"]) == (200, True)


def test_the_money_is_found() -> None:
    names = {model.__name__ for model in MONEY}
    known = "Transfer Wallet TopUp Payout Adjustment Debt PaymentRefund InvoicePayment Statement Invoice Receipt"
    assert names >= set(known.split())
