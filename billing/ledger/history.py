"""Charges of a time that is over, written in one set of statements as the other verbs would have left them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, partial

from django.db.models import F

from billing.ledger.holds import name_hold
from billing.ledger.moves import name_part
from billing.ledger.wallets import check_amount, check_positive, lock, once, system_wallet
from billing.models import Capture, Hold, Transfer, Wallet
from drivepower.core.refusals import Refusal

Account = Callable[[str, str], Wallet]


@dataclass(frozen=True)
class PastTopUp:
    """What a provider received for a wallet."""

    wallet: Wallet
    provider: str
    amount: Decimal
    reference: str
    at: datetime


@dataclass(frozen=True)
class PastCharge:
    """The first revision of a charge that was paid whole at that time, and what was held for it until then."""

    wallet: Wallet
    subject: str
    held: Decimal
    held_at: datetime
    net: Decimal
    tax: Decimal
    at: datetime


def book_past(*, top_ups: Sequence[PastTopUp], charges: Sequence[PastCharge]) -> dict[str, Transfer]:
    """Book all of it in order of time; answers the transfers of the top-ups by reference.

    Wallets must be able to pay in the end, else their constraint breaks. Refuses debt_open for a wallet that owes
    (a top-up would pay that first), and already_booked if a part was booked before.
    """
    account = cache(system_wallet)
    credits_ = [credit_of(one, account) for one in top_ups]
    booked = [transfer for one in charges for transfer in transfers_of(one, account)]
    moves = sorted(credits_ + booked, key=lambda transfer: transfer.made_at)
    with once("already_booked", "A part of this was booked before."):
        moved = sums_of(moves)
        if any(wallet.owed for wallet in lock(moved).values()):
            raise Refusal("debt_open", "An earlier charge is not paid yet.")
        Hold.objects.bulk_create(map(hold_of, charges))
        Capture.objects.bulk_create(map(capture_of, sorted(charges, key=lambda charge: charge.at)))
        Transfer.objects.bulk_create(moves)
        for key, amount in moved.items():
            Wallet.objects.filter(pk=key).update(balance=F("balance") + amount)
    return {transfer.reference: transfer for transfer in credits_}


def credit_of(past: PastTopUp, account: Account) -> Transfer:
    """The transfer of a top-up."""
    check_positive(past.amount, past.wallet.currency)
    return Transfer(
        source=account(f"clearing:{past.provider}", past.wallet.currency),
        target=past.wallet,
        amount=past.amount,
        kind=Transfer.Kind.TOP_UP,
        subject=past.reference,
        reference=past.reference,
        made_at=past.at,
    )


def transfers_of(past: PastCharge, account: Account) -> Iterator[Transfer]:
    """The transfers of a charge: what was paid, and the tax in it."""
    currency = past.wallet.currency
    check_amount(past.net, currency)
    check_amount(past.tax, currency)
    made = capture_of(past)
    revenue = account(Wallet.System.REVENUE, currency)
    book = partial(Transfer, subject=past.subject, made_at=past.at)
    if paid := past.net + past.tax:
        kind = Transfer.Kind.CAPTURE
        yield book(source=past.wallet, target=revenue, amount=paid, kind=kind, reference=name_part(made, "charge"))
    if past.tax:
        taxes = account(Wallet.System.TAX, currency)
        kind = Transfer.Kind.TAX
        yield book(source=revenue, target=taxes, amount=past.tax, kind=kind, reference=name_part(made, "tax"))


def capture_of(past: PastCharge) -> Capture:
    """That it was charged, once."""
    return Capture(wallet=past.wallet, subject=past.subject, revision=0, net=past.net, tax=past.tax, made_at=past.at)


def hold_of(past: PastCharge) -> Hold:
    """What was held while it ran."""
    check_positive(past.held, past.wallet.currency)
    return Hold(
        wallet=past.wallet,
        amount=past.held,
        subject=past.subject,
        reference=name_hold(past.subject, 1),
        state=Hold.State.CAPTURED,
        made_at=past.held_at,
        ended_at=past.at,
    )


def sums_of(moves: Iterable[Transfer]) -> dict[int, Decimal]:
    """What these transfers come to for each wallet that carries a balance."""
    moved: defaultdict[int, Decimal] = defaultdict(Decimal)
    for transfer in moves:
        for end, amount in ((transfer.source, -transfer.amount), (transfer.target, transfer.amount)):
            if not end.system:
                moved[end.pk] += amount
    return moved
