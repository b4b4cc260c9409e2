"""The rule of the second person: who a name stands for, what nobody decides about, and how much one moves alone.

People are `staff:` and a public id at the desk, and `driver:` with the same id in the app.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q, Sum
from django.db.models.functions import Abs

from accounts.models import User
from billing.models import Adjustment, GoodwillLine, RegisterEntry, TopUp, Wallet
from drivepower.core.refusals import Refusal

NOTHING = Decimal(0)
DRIVER = "driver"
ROLES = ("staff", DRIVER)
# Small amounts of so long are looked at as one.
TOGETHER = timedelta(hours=24)
# Who gives small charges back alone, and who only asks for it.
GIVES, ASKS = "billing.add_adjustment", "billing.ask_refund"
TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('moves money alone: ' || %s, 0))"

Counter = Callable[[Sequence[str], datetime], Decimal]
_counters: list[Counter] = []


def count_by(counter: Counter) -> None:
    """Let a higher room say what those names gave back alone since then, in the house's own currency."""
    _counters.append(counter)


def person_of(name: str) -> str:
    """Whom a name stands for, in whatever role; a rule stands for itself."""
    role, _colon, key = name.partition(":")
    return key if key and role in ROLES else name


def names_of(name: str) -> list[str]:
    """All names of the same person."""
    key = person_of(name)
    return [name] if key == name else [f"{role}:{key}" for role in ROLES]


def check_second(*, by: str, first: str) -> None:
    """Refuse access_denied to whoever did the first half, and to nobody."""
    if not by or person_of(by) == person_of(first):
        raise Refusal("access_denied", "A second person decides about this.")


def check_not_own(*, by: str, wallets: Iterable[int]) -> None:
    """Refuse access_denied where one of the wallets (keys) is this person's own."""
    try:
        owner = UUID(person_of(by))
    except ValueError:
        return
    if Wallet.objects.filter(pk__in=list(wallets), user__public_id=owner).exists():
        raise of_own()


def of_own() -> Refusal:
    """Nobody moves or decides about their own money."""
    return Refusal("access_denied", "It is about your own wallet: somebody else has to do that.")


def may_refund(person: User) -> bool:
    """Whether this person may ask for a charge to be given back."""
    return person.has_perm(GIVES) or person.has_perm(ASKS)


def may_give(person: User) -> bool:
    """Whether they may do so alone, where it is little; else it always waits for somebody else."""
    return person.has_perm(GIVES)


def take_turn(by: str) -> None:
    """Wait for whatever else this person moves at this moment, until the transaction ends.

    The first of all locks: of two at once, neither would be in the other's sum.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURNS, [person_of(by)])


def is_large(
    amount: Decimal,
    currency: str,
    *,
    by: str,
    at: datetime,
    subjects: Sequence[str] = (),
    top_up: TopUp | None = None,
) -> bool:
    """Whether moving that much (no sign) takes a second person, with what was moved alone shortly before.

    The threshold is in the house's own currency; in another one everything is large.
    """
    if currency != settings.DEFAULT_CURRENCY:
        return True
    before = moved_alone(by=by, at=at, subjects=subjects, top_up=top_up)
    return before + amount >= Decimal(settings.APPROVAL_FROM)


def moved_alone(*, by: str, at: datetime, subjects: Sequence[str] = (), top_up: TopUp | None = None) -> Decimal:
    """What this person moved alone in any wallet, and anybody gave back alone of these charges or that payment."""
    names, since = names_of(by), at - TOGETHER
    about = Q(asked_by__in=names) | Q(refunds__subject__in=subjects)
    if top_up is not None:
        about |= Q(sends_back=top_up)
    by_hand = Adjustment.objects.filter(about, needs_approval=False, asked_at__gt=since)
    lines = GoodwillLine.objects.filter(
        Q(goodwill__asked_by__in=names) | Q(subject__in=subjects),
        goodwill__needs_approval=False,
        goodwill__asked_at__gt=since,
    )
    entries = RegisterEntry.objects.filter(asked_by__in=names, needs_approval=False, asked_at__gt=since)
    total: Decimal = by_hand.aggregate(all=Sum(Abs("amount"), default=NOTHING))["all"]
    total += entries.aggregate(all=Sum(Abs("line__amount"), default=NOTHING))["all"]
    total += lines.aggregate(all=Sum("amount", default=NOTHING))["all"]
    return sum((counter(names, since) for counter in _counters), total)
