"""Which invoice a callback is about, and whether it may be heard."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from pytest_django import Settings

from billing.payments.odengi import Odengi
from billing.payments.protocol import Callback
from billing.tests.making import NOON
from billing.tests.odengi_calls import SECRET, as_bytes, shape_a, shape_b, signature_of, signed

BODY = as_bytes(shape_a("900000001", "o-1"))
HEARD, FORGED = Callback("900000001", "o-1"), Callback(authentic=False)
NOW = str(int(NOON.timestamp()))


@pytest.fixture
def secret(settings: Settings) -> None:
    """Callbacks are signed."""
    settings.ODENGI_WEBHOOK_SECRET = SECRET


def parse(body: bytes, headers: dict[str, str] | None = None) -> Callback:
    return Odengi().parse_callback(body=body, headers=headers or {}, at=NOON)


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize("late", [-300, -1, 0, 300])
def test_it_hears_what_is_signed_and_fresh(late: float) -> None:
    assert parse(BODY, signed(BODY, at=NOON, late=late)) == HEARD


@pytest.mark.usefixtures("secret")
def test_it_hears_a_signature_without_its_prefix_and_in_capitals() -> None:
    assert parse(BODY, {"X-O-Dengi-Signature": signature_of(BODY).upper(), "X-Timestamp": NOW}) == HEARD


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Timestamp": NOW},
        {"X-O-Dengi-Signature": signature_of(BODY)},
        {"X-O-Dengi-Signature": signature_of(BODY), "X-Timestamp": ""},
        {"X-O-Dengi-Signature": signature_of(BODY), "X-Timestamp": "now"},
        {"X-O-Dengi-Signature": signature_of(BODY), "X-Timestamp": f"{NOW}.5"},
        {"X-O-Dengi-Signature": signature_of(BODY), "X-Timestamp": "9" * 400},
        {"X-O-Dengi-Signature": signature_of(BODY), "X-Timestamp": "１７７２４３１２００"},
        signed(BODY, at=NOON, late=301),
        signed(BODY, at=NOON, late=-301),
        {"X-O-Dengi-Signature": "", "X-Timestamp": NOW},
        {"X-O-Dengi-Signature": "sha256=", "X-Timestamp": NOW},
        {"X-O-Dengi-Signature": signature_of(BODY)[:-1], "X-Timestamp": NOW},
        {"X-O-Dengi-Signature": signature_of(BODY, "another"), "X-Timestamp": NOW},
        {"X-O-Dengi-Signature": signature_of(BODY, ""), "X-Timestamp": NOW},
        {"X-O-Dengi-Signature": "ÿ" * 64, "X-Timestamp": NOW},
        {"X-O-Dengi-Signature": "\ud800", "X-Timestamp": NOW},
        signed(BODY + b" ", at=NOON),
    ],
)
def test_it_hears_nothing_else_where_callbacks_are_signed(headers: dict[str, str]) -> None:
    assert parse(BODY, headers) == FORGED


@pytest.mark.usefixtures("secret")
def test_one_changed_byte_makes_it_a_forgery() -> None:
    headers = signed(BODY, at=NOON)
    changed = [bytes([*BODY[:at], BODY[at] ^ 1, *BODY[at + 1 :]]) for at in range(len(BODY))]
    assert {parse(body, headers) for body in changed} == {FORGED}


@pytest.mark.usefixtures("secret")
def test_the_shape_that_nobody_can_sign_is_a_hint() -> None:
    body = as_bytes(shape_b("o-1"))
    assert parse(body) == Callback(order="o-1", signed=False)
    assert parse(body, {"X-O-Dengi-Signature": "of whatever", "X-Timestamp": NOW}) == FORGED
    assert parse(body, signed(body, at=NOON - timedelta(hours=1))) == FORGED


def test_without_a_secret_all_are_hints() -> None:
    assert parse(BODY) == parse(BODY, {"X-O-Dengi-Signature": "of whatever"}) == HEARD
    assert parse(as_bytes(shape_b("o-1"))) == Callback(order="o-1")


def test_it_reads_a_form_too() -> None:
    assert parse(urlencode(shape_b("o-1")).encode()) == Callback(order="o-1")


@pytest.mark.parametrize(
    ("given", "invoice"),
    [
        (900000001, "900000001"),
        ("9" * 80, "9" * 80),
        ("9" * 81, ""),
        (None, ""),
        (True, ""),
        ([], ""),
        ({}, ""),
        ("", ""),
    ],
)
def test_it_takes_a_name_or_a_number(given: Any, invoice: str) -> None:
    assert parse(as_bytes(shape_a("900000001", "o-1", invoice_id=given))) == Callback(invoice, "o-1")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"900000001"',
        b"\x00",
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"invoice_id":' + b"9" * 5000 + b"}",
        b"&".join(b"a=%d" % number for number in range(60)),
    ],
)
def test_it_never_raises(body: bytes, settings: Settings) -> None:
    assert parse(body) == Callback()
    settings.ODENGI_WEBHOOK_SECRET = SECRET
    assert parse(body) == FORGED
    assert parse(body, signed(body, at=NOON)) == Callback()
