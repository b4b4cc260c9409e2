"""What is in the driver's wallet."""

from decimal import Decimal

from django.conf import settings
from django.db.models import Max, Q, Sum
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.api.person import driver_of
from billing.api.shapes import BalanceShape
from billing.models import TopUp, Transfer, Wallet
from drivepower.core.money import plain
from drivepower.core.schema import documented

Kind = Transfer.Kind


class CurrentBalance(APIView):
    """GET /api/v1/balance/current: `balance` is what can be spent; what is held and owed stands beside it."""

    @documented("What is in my wallet", answer=BalanceShape)
    def get(self, request: Request) -> Response:
        """The wallet in the default currency; zeros for someone who never had one."""
        currency = settings.DEFAULT_CURRENCY
        wallet = Wallet.objects.filter(user=driver_of(request), currency=currency).first() or Wallet(currency=currency)
        topped_up = TopUp.objects.filter(wallet=wallet.pk, state=TopUp.State.APPROVED)
        last = topped_up.aggregate(at=Max("transfer__made_at"))["at"]
        return Response(
            {
                "success": True,
                "client_id": str(driver_of(request).public_id),
                "balance": plain(wallet.spendable, currency),
                "held": plain(wallet.held, currency),
                "owed": plain(wallet.owed, currency),
                "currency": currency,
                "last_topup_at": last,
                "total_spent": plain(spent(wallet), currency),
            }
        )


def spent(wallet: Wallet) -> Decimal:
    """All that was ever paid for charging out of a wallet, less what came back."""
    paid = Sum("amount", filter=Q(source=wallet.pk, kind__in=[Kind.CAPTURE, Kind.REPAYMENT]), default=Decimal(0))
    back = Sum("amount", filter=Q(target=wallet.pk, kind=Kind.REFUND), default=Decimal(0))
    sums = Transfer.objects.filter(Q(source=wallet.pk) | Q(target=wallet.pk)).aggregate(paid=paid, back=back)
    total: Decimal = sums["paid"] - sums["back"]
    return total
