"""Top-ups, and the files in which providers tell of them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from billing import ledger, opening, registers
from billing.models import OpeningImport, ProviderRegister, TopUp, Wallet
from billing.registers import LAYOUTS, Look
from billing.tests.making import NOON, person, wallet_with

HEADS = "kind,transaction,payment,time,amount,commission,currency"


def credited(name: str, amount: str, *, at: datetime = NOON, wallet: Wallet | None = None) -> TopUp:
    """A top-up that was paid under that name and is in its wallet."""
    wallet = wallet or wallet_with("0")
    moved = ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal(amount), reference=f"paid:{name}", at=at)
    return TopUp.objects.create(
        wallet=wallet,
        provider="sandbox",
        amount=amount,
        paid_amount=amount,
        provider_transaction=name,
        provider_invoice=f"invoice-{name}",
        state=TopUp.State.APPROVED,
        transfer=moved,
        made_at=at,
        expires_at=at,
    )


def given_back(top_up: TopUp, amount: str) -> None:
    """A part of it went back to its payer."""
    assert top_up.transfer
    ledger.reverse_top_up(transfer=top_up.transfer, amount=Decimal(amount), reference=f"back:{top_up}", at=NOON)
    TopUp.objects.filter(pk=top_up.pk).update(reversed_amount=amount)


def line(kind: str, name: str, amount: str, commission: str = "0", *, minutes: int = 0, payment: str = "") -> str:
    """A line of our own layout."""
    moment = NOON + timedelta(minutes=minutes)
    return f"{kind},{name},{payment},{moment.isoformat()},{amount},{commission},KGS"


def file_of(*lines: str, heads: str = HEADS) -> bytes:
    """A file of these lines."""
    return "\n".join([heads, *lines]).encode()


def how(**more: Any) -> dict[str, Any]:
    """Our own layout of the sandbox in som, unless told otherwise."""
    return {"layout": LAYOUTS["generic"], "provider": "sandbox", "currency": "KGS"} | more


def look(content: bytes, **more: Any) -> Look:
    """Look at it."""
    return registers.look(content=content, **how(**more))


def store(content: bytes, **more: Any) -> ProviderRegister:
    """Store it."""
    return registers.store(content=content, file_name="march.csv", by="staff:1", at=NOON, **how(**more))


def paper_of_a_provider() -> ProviderRegister:
    """A register that says 30.00 were kept, 100.00 paid out and 7.00 something else, booked."""
    register = store(file_of(line("fee", "F1", "30"), line("remittance", "R1", "100"), line("other", "O1", "-7")))
    odd = register.lines.get(kind="other")
    registers.ask_entry(line=odd, account="commissions", reason="a fee", asked_by="staff:1", at=NOON)
    return registers.book(register=register, by="staff:2", at=NOON)


def paper_of_the_past() -> OpeningImport:
    """A file of one balance of 25.00, booked."""
    owner = person()
    asked = opening.ask(
        content=f"owner,amount\n{owner.email},25".encode(),
        currency="KGS",
        control_total=Decimal(25),
        file_name="past.csv",
        asked_by="staff:1",
        at=NOON,
    )
    return opening.approve(opening=asked, decided_by="staff:2", at=NOON)
