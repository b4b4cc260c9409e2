"""Money as plain arithmetic on dictionaries: what the ledger must come to, without transfers, rows and locks."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")


class No(Exception):
    """The verb is refused."""


@dataclass(eq=False)
class Purse:
    """A wallet."""

    currency: str
    limit: Decimal = ZERO
    balance: Decimal = ZERO
    holds: dict[str, Decimal] = field(default_factory=dict)

    @property
    def free(self) -> Decimal:
        return self.balance - sum(self.holds.values(), ZERO)


@dataclass(eq=False)
class Owed:
    """A debt; `bill` is None for money that was taken back."""

    purse: Purse
    bill: "Bill | None"
    left: Decimal


@dataclass(eq=False)
class Bill:
    """What a subject costs, and what became of it."""

    payer: Purse | None = None
    revision: int = -1
    gross: Decimal = ZERO
    tax: Decimal = ZERO
    taxed: Decimal = ZERO
    absorbed: Decimal = ZERO
    paid: "defaultdict[Purse, Decimal]" = field(default_factory=lambda: defaultdict(Decimal))
    given: "defaultdict[Purse, Decimal]" = field(default_factory=lambda: defaultdict(Decimal))


@dataclass
class Paid:
    """A top-up, and what is left of it."""

    purse: Purse
    left: Decimal


class Model:
    """The verbs of the ledger; each raises No where the ledger refuses."""

    def __init__(self, purses: list[Purse]) -> None:
        self.purses = purses
        self.debts: list[Owed] = []
        self.house: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.bills: defaultdict[str, Bill] = defaultdict(Bill)
        self.paid: list[Paid] = []

    def owed(self, purse: Purse, bill: Bill | None = None) -> Decimal:
        return sum((d.left for d in self.debts if d.purse is purse and bill in (None, d.bill)), ZERO)

    def owe(self, debt: Owed) -> None:
        if debt.left:
            self.debts.append(debt)

    def bore(self, bill: Bill, purse: Purse) -> Decimal:
        """What the subject's payer bears, the house's part included."""
        mine = bill.paid[purse] + self.owed(purse, bill)
        return mine + (bill.absorbed if purse is bill.payer else ZERO)

    def credit(self, purse: Purse, amount: Decimal) -> None:
        purse.balance += amount
        self.pay(purse)

    def pay(self, purse: Purse) -> None:
        """Debts, oldest first, as far as anything is free."""
        for debt in self.debts:
            part = min(debt.left, purse.free + purse.limit) if debt.purse is purse else ZERO
            if part > 0:
                debt.left -= part
                purse.balance -= part
                if debt.bill:
                    debt.bill.paid[purse] += part

    def hold(self, purse: Purse, subject: str, amount: Decimal) -> None:
        if self.owed(purse) or purse.free + purse.limit < amount:
            raise No
        purse.holds[subject] = purse.holds.get(subject, ZERO) + amount

    def free(self, subject: str) -> Decimal:
        return sum((purse.holds.pop(subject, ZERO) for purse in self.purses), ZERO)

    def release(self, subject: str) -> Decimal:
        freed = self.free(subject)
        for purse in self.purses:
            self.pay(purse)
        return freed

    def capture(self, purse: Purse, subject: str, revision: int, gross: Decimal, tax: Decimal, absorb: bool) -> Decimal:
        """Answers how much more of the subject is borne than before."""
        bill = self.bills[subject]
        if revision <= bill.revision:
            raise No
        self.free(subject)
        before = self.bore(bill, bill.payer) if bill.payer else ZERO
        if bill.payer not in (None, purse):
            self.undo(bill, bill.payer, before)
            self.retax(bill, bill.payer.currency, ZERO)
        bill.payer, bill.revision, bill.gross, bill.tax = purse, revision, gross, tax
        due = max(ZERO, gross - bill.given[purse])
        more = due - self.bore(bill, purse)
        if more < 0:
            self.undo(bill, purse, -more)
        else:
            now = min(more, purse.free + purse.limit)
            purse.balance -= now
            bill.paid[purse] += now
            bill.absorbed += more - now if absorb else ZERO
            self.owe(Owed(purse, bill, ZERO if absorb else more - now))
        for one in self.purses:
            self.pay(one)
        self.retax(bill, purse.currency)
        return due - before

    def undo(self, bill: Bill, purse: Purse, amount: Decimal) -> None:
        """What is owed goes first, the newest first, then what the house bears, then money comes back."""
        for debt in reversed([d for d in self.debts if d.purse is purse and d.bill is bill]):
            part = min(debt.left, amount)
            debt.left -= part
            amount -= part
        part = min(bill.absorbed, amount)
        bill.absorbed -= part
        bill.paid[purse] -= amount - part
        if amount - part:
            self.credit(purse, amount - part)

    def retax(self, bill: Bill, currency: str, borne: Decimal | None = None) -> None:
        if borne is None:
            borne = self.bore(bill, bill.payer) if bill.payer else ZERO
            gone = bill.tax * (bill.gross - borne) / bill.gross if bill.gross else bill.tax
            borne = bill.tax - gone.quantize(CENT, ROUND_HALF_UP)
        self.house["tax", currency] += borne - bill.taxed
        bill.taxed = borne

    def refund(self, purse: Purse, subject: str, amount: Decimal) -> None:
        bill = self.bills[subject]
        if amount > bill.paid[purse]:
            raise No
        bill.paid[purse] -= amount
        bill.given[purse] += amount
        self.retax(bill, purse.currency)
        self.credit(purse, amount)

    def forgive(self, debt: Owed, amount: Decimal) -> None:
        if amount > debt.left:
            raise No
        debt.left -= amount
        if debt.bill:
            debt.bill.given[debt.purse] += amount
            self.retax(debt.bill, debt.purse.currency)

    def top_up(self, purse: Purse, amount: Decimal) -> None:
        self.paid.append(Paid(purse, amount))
        self.house["clearing:sandbox", purse.currency] -= amount
        self.credit(purse, amount)

    def reverse(self, paid: Paid, amount: Decimal) -> None:
        if amount > paid.left:
            raise No
        taken = min(amount, paid.purse.free + paid.purse.limit)
        paid.left -= amount
        paid.purse.balance -= taken
        self.house["clearing:sandbox", paid.purse.currency] += amount
        self.owe(Owed(paid.purse, None, amount - taken))

    def adjust(self, purse: Purse, amount: Decimal) -> None:
        if amount < 0 and purse.free - self.owed(purse) < -amount:
            raise No
        self.house["adjustments", purse.currency] -= amount
        if amount > 0:
            self.credit(purse, amount)
        else:
            purse.balance += amount

    def limit(self, purse: Purse, limit: Decimal) -> None:
        if purse.free < -limit:
            raise No
        purse.limit = limit
        self.pay(purse)
