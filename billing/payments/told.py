"""What goes to payment providers and comes from them: one line in the log each, and the raw text for finance alone.

A line names amounts and outcomes, never a person, a phone or what a provider wrote; those stand in ProviderEvent.
Numbers of cards stand nowhere.
"""

import json
import logging
import re
import time
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import TracebackType

import structlog
from django.conf import settings

from billing.models import ProviderEvent, TopUp
from billing.payments import lines
from billing.payments.protocol import ProviderAway, ProviderRefuses, ProviderTrouble
from drivepower.core.money import plain
from drivepower.core.texts import storable

LONGEST = 64 * 1024
MOST_READ = 1024 * 1024
SECRETS = ("ODENGI_PASSWORD", "ODENGI_WEBHOOK_SECRET", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET")
# Seven digits or more in a row, however they are grouped: a phone, or what could be one.
PHONE = re.compile(r"\+?\d(?:[ ()-]*\d){6,}")
# Fifteen to nineteen digits, however they are grouped: the number of a card, where its last digit checks the others.
CARD = re.compile(r"(?<![\w.])[2-69](?:[ -]?\d){14,18}(?![\w])")
# What providers say of people, of cards and of what opens their pages: finance has no need of it.
PERSONAL = {
    "billing_details",
    "card",
    "card_number",
    "card_pan",
    "client_secret",
    "collected_information",
    "customer_address",
    "customer_details",
    "customer_email",
    "customer_name",
    "customer_phone",
    "cvc",
    "cvv",
    "evidence",
    "masked_pan",
    "pan",
    "payment_method_details",
    "receipt_email",
    "shipping",
    "shipping_details",
}
OUTCOMES = {ProviderAway: "away", ProviderTrouble: "trouble", ProviderRefuses: "refused"}

STRUCK_OUT = "*** not kept: it speaks of a person and cannot be read ***"

log = structlog.stdlib.get_logger(__name__)


@dataclass
class Call:
    """One request to a top-up's provider; as a context manager it times it, tells what it came to and keeps that."""

    top_up: TopUp
    what: str
    amount: Decimal
    at: datetime
    facts: dict[str, str] = field(default_factory=dict)
    outcome: str = "answered"
    answer: str = ""
    _began: float = field(default=0.0, init=False)
    _token: Token["Call | None"] | None = field(default=None, init=False)

    def __enter__(self) -> "Call":
        self._began, self._token = time.monotonic(), _open.set(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._token is not None:
            _open.reset(self._token)
        if kind is not None:
            self.outcome = next((word for one, word in OUTCOMES.items() if issubclass(kind, one)), "error")
        trouble, ms = masked(str(error)) if error else "", since(self._began)
        log.log(
            logging.WARNING if error else logging.INFO,
            "provider call",
            provider=self.top_up.provider,
            what=self.what,
            **about(self.top_up, self.amount),
            outcome=self.outcome,
            ms=ms,
            error=trouble or None,
        )
        lines.write(self.as_row(trouble=lines.in_a_line(trouble), ms=ms))

    def as_row(self, *, trouble: str, ms: int) -> ProviderEvent:
        """The request and its raw answer as a row that is not written yet."""
        facts = {"amount": written(self.amount, self.top_up.wallet.currency), "trouble": trouble, **self.facts}
        return ProviderEvent(
            provider=self.top_up.provider,
            direction=ProviderEvent.Direction.CALL,
            body=fit_to_keep(self.answer)[:LONGEST],
            verdict=f"{self.what}: {self.outcome}"[:40],
            facts={name: fit_to_keep(said) for name, said in facts.items() if said},
            took_ms=ms,
            top_up=self.top_up,
            received_at=self.at,
        )


_open: ContextVar[Call | None] = ContextVar("open provider call", default=None)


def answered(text: str) -> None:
    """Said by the clients of providers: the raw answer to the call that is being made."""
    call = _open.get()
    if call is not None:
        call.answer = text[:MOST_READ]


def called_back(*, provider: str, verdict: str, top_up: TopUp | None, began: float) -> None:
    """Tell that a provider, or somebody in its name, called; `began` is of time.monotonic."""
    named = about(top_up, top_up.amount) if top_up else {}
    log.info("callback", provider=provider, what="callback", **named, outcome=verdict, ms=since(began))


def about(top_up: TopUp, amount: Decimal) -> dict[str, str]:
    """Which top-up, and how much."""
    return {"top_up": str(top_up), "amount": written(amount, top_up.wallet.currency)}


def since(began: float) -> int:
    """Milliseconds since then."""
    return int((time.monotonic() - began) * 1000)


def written(amount: Decimal, currency: str) -> str:
    """An amount as text, whatever a provider took for one."""
    return plain(amount, currency) if amount.is_finite() and amount.adjusted() < 20 else str(amount)


def masked(text: str) -> str:
    """A sentence about an error without secrets, and with all but the last two digits of long numbers hidden."""
    return PHONE.sub(lambda found: f"***{found.group()[-2:]}", without_secrets(text))[:300]


def fit_to_keep(text: str) -> str:
    """A raw text without our secrets and without what it says of people and cards."""
    return without_secrets(CARD.sub(without_card, without_people(text)))


def without_card(found: re.Match[str]) -> str:
    """The last four digits of a card's number; what its last digit does not check is none, and stays."""
    digits = [int(digit) for digit in found.group() if digit.isdigit()][::-1]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return found.group() if (sum(digits[::2]) + doubled) % 10 else f"***{found.group()[-4:]}"


def without_people(text: str) -> str:
    """A JSON text without what it says of people; one with nothing of that, or that cannot be read, as it is."""
    if not any(f'"{name}"' in text for name in PERSONAL):
        return text
    try:
        return json.dumps(json.loads(text, object_pairs_hook=impersonal), ensure_ascii=False)
    except (ValueError, RecursionError):
        return STRUCK_OUT


def impersonal(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON whose personal fields are struck out, where they hold anything."""
    return {name: "***" if name in PERSONAL and value else value for name, value in pairs}


def without_secrets(text: str) -> str:
    """A text that can be stored, with whatever we sign and log in with struck out."""
    for name in SECRETS:
        if secret := getattr(settings, name):
            text = text.replace(secret, "***")
    said: str = storable(text)
    return said
