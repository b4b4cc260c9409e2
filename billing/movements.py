"""Every movement of a wallet with what was in it afterwards, newest first, and what came and went month by month."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, F, Max, Min, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from accounts.named import with_names
from billing.closing.spans import Span
from billing.models import Receipt, TopUp, Transfer, Wallet

STEP = 50
NOTHING = Decimal(0)
MONEY: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=20, decimal_places=3)
# Of everything else that stands beside the movements.
PAPERS = ("adjustment", "goodwill_line__goodwill", "payout", "payout_returned")


@dataclass(frozen=True)
class Movement:
    """A transfer as the wallet sees it: above 0 it came, `balance` is what there was after it."""

    transfer: Any
    amount: Decimal
    balance: Decimal
    receipt: Receipt | None
    top_up: TopUp | None

    @property
    def is_in(self) -> bool:
        """Whether money came."""
        return self.amount > 0


@dataclass(frozen=True)
class Page:
    """Some movements, newest first, and the key to ask for older ones with; None: these are the oldest."""

    movements: Sequence[Movement]
    older: int | None


@dataclass(frozen=True)
class Month:
    """What came and what went in a month, both 0 or more."""

    first: date
    came: Decimal
    went: Decimal


def page_of(wallet: Wallet, *, before: int | None = None, company: int | None = None) -> Page:
    """The movements older than that transfer; a few queries, however many.

    The balances are of one statement's instant: the wallet's own, less what moved after each.
    """
    mine = moving(wallet)
    rows = mine.filter(pk__in=last_of([wallet.pk], STEP + 1, before=before))
    later = mine.filter(pk__gte=before) if before is not None else mine.none()
    rows = rows.annotate(
        stands=Coalesce(
            Subquery(Wallet.objects.filter(pk=wallet.pk).values("balance")), Value(NOTHING), output_field=MONEY
        ),
        later=Coalesce(Subquery(sum_of(later)), Value(NOTHING), output_field=MONEY),
    )
    rows = with_names(rows, company=company, maker="made_by").select_related("source", "target", *PAPERS)
    found = list(rows.order_by("-pk")[: STEP + 1])
    shown = found[:STEP]
    receipts, top_ups = receipts_of(wallet, shown), top_ups_of(shown)
    made: list[Movement] = []
    balance: Decimal = found[0].stands - found[0].later if found else NOTHING
    for row in shown:
        made.append(Movement(row, row.signed, balance, receipts.get(row.pk), top_ups.get(row.pk)))
        balance -= row.signed
    return Page(made, shown[-1].pk if len(found) > STEP else None)


def last_of(wallets: Iterable[int], most: int | None, *, before: int | None = None) -> "QuerySet[Transfer, Any]":
    """The keys of at least the last `most` transfers of these wallets (None: all), older than `before`: as a subquery.

    So many of each wallet's either way, each found from the end of an index: of both ways at once a database would
    rather walk all transfers backward until it has met so many of theirs.
    """
    rows = Transfer.objects.filter(pk__lt=before) if before is not None else Transfer.objects.all()
    ways = [rows.filter(**{end: wallet}) for wallet in wallets for end in ("source", "target")]
    first, *others = [way.order_by("-pk").values("pk")[:most] for way in ways] or [rows.none().values("pk")]
    return first.union(*others)


def made_in(rows: "QuerySet[Transfer]", span: Span) -> "QuerySet[Transfer]":
    """Those of a time, between the first and the last of all keys of that time.

    Those two the index of times finds in a few blocks; between them the index of a wallet's transfers begins and ends.
    Without them a database would rather walk from the newest transfer back. A sum hides the key from it: it would look
    for the first one along all keys.
    """
    then = {"made_at__gte": span.since, "made_at__lt": span.until}
    ends = Transfer.objects.filter(**then).order_by().aggregate(first=Min(F("pk") + 0), last=Max(F("pk") + 0))
    if ends["first"] is None:
        return rows.none()
    return rows.filter(**then, pk__gte=ends["first"], pk__lte=ends["last"])


def moving(wallet: Wallet) -> "QuerySet[Any]":
    """Its transfers, with their amounts as it sees them."""
    signed = Case(When(target=wallet.pk, then=F("amount")), default=-F("amount"), output_field=MONEY)
    return Transfer.objects.filter(Q(source=wallet.pk) | Q(target=wallet.pk)).annotate(signed=signed)


def sum_of(rows: "QuerySet[Any]") -> "QuerySet[Any, Any]":
    """What they come to, as a subquery."""
    summed: QuerySet[Any, Any] = rows.order_by().annotate(one=Value(1)).values("one").annotate(all=Sum("signed"))
    return summed.values("all")


def receipts_of(wallet: Wallet, rows: Sequence[Any]) -> dict[int, Receipt]:
    """The receipt of the wallet that says each movement (by its key)."""
    papers: defaultdict[str, list[Receipt]] = defaultdict(list)
    for one in Receipt.objects.filter(wallet=wallet, subject__in={row.subject for row in rows}).order_by("pk"):
        papers[one.subject].append(one)
    return {row.pk: receipt_of(row, papers[row.subject]) for row in rows if row.subject in papers}


def receipt_of(row: Any, papers: Sequence[Receipt]) -> Receipt:
    """The one that was given with it; else the last one that there was, and of those that came later the first."""
    given = [one for one in papers if one.made_at == row.made_at]
    as_much = [one for one in given if one.gross == -row.signed]
    before = [one for one in papers if one.made_at < row.made_at]
    return (as_much or given or before or papers[:1])[-1]


def top_ups_of(rows: Sequence[Any]) -> dict[int, TopUp]:
    """The top-ups that were credited by these transfers, or whose money these took back."""
    keys = {row.pk: row.reverses_id or row.pk for row in rows}
    found = {one.transfer_id: one for one in TopUp.objects.filter(transfer__in=set(keys.values()))}
    return {key: found[origin] for key, origin in keys.items() if origin in found}


def months_of(wallet: Wallet, *, since: datetime, zone: tzinfo) -> list[Month]:
    """What came and went in each month in which anything did, newest first."""
    rows = (
        moving(wallet)
        .filter(made_at__gte=since)
        .order_by()
        .annotate(month=TruncMonth("made_at", tzinfo=zone))
        .values("month")
        .annotate(
            came=Sum("amount", filter=Q(target=wallet.pk), default=NOTHING),
            went=Sum("amount", filter=Q(source=wallet.pk), default=NOTHING),
        )
    )
    return [Month(row["month"].date(), row["came"], row["went"]) for row in rows.order_by("-month")]
