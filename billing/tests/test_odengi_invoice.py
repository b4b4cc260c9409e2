"""O!Dengi makes an invoice, over real HTTP."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from accounts.models import User
from billing.models import ProviderEvent, TopUp
from billing.payments import odengi_envelope
from billing.payments.odengi import Odengi, wanted
from billing.payments.protocol import Order, ProviderAway, ProviderRefuses, ProviderTrouble
from billing.payments.top_ups import start_top_up
from billing.tests.odengi_desk import OdengiDesk, complaint_about, error
from billing.tests.scripted_bank import NOBODY
from drivepower.core.refusals import Refusal

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
ORDER = Order("o-1", Decimal("99.50"), "KGS", "Зарядка «№ 1»", "ru", NOW)


def start(driver: User) -> TopUp:
    """99.50 KGS by QR."""
    return start_top_up(user=driver, amount=Decimal("99.50"), currency="KGS", method=TopUp.Method.QR, at=NOW)


def test_it_sends_the_bytes_it_signed(desk: OdengiDesk, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://power.example"
    with time_machine.travel(NOW, tick=False):
        Odengi().create_invoice(order=ORDER)
    (raw,) = desk.raw
    assert complaint_about(raw) == ""
    said = json.loads(raw)
    assert list(said) == ["cmd", "version", "sid", "mktime", "lang", "data", "hash"]
    assert (said["cmd"], said["version"], said["mktime"], said["lang"]) == ("createInvoice", 1005, "1772431200", "ru")
    assert said["data"] == {
        "order_id": "o-1",
        "desc": "Зарядка «№ 1»",
        "amount": 9950,
        "currency": "KGS",
        "test": 0,
        "long_term": 0,
        "date_life": "2026-03-02 12:05:00",  # in Bishkek
        "result_url": "https://power.example/api/v1/payment/webhook/odengi",
    }
    assert "Зарядка «№ 1»".encode() in raw


def test_it_signs_as_openssl_does(settings: Settings) -> None:
    settings.ODENGI_SID, settings.ODENGI_PASSWORD = "42", "secret"
    envelope = odengi_envelope.unsigned("statusPayment", {"invoice_id": "ё"}, language="de", at=NOW)
    text = (
        '{"cmd":"statusPayment","version":1005,"sid":"42","mktime":"1772431200","lang":"ru","data":{"invoice_id":"ё"}}'
    )
    assert envelope == text.encode()
    # printf %s '...' | openssl dgst -md5 -hmac secret
    digest = "632dc4180bb97c9df1f2047550a6a326"
    assert odengi_envelope.signed(envelope) == f'{text[:-1]},"hash":"{digest}"}}'.encode()


@pytest.mark.parametrize(("amount", "tyiyn"), [("1", 100), ("0.01", 1), ("99.99", 9999), ("100000.00", 10_000_000)])
def test_it_writes_amounts_in_whole_tyiyn(desk: OdengiDesk, amount: str, tyiyn: int) -> None:
    Odengi().create_invoice(order=Order("o-1", Decimal(amount), "KGS", "about", "en", NOW))
    assert f'"amount":{tyiyn},'.encode() in desk.raw[0]


@pytest.mark.parametrize(("host", "test"), [("mw-api-test.dengi.kg", 1), ("mw-api.dengi.kg", 0)])
def test_it_says_that_it_is_a_test_where_it_is_one(settings: Settings, host: str, test: int) -> None:
    settings.ODENGI_URL = f"https://{host}/api/json/json.php"
    assert wanted(ORDER, NOW)["test"] == test


def test_it_takes_som_only(desk: OdengiDesk) -> None:
    with pytest.raises(ProviderRefuses):
        Odengi().create_invoice(order=Order("o-1", Decimal(5), "USD", "about", "en", NOW))
    assert desk.raw == []


@pytest.mark.django_db
@pytest.mark.usefixtures("by_odengi")
def test_it_opens_a_top_up_for_five_minutes(driver: User, desk: OdengiDesk) -> None:
    top_up = start(driver)
    assert (top_up.provider, top_up.provider_invoice, top_up.qr_code) == ("odengi", "900000001", "00020101900000001")
    assert (top_up.pay_url, top_up.expires_at) == ("https://app.example/900000001", NOW + timedelta(minutes=5))
    assert desk.heard[0]["data"]["order_id"] == str(top_up.public_id)


@pytest.mark.django_db
@pytest.mark.usefixtures("by_odengi")
@pytest.mark.parametrize(
    ("said", "minutes"),
    [("2026-03-02 12:03:00", 3), ("2026-03-02 13:00:00", 5), ("2026-03-01 00:00:00", 0), ("soon", 5), (None, 5)],
)
def test_its_qr_ends_when_the_provider_says_and_after_five_minutes_at_the_latest(
    driver: User, desk: OdengiDesk, said: str | None, minutes: int
) -> None:
    desk.more = {"date_life": said}
    assert start(driver).expires_at == NOW + timedelta(minutes=minutes)


@pytest.mark.django_db
@pytest.mark.usefixtures("by_odengi")
def test_it_takes_no_other_link_than_a_page(driver: User, desk: OdengiDesk) -> None:
    desk.more = {"link_app": "javascript:alert(1)", "paylink_url": 5}
    assert start(driver).pay_url == "https://pay.example"


GARBAGE: list[tuple[int, Any]] = [
    (200, error(7, "merchant is blocked")),
    (200, {"cmd": "createInvoice", "data": {"error": 7, "invoice_id": "5", "qr": "q"}}),
    (200, {"cmd": "createInvoice", "data": {"qr": "q"}}),
    (200, {"cmd": "createInvoice", "data": {"invoice_id": "", "qr": "q"}}),
    (200, {"cmd": "createInvoice", "data": {"invoice_id": True, "qr": "q"}}),
    (200, {"cmd": "createInvoice", "data": {"invoice_id": "5"}}),
    (200, {"cmd": "createInvoice", "data": {"invoice_id": "5" * 81, "qr": "q"}}),
    (200, {"cmd": "createInvoice", "data": {"invoice_id": "5\x00", "qr": "q"}}),
    (200, {"cmd": "createInvoice", "data": {"invoice_id": "5", "qr": "q" * 1001}}),
    (200, {"cmd": "createInvoice", "data": []}),
    (200, {"cmd": "createInvoice"}),
    (200, []),
    (200, b"<html>"),
    (200, b""),
    (200, b"\xff"),
    (200, b"[" * 100_000),
    (500, {}),
    (302, {}),
    (401, {}),
]


@pytest.mark.django_db
@pytest.mark.usefixtures("by_odengi")
@pytest.mark.parametrize(("code", "said"), GARBAGE, ids=range(len(GARBAGE)))
def test_it_makes_no_invoice_of_an_error(driver: User, desk: OdengiDesk, code: int, said: Any) -> None:
    desk.code, desk.says = code, said
    with pytest.raises(Refusal) as refused:
        start(driver)
    assert refused.value.code == "payment_provider_error"
    top_up = TopUp.objects.get()
    assert (top_up.state, top_up.provider_invoice, bool(top_up.failure)) == (TopUp.State.FAILED, "", True)
    assert "Aida" not in top_up.failure
    assert "555" not in top_up.failure
    assert ProviderEvent.objects.get().verdict == "create_invoice: trouble"


@pytest.mark.django_db
@pytest.mark.usefixtures("by_odengi")
def test_it_gives_no_invoice_to_two_top_ups(driver: User, stranger: User, desk: OdengiDesk) -> None:
    start(driver)
    desk.more = {"invoice_id": "900000001"}
    with pytest.raises(Refusal):
        start(stranger)
    assert set(TopUp.objects.values_list("state", "provider_invoice")) == {("processing", "900000001"), ("failed", "")}


def test_it_is_away_when_nobody_answers_or_not_in_time(
    desk: OdengiDesk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odengi_envelope, "TIMEOUT_SECONDS", 0.1)
    desk.held = True
    with pytest.raises(ProviderAway):
        Odengi().create_invoice(order=ORDER)
    settings.ODENGI_URL = NOBODY
    with pytest.raises(ProviderAway):
        Odengi().create_invoice(order=ORDER)


def test_its_desk_takes_no_other_signature(desk: OdengiDesk, settings: Settings) -> None:
    settings.ODENGI_PASSWORD = str(uuid.uuid4())
    with pytest.raises(ProviderTrouble, match="error 1"):
        Odengi().create_invoice(order=ORDER)
    assert desk.invoices == {}
