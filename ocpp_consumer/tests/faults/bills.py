"""Charges that ended and wait for their bill, and whether each of them was settled exactly once."""

import random
from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from billing import ledger
from billing.models import Capture, Hold, Receipt, Wallet
from charging.models import Session, Settlement
from charging.tests.world import NOW, PRICE, World, minutes

MONEY, TYIYN = Decimal(1000), Decimal("0.01")
LEAST_WH, MOST_WH = 1_000, 25_000


@dataclass
class Bills:
    """A station where charge follows on charge, and what each of them must cost in the end."""

    world: World
    chance: random.Random
    due: dict[int, Decimal] = field(default_factory=dict)

    def end_some(self, count: int) -> None:
        """So many drivers charge for an hour, each with a wallet of their own; their bills are due."""
        for _ in range(count):
            driver = self.world.driver(str(MONEY))
            session = self.world.charging(driver)
            energy_wh = self.chance.randint(LEAST_WH, MOST_WH)
            self.world.end(session, 1000 + energy_wh, at=NOW + minutes(60))
            self.due[session.pk] = (PRICE * energy_wh / 1000).quantize(TYIYN, ROUND_HALF_UP)

    def waiting(self) -> int:
        """How many are not settled yet."""
        return Session.objects.filter(state=Session.State.ENDED).count()

    def complaints(self) -> list[str]:
        """Everything that is not as it must be once all are settled; empty if all is well."""
        keys = self.due.keys()
        settled = Session.objects.filter(pk__in=keys, state=Session.State.SETTLED, receipt__isnull=False)
        states = Counter(Session.objects.filter(pk__in=keys).values_list("state", flat=True))
        found = [] if settled.count() == len(keys) else [f"of {len(keys)} sessions: {dict(sorted(states.items()))}"]
        for what, rows in {
            "settlements": Settlement.objects.values_list("session", "total"),
            "captures": ((int(one.subject.split(":")[1]), one.gross) for one in Capture.objects.all()),
            "receipts": ((int(one.subject.split(":")[1]), one.gross) for one in Receipt.objects.all()),
        }.items():
            if sorted(rows) != sorted(self.due.items()):
                found.append(f"the {what} are not one for each session with what it cost")
        numbers = sorted(Receipt.objects.values_list("number", flat=True))
        if numbers != list(range(1, len(keys) + 1)):
            found.append("the numbers of the receipts have gaps")
        if Hold.objects.filter(state=Hold.State.ACTIVE).exists():
            found.append("money is still held")
        found += [f"{one.subject}: {one.figure} is {one.kept}, not {one.counted}" for one in ledger.check_books()]
        found += [f"{wallet}: {wallet.balance}" for wallet in self._wrong_wallets()]
        return found

    def _wrong_wallets(self) -> list[Wallet]:
        paid = {session.driver_id: self.due[session.pk] for session in Session.objects.filter(pk__in=self.due)}
        wallets = Wallet.objects.filter(user__in=list(paid))
        return [wallet for wallet in wallets if wallet.balance != MONEY - paid[wallet.user_id]]
