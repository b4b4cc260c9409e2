"""A cash register that answers nonsense, or too late: no other receipt waits for it, and a person reads why."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from billing import fiscal
from billing.fiscal import sending
from billing.fiscal.adapters import ADAPTERS
from billing.fiscal.protocol import Document, RegisterAway, Registered, RegisterRefuses, RegisterTrouble
from billing.models import FiscalDocument
from billing.tests.making import NOON
from billing.tests.test_give_receipt import give
from drivepower.core.models import Alert

pytestmark = pytest.mark.django_db
USABLE: dict[str, Any] = {"number": "1", "sign": "s", "device": "d", "qr": "q"}


@pytest.fixture(autouse=True)
def _sandbox(settings: Settings) -> None:
    settings.FISCAL_ADAPTER = "sandbox"


class Odd:
    """A register that answers anything for the first receipt, and as it should for the others."""

    def __init__(self, first: Registered | RegisterTrouble) -> None:
        self.first = first

    def register(self, document: Document, *, at: Any) -> Registered:
        """The odd answer, or the receipt's own number."""
        if document.number != "DP-2026-000001":
            return Registered(number=document.number, sign="s", device="d", qr="")
        if isinstance(self.first, RegisterTrouble):
            raise self.first
        return self.first


@pytest.mark.parametrize(
    "odd",
    [{"number": ""}, {"number": "  "}, {"number": None}, *({name: "9" * 10_000} for name in USABLE)],
    ids=lambda odd: f"{next(iter(odd))} {str(next(iter(odd.values())))[:5]!r}",
)
def test_an_answer_that_cannot_be_kept_stops_no_other_receipt(
    odd: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ADAPTERS, "sandbox", Odd(Registered(**(USABLE | odd))))
    give("session:1")
    give("session:2")
    assert fiscal.send_due(at=NOON) == {"broken": 1, "registered": 1}
    one = FiscalDocument.objects.get(state="waiting")
    assert (one.error.startswith("the register's answer cannot be used"), one.attempts) == (True, 1)
    FiscalDocument.objects.filter(pk=one.pk).update(attempts=sending.MOST_ATTEMPTS - 1)
    assert fiscal.send_due(at=NOON + timedelta(seconds=30)) == {"failed": 1}
    assert "cannot be used" in Alert.objects.get(kind="fiscal_failed").text


def test_what_no_column_takes_is_left_out_of_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = Registered(number=" 1\x00 ", sign="\ud800", device="<html>", qr="q")
    monkeypatch.setitem(ADAPTERS, "sandbox", Odd(odd))
    give("session:1")
    assert fiscal.send_due(at=NOON) == {"registered": 1}
    one = FiscalDocument.objects.get()
    assert (one.fiscal_number, one.fiscal_sign, one.device) == ("1", "?", "<html>")


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (RegisterRefuses("no\x00 paper" + "x" * 10_000), "no paper" + "x" * 192),
        (RegisterRefuses(" "), "the register does not take this document"),
        (RegisterAway(""), "the register does not answer"),
    ],
    ids=["long", "refuses without a word", "away without a word"],
)
def test_whatever_a_register_says_a_reason_stays(
    trouble: RegisterTrouble, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ADAPTERS, "sandbox", Odd(trouble))
    give("session:1")
    assert fiscal.send_due(at=NOON) in ({"failed": 1}, {"put_off": 1})
    assert FiscalDocument.objects.get().error == error


class Slow:
    """A register that answers only when another worker has given the document up."""

    def register(self, document: Document, *, at: Any) -> Registered:
        """Its number, late."""
        sending.give_up(FiscalDocument.objects.get(public_id=document.public_id), "no line", at)
        return Registered(**USABLE)


def test_what_was_registered_late_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would stand as failed without an alert, and the register has it."""
    monkeypatch.setitem(ADAPTERS, "sandbox", Slow())
    give("session:1")
    assert fiscal.send_due(at=NOON) == {"registered": 1}
    assert FiscalDocument.objects.get().state == "done"
    assert Alert.objects.get(kind="fiscal_failed").resolved_at == NOON
