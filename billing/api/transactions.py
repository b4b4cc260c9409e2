"""The driver's money as it moved, newest first, and what is held now."""

from decimal import Decimal
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.api.person import driver_of
from billing.api.shapes import HoldShape, MovementShape
from billing.models import Hold, Receipt, Transfer, Wallet
from billing.movements import last_of
from drivepower.core.money import plain
from drivepower.core.pagination import CountedPages, NewestFirst
from drivepower.core.schema import documented

Kind = Transfer.Kind
# The words that clients of the reference know.
TYPES = {
    Kind.TOP_UP: "balance_topup",
    Kind.CAPTURE: "charge_payment",
    Kind.REPAYMENT: "charge_payment",
    Kind.REFUND: "charge_refund",
}


NEXT = serializers.URLField(allow_null=True, help_text="Address of the next page.")
PAGES = [
    OpenApiParameter("limit", int, description="Rows of a page, 1 to 100."),
    OpenApiParameter("cursor", str),
]


class MyTransactions(APIView):
    """GET /api/billing/me/transactions: each movement with what it did to the balance, by cursor."""

    @documented(
        "My money as it moved",
        answer={"data": MovementShape(many=True), "next": NEXT, "holds": HoldShape(many=True)},
        name="MyTransactions",
        errors=["not_found"],
        parameters=PAGES,
    )
    def get(self, request: Request) -> Response:
        """A page of movements, and the active holds; the same number of queries whatever its length."""
        wallets, pages = wallets_of(request), NewestFirst()
        rows: list[Any] = pages.paginate_queryset(movements(list(wallets)), request, view=self) or []
        answer = pages.get_paginated_response(as_movements(rows, wallets))
        answer.data["holds"] = [as_hold(hold) for hold in active_holds(list(wallets))]
        return answer


class TransactionHistory(APIView):
    """GET /api/v1/history/transactions: the same movements in the older shape of histories."""

    @documented("My past transactions", rows=MovementShape, name="TransactionHistory", pages=CountedPages)
    def get(self, request: Request) -> Response:
        """A page by `limit` and `offset`, with the `total`."""
        wallets, pages = wallets_of(request), CountedPages()
        past = movements(list(wallets)).order_by("-id")
        rows: list[Any] = pages.paginate_queryset(past, request, view=self) or []
        return pages.get_paginated_response(as_movements(rows, wallets))


def wallets_of(request: Request) -> dict[int, Wallet]:
    """The wallets of the person who asks, by key."""
    return {wallet.pk: wallet for wallet in Wallet.objects.filter(user=driver_of(request))}


def as_movements(rows: list[Any], wallets: dict[int, Wallet]) -> list[dict[str, Any]]:
    """A page of movements, the newest first, each with the balance after it."""
    balances = balances_before(rows)
    data = []
    for row in reversed(rows):
        balances[row.wallet_id] = balances.get(row.wallet_id, Decimal(0)) + row.effect
        data.append(as_movement(row, wallets[row.wallet_id].currency, balances[row.wallet_id]))
    return data[::-1]


def movements(wallets: list[int]) -> QuerySet[Any, Any]:
    """What went into or out of these wallets, with the wallet, the effect on it, and the receipt of its subject."""
    incoming = Q(target__in=wallets)
    receipt = Receipt.objects.filter(subject=OuterRef("subject"), wallet__in=wallets).order_by("-id")
    return (
        Transfer.objects.filter(pk__in=last_of(wallets, None))
        .annotate(
            wallet_id=Case(When(incoming, then=F("target_id")), default=F("source_id")),
            effect=Case(When(incoming, then=F("amount")), default=-F("amount")),
            receipt_id=Subquery(receipt.values("public_id")[:1]),
        )
        .select_related("top_up")
    )


def balances_before(rows: list[Any]) -> dict[int, Decimal]:
    """What each wallet of a page held before the page's oldest row: the sum of what is older.

    Movements of one wallet are written under its lock, so keys follow their order.
    """
    wallets = {row.wallet_id for row in rows}
    older = movements(list(wallets)).filter(pk__lt=min((row.pk for row in rows), default=0))
    return dict(older.order_by().values_list("wallet_id").annotate(total=Sum("effect")))


def as_movement(row: Any, currency: str, balance: Decimal) -> dict[str, Any]:
    """A transfer as its driver sees it."""
    top_up = getattr(row, "top_up", None)
    return {
        "id": str(row.public_id),
        "kind": row.kind,
        "type": TYPES.get(row.kind, row.kind),
        "amount": plain(row.effect, currency),
        "balance_after": plain(balance, currency),
        "currency": currency,
        "at": row.made_at,
        "receipt_id": row.receipt_id,
        "invoice_id": top_up.public_id if top_up else None,
        "reason": reason_of(row),
    }


def reason_of(row: Any) -> str:
    """Why somebody moved it: of a refund as its receipt says it, of anything else by kind only.

    What staff write for each other is not for the driver.
    """
    if row.kind == Kind.REFUND:
        return str(row.reason)
    return str(row.get_kind_display()) if row.made_by else ""


def active_holds(wallets: list[int]) -> QuerySet[Hold]:
    """What is set aside in these wallets."""
    return Hold.objects.filter(wallet__in=wallets, state=Hold.State.ACTIVE).select_related("wallet").order_by("-id")


def as_hold(hold: Hold) -> dict[str, Any]:
    """A hold as its driver sees it."""
    return {
        "kind": "hold",
        "type": "charge_reserve",
        "amount": plain(hold.amount, hold.wallet.currency),
        "currency": hold.wallet.currency,
        "at": hold.made_at,
    }
