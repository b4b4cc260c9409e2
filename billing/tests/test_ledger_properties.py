"""Any sequence of verbs leaves what forty lines of plain arithmetic leave, and books that add up."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing import ledger
from billing.models import Transfer, Wallet
from billing.tests.making import NOON, wallet_with
from drivepower.core.refusals import Refusal

AMOUNTS = st.integers(1, 12_000).map(lambda tyiyn: Decimal(tyiyn) / 100)
SUBJECTS = st.integers(1, 3)
STEPS = st.one_of(
    st.tuples(st.just("hold"), SUBJECTS, AMOUNTS),
    st.tuples(st.just("release"), SUBJECTS, st.none()),
    st.tuples(st.just("capture"), SUBJECTS, AMOUNTS),
    st.tuples(st.just("top_up"), st.none(), AMOUNTS),
    st.tuples(st.just("refund"), SUBJECTS, AMOUNTS),
    st.tuples(st.just("adjust"), st.sampled_from([1, -1]), AMOUNTS),
)


@dataclass
class Model:
    """A wallet as arithmetic."""

    balance: Decimal = Decimal(0)
    holds: dict[int, Decimal] = field(default_factory=dict)
    debts: list[Decimal] = field(default_factory=list)
    charges: dict[int, Decimal] = field(default_factory=dict)

    @property
    def free(self) -> Decimal:
        return self.balance - sum(self.holds.values())

    def credit(self, amount: Decimal) -> None:
        self.balance += amount
        for number, debt in enumerate(self.debts):
            part = max(Decimal(0), min(debt, self.free))
            self.debts[number] -= part
            self.balance -= part

    def hold(self, subject: int, amount: Decimal) -> bool:
        fits = not any(self.debts) and amount <= self.free
        if fits:
            self.holds[subject] = self.holds.get(subject, Decimal(0)) + amount
        return fits

    def release(self, subject: int, _: None) -> bool:
        self.holds.pop(subject, None)
        return True

    def capture(self, subject: int, amount: Decimal) -> bool:
        self.holds.pop(subject, None)
        paid = max(Decimal(0), min(amount, self.free))
        self.balance -= paid
        self.debts.append(amount - paid)
        self.charges[subject] = paid  # what may be refunded of its newest charge
        return True

    def top_up(self, _: None, amount: Decimal) -> bool:
        self.credit(amount)
        return True

    def refund(self, subject: int, amount: Decimal) -> bool:
        fits = amount <= self.charges.get(subject, Decimal(0))
        if fits:
            self.charges[subject] -= amount
            self.credit(amount)
        return fits

    def adjust(self, sign: int, amount: Decimal) -> bool:
        if sign < 0:
            fits = amount <= self.free
            self.balance -= amount * fits
            return fits
        self.credit(amount)
        return True


class Real:
    """The same verbs on the ledger; each answers whether it was carried out."""

    def __init__(self, wallet: Wallet) -> None:
        self.wallet = wallet
        self.count = 0
        self.revisions: dict[int, int] = {}

    def subject(self, number: int) -> str:
        return f"session:{self.wallet.pk}-{number}"

    def carry_out(self, verb: str, what: Any, amount: Any) -> bool:
        self.count += 1
        try:
            getattr(self, verb)(what, amount)
        except Refusal:
            return False
        return True

    def hold(self, what: int, amount: Decimal) -> None:
        subject = self.subject(what)
        ledger.hold(wallet=self.wallet, amount=amount, subject=subject, number=self.count, expires_at=None, at=NOON)

    def release(self, what: int, _: None) -> None:
        ledger.release(subject=self.subject(what), at=NOON)

    def capture(self, what: int, amount: Decimal) -> None:
        revision = self.revisions[what] = self.revisions.get(what, 0) + 1
        tax = round(amount / 9, 2)
        subject = self.subject(what)
        ledger.capture(wallet=self.wallet, subject=subject, revision=revision, net=amount - tax, tax=tax, at=NOON)

    def top_up(self, _: None, amount: Decimal) -> None:
        reference = f"gift:{self.wallet.pk}:{self.count}"
        ledger.top_up(wallet=self.wallet, provider="sandbox", amount=amount, reference=reference, at=NOON)

    def refund(self, what: int, amount: Decimal) -> None:
        charged = f"{self.subject(what)}:r{self.revisions.get(what, 0)}:charge"
        transfer = Transfer.objects.filter(reference=charged).first()
        if transfer is None:
            raise Refusal("not_refundable", "nothing was paid")
        reference = f"refund:{self.wallet.pk}:{self.count}"
        ledger.refund(transfer=transfer, amount=amount, reference=reference, made_by="test", reason="", at=NOON)

    def adjust(self, sign: int, amount: Decimal) -> None:
        reference = f"adjustment:{self.wallet.pk}:{self.count}"
        ledger.adjust(wallet=self.wallet, amount=sign * amount, reference=reference, made_by="test", reason="", at=NOON)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(STEPS, min_size=5, max_size=25))
def test_it_does_what_arithmetic_does(steps: list[tuple[str, Any, Any]]) -> None:
    wallet = wallet_with("0")
    model, real = Model(), Real(wallet)
    for verb, what, amount in [("top_up", None, Decimal(150)), *steps]:
        expected = getattr(model, verb)(what, amount)
        assert real.carry_out(verb, what, amount) == expected
        wallet.refresh_from_db()
        assert (wallet.balance, wallet.held, wallet.owed) == (
            model.balance,
            sum(model.holds.values()),
            sum(model.debts),
        )
    assert ledger.check_books() == []
