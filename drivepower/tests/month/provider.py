"""Money that comes and goes by the provider of payments: real HTTP to a small bank, and the register that it sends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.test import override_settings

from accounts.models import User
from billing import registers
from billing.models import PaymentRefund, ProviderRegister, TopUp
from billing.payments import refunds
from billing.payments.top_ups import check_top_up, start_top_up
from billing.registers import LAYOUTS
from billing.tests.scripted_bank import ScriptedBank
from billing.tests.sending import send_back
from drivepower.core.money import exponent, plain

HEADS = "kind,transaction,payment,time,amount,commission,currency"
# What the provider keeps of each payment.
KEEPS = Decimal("0.0175")
STAFF = "staff:desk"
MINUTE = timedelta(minutes=1)


@dataclass
class Provider:
    """The bank, and what it will tell of it all in its registers, by currency."""

    bank: ScriptedBank
    told: dict[str, list[str]] = field(default_factory=dict)
    paid: list[TopUp] = field(default_factory=list)

    def top_up(self, user: User, amount: str, at: datetime, *, currency: str = "KGS", is_told: bool = True) -> TopUp:
        """A person fills their wallet."""
        name = f"T-{len(self.paid) + 1}"
        self.bank.invoice = {"invoice": f"I-{name}", "page": f"http://bank.example/{name}"}
        wanted = Decimal(amount)
        made = start_top_up(user=user, amount=wanted, currency=currency, method=TopUp.Method.QR, at=at)
        self.bank.says("paid", plain(wanted, currency), currency, name)
        check_top_up(top_up_id=made.pk, at=at + MINUTE)
        made.refresh_from_db()
        self.paid.append(made)
        if is_told:
            self.tell("payment", name, wanted, currency, at, self.kept_of(wanted, currency))
        return made

    def kept_of(self, amount: Decimal, currency: str) -> Decimal:
        """The commission of a payment."""
        return round(amount * KEEPS, exponent(currency))

    def take_back(self, top_up: TopUp, amount: str, at: datetime) -> None:
        """The payer's own bank takes a part or all of a payment back."""
        self.status_of(top_up)
        self.bank.sent_back(amount)
        check_top_up(top_up_id=top_up.pk, at=at)
        paid, currency = top_up.provider_transaction, self.currency_of(top_up)
        self.tell("chargeback", f"CB-{paid}", Decimal(amount), currency, at, payment=paid)

    def send_back(self, top_up: TopUp, amount: str, at: datetime) -> PaymentRefund:
        """We send a part of a payment back, and the provider does that."""
        name = f"RF-{top_up.provider_transaction}"
        self.bank.refund = {"refund": name}
        sent = send_back(top_up=top_up, amount=Decimal(amount), reason="Asked for.", made_by=STAFF, at=at)
        assert sent.state == PaymentRefund.State.DONE
        self.tell("refund", name, Decimal(amount), self.currency_of(top_up), at, payment=top_up.provider_transaction)
        return sent

    def send_in_vain(self, top_up: TopUp, amount: str, at: datetime) -> None:
        """We send money back, the provider says it is done, and a week later that it is not: it comes home."""
        self.bank.refund = {"refund": f"RF-{top_up.provider_transaction}"}
        sent = send_back(top_up=top_up, amount=Decimal(amount), reason="Asked for.", made_by=STAFF, at=at)
        self.status_of(top_up)
        self.bank.sent_back("0")
        later = at + timedelta(days=7)
        check_top_up(top_up_id=top_up.pk, at=later)
        self.bank.code = 409
        refunds.sweep(at=later + MINUTE)
        self.bank.code = 200
        sent.refresh_from_db()
        assert sent.state == PaymentRefund.State.REFUSED

    def pay_again(self, top_up: TopUp, at: datetime) -> None:
        """The payer pays the same invoice once more."""
        name, currency = f"{top_up.provider_transaction}-again", self.currency_of(top_up)
        self.status_of(top_up)
        self.bank.status |= {"again": [name]}
        check_top_up(top_up_id=top_up.pk, at=at)
        self.tell("payment", name, top_up.amount, currency, at, self.kept_of(top_up.amount, currency))

    def status_of(self, top_up: TopUp) -> None:
        """Let the bank speak of that payment."""
        amount = plain(top_up.amount, self.currency_of(top_up))
        self.bank.says("paid", amount, self.currency_of(top_up), top_up.provider_transaction)

    def currency_of(self, top_up: TopUp) -> str:
        """Its wallet's."""
        return str(top_up.wallet.currency)

    def tell(
        self,
        kind: str,
        name: str,
        amount: Decimal,
        currency: str,
        at: datetime,
        kept: Decimal = Decimal(0),
        payment: str = "",
    ) -> None:
        """A line of the register."""
        line = f"{kind},{name},{payment},{at.isoformat()},{plain(amount, currency)},{plain(kept, currency)},{currency}"
        self.told.setdefault(currency, []).append(line)

    def send_register(self, currency: str, at: datetime) -> ProviderRegister:
        """The register comes and is stored; what was told is told once."""
        content = "\n".join([HEADS, *self.told.pop(currency)]).encode()
        how = {"layout": LAYOUTS["generic"], "provider": "sandbox", "currency": currency}
        name = f"register-{currency}-{at:%Y-%m-%d}.csv"
        return registers.store(content=content, file_name=name, by=STAFF, at=at, **how)  # type: ignore[arg-type]  # these three


@contextmanager
def open_provider() -> Iterator[Provider]:
    """The provider on this machine, while the month is played."""
    bank = ScriptedBank()
    server = bank.start()
    try:
        with override_settings(SANDBOX_BANK_URL=bank.address, PAYMENT_PROVIDER="sandbox"):
            yield Provider(bank)
    finally:
        server.shutdown()
        server.server_close()
