"""Many hands on few wallets: whatever they do and in whatever order, the books agree at the end."""

import random
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db.models import F

from billing import ledger
from billing.models import Capture, Debt, Hold, Transfer, Wallet
from billing.tests.making import NOON, wallet_with
from billing.tests.threads import at_once
from drivepower.core.refusals import Refusal

HANDS, ACTS, SUBJECTS = 6, 40, 8


class Hand:
    """One worker that does seeded random things to wallets and subjects that others work on, too."""

    def __init__(self, number: int, wallets: list[Wallet]) -> None:
        self.number, self.wallets = number, wallets
        self.chance = random.Random(number)
        self.refusals = 0

    def work(self) -> int:
        """Do it; answers how often the ledger said no."""
        for act in range(ACTS):
            usual = self.hold, self.hold, self.release, self.capture, self.capture, self.top_up, self.adjust
            verb = self.chance.choice([*usual, self.refund, self.reverse, self.forgive, self.checkpoint])
            try:
                verb(act)
            except Refusal:
                self.refusals += 1
        return self.refusals

    def amount(self) -> Decimal:
        return Decimal(self.chance.randint(1, 4000)) / 100

    def subject(self) -> str:
        return f"session:{self.chance.randrange(SUBJECTS)}"

    def hold(self, act: int) -> None:
        ledger.hold(
            wallet=self.chance.choice(self.wallets),
            amount=self.amount(),
            subject=self.subject(),
            number=self.number * ACTS + act,
            expires_at=None,
            at=NOON,
        )

    def release(self, _: int) -> None:
        ledger.release(subject=self.subject(), at=NOON)

    def capture(self, _: int) -> None:
        ledger.capture(
            wallet=self.chance.choice(self.wallets),
            subject=self.subject(),
            revision=self.chance.randint(1, 30),
            net=self.amount(),
            tax=self.amount() / 8 // Decimal("0.01") * Decimal("0.01"),
            at=NOON,
        )

    def top_up(self, act: int) -> None:
        ledger.top_up(
            wallet=self.chance.choice(self.wallets),
            provider="sandbox",
            amount=self.amount(),
            reference=f"top_up:{self.number // 2}:{act}",  # two hands report each payment
            at=NOON,
        )

    def adjust(self, act: int) -> None:
        ledger.adjust(
            wallet=self.chance.choice(self.wallets),
            amount=self.chance.choice([1, -1]) * self.amount(),
            reference=f"adjustment:{self.number}:{act}",
            made_by="test",
            reason="",
            at=NOON,
        )

    def refund(self, act: int) -> None:
        paid = Transfer.objects.filter(kind__in=["capture", "repayment"], source__in=self.wallets)
        if charge := paid.select_related("source").order_by("?").first():
            ledger.refund(transfer=charge, **self.by_hand("refund", act))

    def reverse(self, act: int) -> None:
        if paid := Transfer.objects.filter(kind="top_up").select_related("target", "source").order_by("?").first():
            ledger.reverse_top_up(transfer=paid, **self.by_hand("reversal", act))

    def forgive(self, act: int) -> None:
        if debt := Debt.objects.filter(paid__lt=F("amount")).select_related("wallet").order_by("?").first():
            ledger.forgive(debt=debt, **self.by_hand("forgiven", act))

    def by_hand(self, kind: str, act: int) -> dict[str, Any]:
        reference = f"{kind}:{self.number}:{act}"
        return {"amount": self.amount(), "reference": reference, "made_by": "test", "reason": "", "at": NOON}

    def checkpoint(self, _: int) -> None:
        ledger.checkpoint(at=NOON)


@pytest.mark.django_db(transaction=True)
def test_it_keeps_the_books_in_order_in_a_storm() -> None:
    wallets = [wallet_with("60") for _ in range(3)]
    hands: list[Callable[[], int]] = [partial(Hand(number, wallets).work) for number in range(HANDS)]
    refusals = at_once(*hands)
    assert ledger.check_books() == []
    assert 0 < sum(refusals) < HANDS * ACTS
    assert Capture.objects.count() == len(set(Capture.objects.values_list("subject", "revision")))
    held = sum((hold.amount for hold in Hold.objects.filter(state=Hold.State.ACTIVE)), Decimal(0))
    for wallet in wallets:
        wallet.refresh_from_db()
        assert wallet.balance >= wallet.held >= 0
    assert held == sum(wallet.held for wallet in wallets)
    everything = [*wallets, *Wallet.objects.exclude(system="")]
    assert sum(net_of(wallet) for wallet in everything) == 0


def net_of(wallet: Wallet) -> Decimal:
    came = sum((row.amount for row in Transfer.objects.filter(target=wallet)), Decimal(0))
    return came - sum((row.amount for row in Transfer.objects.filter(source=wallet)), Decimal(0))
