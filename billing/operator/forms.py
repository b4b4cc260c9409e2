"""What staff may say of money, and which of it they ask for."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from billing.models import Adjustment, Receipt, TopUp, Transfer, Wallet
from drivepower.core.strict import StrictSerializer

CURRENCY = r"^[A-Z]{3}$"


class AmountText(serializers.RegexField):
    """An amount as text, "-99.50"; the verb looks at its decimals and its bounds."""

    def __init__(self, *, signed: bool = False, **options: Any) -> None:
        super().__init__(r"^" + ("-?" if signed else "") + r"[0-9]{1,12}(\.[0-9]{1,3})?$", **options)

    def to_internal_value(self, data: Any) -> str:
        """The text; a fraction that is no text has been rounded already, and is refused."""
        if isinstance(data, float):
            self.fail("invalid")
        return super().to_internal_value(data)


class Since(serializers.Serializer[Any]):
    """From when, and until before when."""

    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)


class OfOwner(serializers.Serializer[Any]):
    """Whose."""

    driver = serializers.UUIDField(required=False)
    company = serializers.UUIDField(required=False)
    currency = serializers.RegexField(CURRENCY, required=False)


class WalletSearch(OfOwner):
    """Filters of the list of wallets."""

    system = serializers.ChoiceField(Wallet.System.values, required=False)


class TransferSearch(OfOwner, Since):
    """Filters of the list of transfers."""

    kind = serializers.ChoiceField(Transfer.Kind.values, required=False)
    subject = serializers.CharField(max_length=80, required=False, help_text="e.g. session:41")


class TopUpSearch(OfOwner, Since):
    """Filters of the list of top-ups."""

    state = serializers.ChoiceField(TopUp.State.values, required=False)
    provider = serializers.CharField(max_length=20, required=False)


class ReceiptSearch(OfOwner, Since):
    """Filters of the list of receipts."""

    kind = serializers.ChoiceField(Receipt.Kind.values, required=False)
    subject = serializers.CharField(max_length=80, required=False, help_text="e.g. session:41")


class AdjustmentSearch(serializers.Serializer[Any]):
    """Filters of the list of adjustments."""

    state = serializers.ChoiceField(Adjustment.State.values, required=False)
    kind = serializers.ChoiceField(Adjustment.Kind.values, required=False)
    wallet = serializers.UUIDField(required=False)


class AdjustForm(StrictSerializer):
    """What is given to a wallet, or (below 0) taken from it."""

    amount = AmountText(signed=True)
    reason = serializers.CharField(max_length=200)


class MoneyForm(StrictSerializer):
    """An amount, and why."""

    amount = AmountText()
    reason = serializers.CharField(max_length=200)


class BankForm(StrictSerializer):
    """Money that came by bank; the bank's reference makes it count once."""

    amount = AmountText()
    bank_reference = serializers.CharField(max_length=60)


def of(said: dict[str, Any]) -> Decimal:
    """The amount that was said."""
    return Decimal(said["amount"])
