"""Filling the wallet: a QR to pay, where it stands, and giving it up."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import segno
from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.api.amounts import AmountField, ExactJSONParser
from billing.api.person import driver_of
from billing.api.shapes import PaymentShape, QrShape
from billing.models import TopUp
from billing.payments import top_ups
from drivepower.core.idempotency import Idempotent
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.throttles import CriticalThrottle

# The words and numbers that clients of the reference know.
STATUSES = {
    TopUp.State.PROCESSING: 0,
    TopUp.State.APPROVED: 1,
    TopUp.State.CANCELED: 2,
    TopUp.State.EXPIRED: 2,
    TopUp.State.FAILED: 2,
    TopUp.State.REVERSED: 3,
}
PARTLY_REVERSED = 4


class TopUpRequest(serializers.Serializer[dict[str, Decimal]]):
    """What a driver asks for."""

    amount = AmountField(currency=settings.DEFAULT_CURRENCY, least=Decimal(1), most=Decimal(100_000))


BY_AMOUNT = OpenApiExample("Of 500 som", value={"amount": "500.00"}, request_only=True)
TOP_UP_REFUSALS = ["pending_payment_exists", "payment_provider_error"]


class TopUpByQr(Idempotent, APIView):
    """POST /api/v1/balance/topup-qr {amount}: an invoice to pay within five minutes."""

    atomic_answer = False
    parser_classes = [ExactJSONParser]
    throttle_classes = [CriticalThrottle]

    @documented(
        "Top up by QR code",
        request=TopUpRequest,
        answer=QrShape,
        status=201,
        errors=TOP_UP_REFUSALS,
        idempotent=True,
        examples=[BY_AMOUNT],
    )
    def post(self, request: Request) -> Response:
        """Open it at the provider; the QR's content, its picture, and the page it leads to."""
        asked = TopUpRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        at = timezone.now()
        amount, currency = asked.validated_data["amount"], settings.DEFAULT_CURRENCY
        top_up = top_ups.start_top_up(
            user=driver_of(request), amount=amount, currency=currency, method=TopUp.Method.QR, at=at
        )
        seconds = int((top_up.expires_at - top_up.made_at).total_seconds())
        return Response(
            {
                "success": True,
                "invoice_id": str(top_up.public_id),
                "order_id": str(top_up.public_id),
                "qr_code": top_up.qr_code,
                "qr_code_url": segno.make(top_up.qr_code, error="m").svg_data_uri(scale=5, border=2),
                "app_link": top_up.pay_url,
                "amount": plain(top_up.amount, currency),
                "currency": currency,
                "client_id": str(driver_of(request).public_id),
                "current_balance": plain(top_up.wallet.spendable, currency),
                "qr_expires_at": top_up.expires_at,
                "invoice_expires_at": top_up.expires_at,
                "qr_lifetime_seconds": seconds,
                "invoice_lifetime_seconds": seconds,
            },
            status=201,
        )


def own_top_up(request: Request, invoice_id: uuid.UUID) -> TopUp:
    """A top-up of this person's wallets; payment_not_found for everyone else's."""
    found = TopUp.objects.filter(wallet__user=driver_of(request), public_id=invoice_id).select_related("wallet").first()
    if found is None:
        raise Refusal("payment_not_found", "There is no such payment.")
    return found


def standing(top_up: TopUp, *, at: datetime) -> dict[str, Any]:
    """Where a top-up stands, as clients see it."""
    currency, state = top_up.wallet.currency, TopUp.State(top_up.state)
    expired = at >= top_up.expires_at
    partly = state == TopUp.State.APPROVED and top_up.reversed_amount > 0
    return {
        "success": True,
        "invoice_id": str(top_up.public_id),
        "status": PARTLY_REVERSED if partly else STATUSES[state],
        "status_text": state.value,
        "state": state.value,
        "amount": plain(top_up.amount, currency),
        "paid_amount": None if top_up.paid_amount is None else plain(top_up.paid_amount, currency),
        "currency": currency,
        "can_proceed": state == TopUp.State.APPROVED,
        "qr_expired": expired,
        "invoice_expired": expired,
        "needs_callback_check": state == TopUp.State.PROCESSING,
        "invoice_expires_at": top_up.expires_at,
    }


class PaymentStatus(APIView):
    """GET /api/v1/payment/status/{invoice_id}."""

    @documented("Where a payment stands", answer=PaymentShape, errors=["payment_not_found"])
    def get(self, request: Request, invoice_id: uuid.UUID) -> Response:
        """As far as we know it; workers ask the provider."""
        return Response(standing(own_top_up(request, invoice_id), at=timezone.now()))


class CancelPayment(Idempotent, APIView):
    """POST /api/v1/payment/cancel/{invoice_id}."""

    throttle_classes = [CriticalThrottle]

    @documented(
        "Give a payment up",
        answer=PaymentShape,
        errors=["payment_not_found", "payment_not_cancellable"],
        idempotent=True,
    )
    def post(self, request: Request, invoice_id: uuid.UUID) -> Response:
        """Give it up; money that still arrives for it is credited."""
        top_up = own_top_up(request, invoice_id)
        at = timezone.now()
        top_ups.cancel_top_up(top_up=top_up, at=at)
        top_up.refresh_from_db(fields=["state"])
        return Response(standing(top_up, at=at))
