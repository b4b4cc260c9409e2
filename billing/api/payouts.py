"""Money of a wallet back to its owner: what drivers ask for before they leave, or at any other time."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import ledger, payouts
from billing.api.amounts import AmountField, ExactJSONParser
from billing.api.person import driver_of
from billing.api.shapes import Answer
from billing.models import Payout
from drivepower.core.idempotency import Idempotent
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal
from drivepower.core.schema import documented
from drivepower.core.throttles import CriticalThrottle

# What the house reads where the driver says nothing more.
WHY = "asked for by its owner"


class PayoutRequest(serializers.Serializer[dict[str, Any]]):
    """Where the money goes; without an amount all that is free."""

    amount = AmountField(
        currency=settings.DEFAULT_CURRENCY, least=Decimal("0.01"), most=Decimal(1_000_000), required=False
    )
    destination = serializers.CharField(max_length=200, help_text="account, bank and name of who gets it")
    reason = serializers.CharField(max_length=200, required=False, default=WHY)


class PayoutShape(Answer):
    """A payout that waits for the house's approval."""

    payout_id = serializers.UUIDField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    state = serializers.ChoiceField(choices=Payout.State.values)


class AskForPayout(Idempotent, APIView):
    """POST /api/v1/balance/payout {destination, amount}: the house approves it and pays by bank."""

    parser_classes = [ExactJSONParser]
    throttle_classes = [CriticalThrottle]

    @documented(
        "Have money of my wallet paid out by bank",
        request=PayoutRequest,
        answer=PayoutShape,
        status=201,
        errors=["insufficient_balance"],
        idempotent=True,
    )
    def post(self, request: Request) -> Response:
        """It stays in the wallet until somebody of the house, never its owner, has said yes; then the bank pays it."""
        form = PayoutRequest(data=request.data)
        form.is_valid(raise_exception=True)
        said, driver, currency = form.validated_data, driver_of(request), settings.DEFAULT_CURRENCY
        wallet = ledger.wallet_of(user=driver, currency=currency)
        amount = said.get("amount") or payouts.free_of(wallet)
        if not amount:
            raise Refusal("insufficient_balance", "There is not enough money in the wallet.")
        made = payouts.ask_payout(
            wallet=wallet,
            amount=amount,
            destination=said["destination"],
            reason=said["reason"],
            asked_by=f"driver:{driver.public_id}",
            at=timezone.now(),
        )
        amount_said = {"amount": plain(made.amount, currency), "currency": currency}
        told = {"success": True, "payout_id": str(made.public_id), "state": made.state}
        return Response(told | amount_said, status=201)
