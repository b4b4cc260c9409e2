"""Random months of a company's wallet: statements chain, and each closes with what the ledger said at that time."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Q

from billing import ledger
from billing.models import Statement, Transfer
from billing.statements import make_statements
from billing.tests.making import give
from billing.tests.test_make_statements import BY, MAY_BEGINS, charge, fleet
from drivepower.core.refusals import Refusal


class Months:
    """Random movements of one wallet over four months, and what it came to at each month's end."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.wallet = fleet("300")
        self.at = datetime(2026, 1, 2, tzinfo=UTC)
        self.stood: dict[date, Decimal] = {}
        self.number = 0

    def position(self) -> Decimal:
        self.wallet.refresh_from_db()
        position: Decimal = self.wallet.balance - self.wallet.owed
        return position

    def amount(self) -> Decimal:
        return Decimal(self.chance.randrange(1, 40_000)) / 100

    def step(self) -> None:
        self.number += 1
        acts: list[Callable[[], object]] = [self.charge, self.charge, self.change, self.top_up, self.refund]
        acts += [self.adjust, self.reverse, self.forgive]
        with suppress(Refusal):  # more than there is: nothing moves
            self.chance.choice(acts)()

    def charge(self) -> None:
        charge(self.wallet, self.chance.randrange(60_000), f"session:{self.number}", self.at)

    def change(self) -> None:
        """Another truth about a charge: more or less than before."""
        if captures := self.wallet.captures.order_by("pk"):
            before = self.chance.choice(captures)
            net, revision = self.amount(), before.revision + 1
            ledger.capture(
                wallet=self.wallet, subject=before.subject, revision=revision, net=net, tax=Decimal(0), at=self.at
            )

    def top_up(self) -> None:
        give(self.wallet, f"{self.amount():.2f}", at=self.at)

    def some(self, kind: Transfer.Kind) -> Transfer | None:
        mine = Transfer.objects.filter(Q(source=self.wallet) | Q(target=self.wallet), kind=kind).order_by("pk")
        return self.chance.choice(mine) if mine else None

    def refund(self) -> None:
        if (transfer := self.some(Transfer.Kind.CAPTURE)) is not None:
            ledger.refund(transfer=transfer, amount=self.amount(), reference=f"r:{self.number}", at=self.at, **BY)

    def reverse(self) -> None:
        if (transfer := self.some(Transfer.Kind.TOP_UP)) is not None:
            ledger.reverse_top_up(transfer=transfer, amount=self.amount(), reference=f"v:{self.number}", at=self.at)

    def adjust(self) -> None:
        amount = self.amount() * self.chance.choice((1, -1))
        ledger.adjust(wallet=self.wallet, amount=amount, reference=f"a:{self.number}", at=self.at, **BY)

    def forgive(self) -> None:
        if debts := self.wallet.debts.order_by("pk"):
            debt = self.chance.choice(debts)
            ledger.forgive(debt=debt, amount=self.amount() / 4, reference=f"f:{self.number}", at=self.at, **BY)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_it_chains_months_that_equal_the_ledger(seed: int) -> None:
    story = Months(seed)
    for month in (date(2026, number, 1) for number in range(1, 5)):
        for _ in range(12):
            story.at += timedelta(hours=story.chance.randrange(1, 50))
            story.step()
        story.stood[month] = story.position()
        story.at = datetime(2026, month.month, 28, 18, tzinfo=UTC) + timedelta(days=4)
    make_statements(month=date(2026, 4, 1), at=MAY_BEGINS)
    statements = list(Statement.objects.order_by("month"))
    assert {one.month: one.closing for one in statements} == story.stood
    assert [one.opening for one in statements] == [Decimal(0), *(one.closing for one in statements[:-1])]
    assert statements[-1].owed == story.wallet.owed
