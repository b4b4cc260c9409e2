"""Random stories of one charge: priced anew, given back by hand, somebody else's; receipts always say what moved."""

import random
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db.models import F, Sum

from billing import ledger
from billing.models import LineKind, Receipt, ReceiptLine, Transfer, Wallet
from billing.pricing import Price, Terms, price
from billing.receipts import give_receipt, give_refund_receipt
from billing.receipts.entries import of_row, standing
from billing.tests.making import NOON, balance_of_system, rule, straight, terms, wallet_with
from drivepower.core.refusals import Refusal

SUBJECT = "session:1"
Kind = Transfer.Kind


class Story:
    """What happens to one charge: two people who might pay, the second one with too little money."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.wallets = [wallet_with("5000"), wallet_with("300")]
        self.revision = -1
        self.by_hand = Decimal(0)

    def settle(self) -> Price:
        """The charge as it is known now, by random terms and a random payer (mostly the first)."""
        self.revision += 1
        wallet, given = self.chance.choice([self.wallets[0], *self.wallets]), self.terms()
        made = price(given, straight(NOON, 40, self.chance.choice([0, 10_000, 25_500, self.chance.randrange(60_000)])))
        captured = ledger.capture(
            wallet=wallet, subject=SUBJECT, revision=self.revision, net=made.net, tax=made.tax, at=NOON
        )
        give_receipt(
            wallet=wallet, subject=SUBJECT, about="", price=made, terms=given, at=NOON, reason="", kept=captured.kept
        )
        return made

    def terms(self) -> Terms:
        rules = [rule("per_kwh", self.chance.choice(["15", "9.99"])), rule("session_fee", "20")]
        tax = Decimal(self.chance.choice([0, 12, 14]))
        return terms(*self.chance.sample(rules, self.chance.choice([1, 2, 2])), tax_percent=tax)

    def give_back(self) -> None:
        """A part of what somebody paid, by hand."""
        paid = Transfer.objects.filter(subject=SUBJECT, kind=Kind.CAPTURE).order_by("pk")
        if not paid:
            return
        amount = Decimal(self.chance.randrange(1, 20_000)) / 100
        with suppress(Refusal):  # more than is left
            done = ledger.refund(
                transfer=self.chance.choice(paid),
                amount=amount,
                reference=f"r:{self.chance.random()}",
                made_by="staff:1",
                reason="asked for",
                at=NOON,
            )
            give_refund_receipt(subject=SUBJECT, net=done.net, tax=done.tax, reason="asked for", at=NOON)


def borne(wallet: Wallet) -> Decimal:
    """What the charge costs this wallet by the ledger: paid and owed, less what came back."""
    moved = Transfer.objects.filter(subject=SUBJECT)
    debts = [f"{debt.reference}:debt" for debt in wallet.debts.all()]
    parts = (
        (moved.filter(kind=Kind.CAPTURE, source=wallet), 1),
        (moved.filter(kind=Kind.DEBT, reference__in=debts), 1),
        (moved.filter(kind=Kind.REFUND, target=wallet), -1),
        (moved.filter(kind=Kind.FORGIVEN, reverses__reference__in=debts), -1),
    )
    return sum(
        (sign * part.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"] for part, sign in parts), Decimal(0)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(8))
def test_it_says_what_moved_whatever_happens(seed: int) -> None:
    story = Story(seed)
    made = story.settle()
    for _ in range(14):
        if story.chance.random() < 0.35:
            story.give_back()
        else:
            made = story.settle()
        receipts = Receipt.objects.filter(subject=SUBJECT)
        for wallet in story.wallets:
            assert sum(one.gross for one in receipts.filter(wallet=wallet)) == borne(wallet)
        assert receipts.latest("id").subject_gross == sum(one.gross for one in receipts)
        assert sum(one.tax for one in receipts) == balance_of_system("tax")
        rows = ReceiptLine.objects.order_by("receipt_id", "position")
        left = standing(of_row(row) for row in rows)
        assert sum(entry.gross for entry in left) == made.gross
        given = sum(row.gross for row in rows if row.dimension == LineKind.REFUND)
        assert made.gross + given == receipts.latest("id").subject_gross
    totals = Receipt.objects.annotate(summed=Sum("lines__gross", default=Decimal(0))).exclude(summed=F("gross"))
    assert not totals.exists()
    numbers = list(Receipt.objects.order_by("id").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
