"""Callbacks that name a payment only, and those that nobody signed."""

import hmac
import json
import time

import pytest
from django.core.checks import run_checks
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from billing.api import webhook
from billing.models import ProviderEvent, TopUp
from billing.payments.protocol import ProviderRefuses
from billing.payments.sandbox import Sandbox
from billing.payments.top_ups.opening import order_of

pytestmark = pytest.mark.django_db


def call(provider: str, body: bytes, **headers: str) -> None:
    address = f"/api/v1/payment/webhook/{provider}"
    Client(headers={name.replace("_", "-"): value for name, value in headers.items()}).post(
        address, body, "application/json"
    )


def test_a_dispute_finds_its_top_up_by_the_payment(paid: TopUp, settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRET = "whsec_1"
    TopUp.objects.update(provider="stripe", provider_transaction="pi_1")
    about = {"object": "dispute", "payment_intent": "pi_1", "evidence": {"customer_name": "Aida"}}
    body, at = json.dumps({"data": {"object": about}}).encode(), int(time.time())
    signature = hmac.new(b"whsec_1", f"{at}.".encode() + body, "sha256").hexdigest()
    call("stripe", body, Stripe_Signature=f"t={at},v1={signature}")
    event = ProviderEvent.objects.get(direction="callback")
    assert (event.verdict, event.top_up, "Aida" in event.body) == ("hint", paid, False)


def test_what_nobody_signed_pushes_out_nothing_that_was(
    top_up: TopUp, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "REPEATS_KEPT", 2)
    settings.ODENGI_WEBHOOK_SECRET = "s"
    TopUp.objects.update(provider="odengi")
    body, at = json.dumps({"order_id": str(top_up.public_id)}).encode(), str(int(time.time()))
    signature = hmac.new(b"s", body, "sha256").hexdigest()
    call("odengi", body, X_O_Dengi_Signature=signature, X_Timestamp=at)
    for number in range(4):
        said = {"order_id": str(top_up.public_id), "status_pay": 3, "trans_id": str(number)}
        call("odengi", json.dumps(said).encode())
    verdicts = ProviderEvent.objects.filter(direction="callback").order_by("id").values_list("verdict", flat=True)
    assert list(verdicts) == ["hint", "unsigned hint", "unsigned hint"]


def test_the_banks_door_is_said_to_be_closed(top_up: TopUp, driver: User, settings: Settings) -> None:
    settings.SANDBOX_BANK_URL = f"{settings.PUBLIC_URL}/sandbox/bank"
    with pytest.raises(ProviderRefuses, match="DEMO_MODE only"):
        Sandbox().create_invoice(order=order_of(top_up, driver))
    said = [message.msg for message in run_checks(include_deployment_checks=True) if message.id == "billing.I001"]
    assert [name for name in ("PAYMENT_PROVIDER", "CARD_PROVIDER") if name not in " ".join(said)] == []
    settings.DEMO_MODE = True
    assert "billing.I001" not in {message.id for message in run_checks(include_deployment_checks=True)}
