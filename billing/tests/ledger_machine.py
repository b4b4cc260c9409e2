"""Random verbs on the ledger and on a model of it, side by side; every figure is compared after each of them."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal

from django.db.models import F
from django.test import override_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.models import Company
from billing import ledger
from billing.models import Capture, Debt, Transfer, Wallet
from billing.tests.ledger_model import Model, No, Purse
from billing.tests.making import NOON, wallet_with
from drivepower.core.refusals import Refusal

AMOUNTS = st.integers(1, 12_000).map(lambda cents: Decimal(cents) / 100)
WALLETS, SUBJECTS, ANY, PERCENT = st.integers(0, 3), st.integers(1, 4), st.integers(0, 99), st.integers(0, 110)
HOUSE = ("tax", "clearing:sandbox", "adjustments", "receivable")


def part_of(amount: Decimal, percent: int) -> Decimal:
    """So much of it, and a little at least."""
    return max(Decimal("0.01"), round(amount * percent / 100, 2))


class LedgerMachine(RuleBasedStateMachine):
    """Two drivers, a company with credit and a driver who pays in dollars; four things that cost money."""

    verbs: Counter[str] = Counter()

    @initialize()
    def open(self) -> None:
        self.name, self.count = uuid.uuid4().hex[:12], 0
        company = Company.objects.create(name=self.name)
        self.wallets = [
            wallet_with("0"),
            wallet_with("0"),
            ledger.wallet_of(company=company, currency="KGS"),
            wallet_with("0", currency="USD"),
        ]
        self.model = Model([Purse(wallet.currency) for wallet in self.wallets])
        self.top_ups: list[Transfer] = []
        self.before = self.house()
        for number in range(3):
            self.top_up(number, Decimal(60))
        self.limit(Decimal(50))

    def do(self, real: Callable[[], object], model: Callable[[], object]) -> tuple[object, object]:
        """Do it on both sides; answers what both answered, None where it was refused."""
        self.verbs[real.__qualname__.split(".")[1]] += 1
        try:
            expected = model()
        except No:
            expected = No
        try:
            answered = real()
        except Refusal:
            answered = No
        assert (answered is No) == (expected is No), (answered, expected)
        return answered, expected

    def subject(self, number: int) -> str:
        return f"{self.name}:{number}"

    def new(self, kind: str) -> str:
        self.count += 1
        return f"{kind}:{self.name}:{self.count}"

    @rule(wallet=WALLETS, number=SUBJECTS, amount=AMOUNTS)
    def hold(self, wallet: int, number: int, amount: Decimal) -> None:
        self.count += 1
        subject = self.subject(number)

        def real() -> None:
            ledger.hold(
                wallet=self.wallets[wallet], amount=amount, subject=subject, number=self.count, expires_at=None, at=NOON
            )

        self.do(real, lambda: self.model.hold(self.model.purses[wallet], subject, amount))

    @rule(number=SUBJECTS)
    def release(self, number: int) -> None:
        subject = self.subject(number)
        freed, expected = self.do(lambda: ledger.release(subject=subject, at=NOON), lambda: self.model.release(subject))
        assert freed == expected

    @rule(wallet=WALLETS, number=SUBJECTS, gross=AMOUNTS | st.just(Decimal(0)), taxed=st.integers(0, 30), step=ANY)
    def capture(self, wallet: int, number: int, gross: Decimal, taxed: int, step: int) -> None:
        """A new revision, now and then one that is known already, and now and then one that the house helps with."""
        subject = self.subject(number)
        bill = self.model.bills[subject]
        revision = max(0, bill.revision + (0 if step < 5 else 1 + step % 3))
        tax, absorb, last = round(gross * taxed / 130, 2), step > 90, bill.gross

        def real() -> ledger.Captured:
            with override_settings(SHORTFALL="absorb" if absorb else "owe"):
                return ledger.capture(
                    wallet=self.wallets[wallet], subject=subject, revision=revision, net=gross - tax, tax=tax, at=NOON
                )

        purse = self.model.purses[wallet]
        made, moved = self.do(real, lambda: self.model.capture(purse, subject, revision, gross, tax, absorb))
        if isinstance(made, ledger.Captured) and isinstance(moved, Decimal):
            assert made.kept == moved - (gross - last)

    @rule(wallet=WALLETS, amount=AMOUNTS)
    def top_up(self, wallet: int, amount: Decimal) -> None:
        reference = self.new("top_up")

        def real() -> None:
            self.top_ups.append(
                ledger.top_up(
                    wallet=self.wallets[wallet], provider="sandbox", amount=amount, reference=reference, at=NOON
                )
            )

        self.do(real, lambda: self.model.top_up(self.model.purses[wallet], amount))

    @rule(which=ANY, amount=AMOUNTS)
    def reverse(self, which: int, amount: Decimal) -> None:
        number, reference = which % len(self.top_ups), self.new("reversal")

        def real() -> object:
            return ledger.reverse_top_up(transfer=self.top_ups[number], amount=amount, reference=reference, at=NOON)

        self.do(real, lambda: self.model.reverse(self.model.paid[number], amount))

    @rule(which=ANY, percent=PERCENT)
    def refund(self, which: int, percent: int) -> None:
        paid = Transfer.objects.filter(source__in=self.wallets, kind__in=["capture", "repayment"])
        charges = paid.exclude(subject__startswith="top_up").select_related("source").order_by("-id")
        if found := list(charges):
            charge, reference = found[which % len(found)], self.new("refund")
            purse = self.model.purses[self.wallets.index(charge.source)]
            amount = part_of(self.model.bills[charge.subject].paid[purse], percent)
            self.do(
                lambda: ledger.refund(
                    transfer=charge, amount=amount, reference=reference, made_by="test", reason="", at=NOON
                ),
                lambda: self.model.refund(purse, charge.subject, amount),
            )

    @rule(which=ANY, percent=PERCENT)
    def forgive(self, which: int, percent: int) -> None:
        debts = Debt.objects.filter(wallet__in=self.wallets, paid__lt=F("amount")).select_related("wallet")
        if found := list(debts.order_by("id")):
            number, reference = which % len(found), self.new("forgiven")
            owed = [debt for debt in self.model.debts if debt.left][number]
            amount = part_of(owed.left, percent)
            self.do(
                lambda: ledger.forgive(
                    debt=found[number], amount=amount, reference=reference, made_by="test", reason="", at=NOON
                ),
                lambda: self.model.forgive(owed, amount),
            )

    @rule(wallet=WALLETS, amount=AMOUNTS, sign=st.sampled_from([1, -1]))
    def adjust(self, wallet: int, amount: Decimal, sign: int) -> None:
        reference = self.new("adjustment")
        self.do(
            lambda: ledger.adjust(
                wallet=self.wallets[wallet],
                amount=sign * amount,
                reference=reference,
                made_by="test",
                reason="",
                at=NOON,
            ),
            lambda: self.model.adjust(self.model.purses[wallet], sign * amount),
        )

    @rule(limit=AMOUNTS)
    def limit(self, limit: Decimal) -> None:
        self.do(
            lambda: ledger.set_credit_limit(wallet=self.wallets[2], limit=limit, at=NOON),
            lambda: self.model.limit(self.model.purses[2], limit),
        )

    def house(self) -> "defaultdict[tuple[str, str], Decimal]":
        """What the house's accounts come to."""
        accounts = Wallet.objects.filter(system__in=HOUSE)
        return defaultdict(Decimal, {(one.system, one.currency): ledger.balance_of(one) for one in accounts})

    @rule()
    def checkpoint(self) -> None:
        ledger.checkpoint(at=NOON)
        self.verbs["checkpoint"] += 1

    @invariant()
    def every_wallet_is_what_arithmetic_says(self) -> None:
        figures = {one.pk: (one.balance, one.held, one.owed) for one in Wallet.objects.filter(system="")}
        for wallet, purse in zip(self.wallets, self.model.purses, strict=True):
            expected = purse.balance, purse.balance - purse.free, self.model.owed(purse)
            assert figures[wallet.pk] == expected

    def teardown(self) -> None:
        """In the end the house is right, too, the books agree, and nothing was charged twice."""
        if not hasattr(self, "model"):
            return
        expected = self.before.copy()
        for account, amount in self.model.house.items():
            expected[account] += amount
        for purse in self.model.purses:
            expected["receivable", purse.currency] -= self.model.owed(purse)
        found = self.house()
        assert {name: found[name] for name in expected} == dict(expected)
        assert ledger.check_books() == []
        charged = list(Capture.objects.values_list("subject", "revision"))
        assert len(charged) == len(set(charged))
