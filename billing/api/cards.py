"""Paying by card on the provider's own page: card numbers never come here."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.api.amounts import ExactJSONParser
from billing.api.payments import BY_AMOUNT, TOP_UP_REFUSALS, TopUpRequest
from billing.api.person import driver_of
from billing.api.shapes import CardPageShape
from billing.models import TopUp
from billing.payments import top_ups
from drivepower.core.idempotency import Idempotent
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from drivepower.core.schema import Problem, documented
from drivepower.core.throttles import CriticalThrottle


class TopUpByCard(Idempotent, APIView):
    """POST /api/v1/balance/topup-card {amount}: the address of a page that takes cards."""

    atomic_answer = False
    parser_classes = [ExactJSONParser]
    throttle_classes = [CriticalThrottle]

    @documented(
        "Top up by card",
        request=TopUpRequest,
        answer=CardPageShape,
        status=201,
        errors=TOP_UP_REFUSALS,
        idempotent=True,
        examples=[BY_AMOUNT],
    )
    def post(self, request: Request) -> Response:
        """Open it at the provider of cards; the wallet is filled after our own question to it."""
        asked = TopUpRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        amount, currency = asked.validated_data["amount"], settings.DEFAULT_CURRENCY
        top_up = top_ups.start_top_up(
            user=driver_of(request), amount=amount, currency=currency, method=TopUp.Method.CARD, at=timezone.now()
        )
        return Response(
            {
                "success": True,
                "invoice_id": str(top_up.public_id),
                "order_id": str(top_up.public_id),
                "pay_url": top_up.pay_url,
                "amount": plain(top_up.amount, currency),
                "currency": currency,
                "current_balance": plain(top_up.wallet.spendable, currency),
                "invoice_expires_at": top_up.expires_at,
                "invoice_lifetime_seconds": int((top_up.expires_at - top_up.made_at).total_seconds()),
            },
            status=201,
        )


class HostToHost(APIView):
    """POST /api/v1/payment/h2h-create: never supported; its body, which may hold a card number, is not read."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @documented("Card numbers are not taken", answer=Problem, status=400, errors=["h2h_not_supported"], is_open=True)
    def post(self, request: Request) -> Response:
        """Name the page that takes cards instead."""
        message = "Card numbers are not taken here. Open a payment page instead."
        raise Refusal("h2h_not_supported", message, {"use": "/api/v1/balance/topup-card"})


@require_safe
def payment_done(request: HttpRequest) -> HttpResponse:
    """Where providers lead a person after paying or giving up: it says nothing of whether money came."""
    return render(request, "billing/payment_done.html")
