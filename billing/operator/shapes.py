"""How money looks to staff: amounts as text in their currency, owners by name."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from billing.models import Adjustment, Receipt, TopUp, Transfer, Wallet
from drivepower.core.money import plain


class Owner(serializers.Serializer[Any]):
    """Whose a wallet is; `id` is null for the house's own accounts, and `name` is the account then."""

    kind = serializers.ChoiceField(["driver", "company", "system"])
    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(allow_blank=True)


class Amount(serializers.Field[Any, Any, str, Any]):
    """An amount in the currency of its wallet, at the end of `of` from the row."""

    def __init__(self, *, of: str, **options: Any) -> None:
        super().__init__(read_only=True, **options)
        self.of = of

    def get_attribute(self, instance: Any) -> Any:
        """The amount with its currency."""
        amount: Decimal | None = super().get_attribute(instance)
        if amount is None:
            return None
        row = instance
        for step in self.of.split("."):
            row = getattr(row, step)
        return amount, row

    def to_representation(self, value: Any) -> str:
        """As text."""
        return plain(*value)


@extend_schema_field({"type": "string", "example": "382.50"})
class Money(Amount):
    """An amount."""


@extend_schema_field({"type": ["string", "null"], "example": "382.50"})
class MoneyOrNone(Amount):
    """An amount, where there is one."""


def owner_of(wallet: Wallet) -> dict[str, Any]:
    """Whose it is."""
    if wallet.user is not None:
        return {"kind": "driver", "id": wallet.user.public_id, "name": str(wallet.user)}
    if wallet.company is not None:
        return {"kind": "company", "id": wallet.company.public_id, "name": wallet.company.name}
    return {"kind": "system", "id": None, "name": wallet.system}


class OperatorWallet(serializers.Serializer[Any]):
    """A wallet; the house's own accounts carry no balance in lists, since it is the sum of their transfers."""

    id = serializers.UUIDField(source="public_id")
    owner = serializers.SerializerMethodField()
    currency = serializers.CharField()
    balance = serializers.SerializerMethodField()
    held = Money(of="currency")
    owed = Money(of="currency")
    available = serializers.SerializerMethodField()
    credit_limit = Money(of="currency")

    @extend_schema_field(Owner)
    def get_owner(self, wallet: Wallet) -> dict[str, Any]:
        """Whose it is."""
        return owner_of(wallet)

    def get_balance(self, wallet: Wallet) -> str | None:
        """What is in it."""
        summed = self.context.get("balance")
        if wallet.system:
            return None if summed is None else plain(summed, wallet.currency)
        return plain(wallet.balance, wallet.currency)

    def get_available(self, wallet: Wallet) -> str | None:
        """What is in it and not held."""
        return None if wallet.system else plain(wallet.available, wallet.currency)


class OperatorTransfer(serializers.Serializer[Any]):
    """Money that moved; who moved it and why is for staff of the house."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(Transfer.Kind.values)
    amount = Money(of="source.currency")
    currency = serializers.CharField(source="source.currency")
    source = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field of that name, not the option
    target = serializers.SerializerMethodField()
    subject = serializers.CharField(help_text="e.g. session:41")
    reference = serializers.CharField()
    made_by = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    made_at = serializers.DateTimeField()

    @extend_schema_field(Owner)
    def get_source(self, transfer: Transfer) -> dict[str, Any]:
        """Whose it was."""
        return owner_of(transfer.source)

    @extend_schema_field(Owner)
    def get_target(self, transfer: Transfer) -> dict[str, Any]:
        """Whose it is."""
        return owner_of(transfer.target)

    def get_made_by(self, transfer: Transfer) -> str | None:
        """Staff or rule, where it was by hand."""
        return (transfer.made_by or None) if self.context["person"].company is None else None

    def get_reason(self, transfer: Transfer) -> str | None:
        """What staff wrote for each other."""
        return (transfer.reason or None) if self.context["person"].company is None else None


class OperatorTopUp(serializers.Serializer[Any]):
    """An invoice at a payment provider."""

    id = serializers.UUIDField(source="public_id")
    wallet_id = serializers.UUIDField(source="wallet.public_id")
    owner = serializers.SerializerMethodField()
    provider = serializers.CharField()
    method = serializers.ChoiceField(TopUp.Method.values)
    state = serializers.ChoiceField(TopUp.State.values)
    amount = Money(of="wallet.currency")
    paid_amount = MoneyOrNone(of="wallet.currency")
    reversed_amount = Money(of="wallet.currency")
    currency = serializers.CharField(source="wallet.currency")
    provider_invoice = serializers.CharField(allow_blank=True)
    provider_transaction = serializers.CharField(allow_blank=True)
    failure = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()

    @extend_schema_field(Owner)
    def get_owner(self, top_up: TopUp) -> dict[str, Any]:
        """Whose wallet it fills."""
        return owner_of(top_up.wallet)


class OperatorReceipt(serializers.Serializer[Any]):
    """A receipt of a list."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField(source="full_number")
    kind = serializers.ChoiceField(Receipt.Kind.values)
    owner = serializers.SerializerMethodField()
    subject = serializers.CharField(help_text="e.g. session:41")
    about = serializers.CharField(allow_blank=True)
    currency = serializers.CharField()
    net = Money(of="currency")
    tax = Money(of="currency")
    gross = Money(of="currency")
    subject_gross = Money(of="currency")
    reason = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField()

    @extend_schema_field(Owner(allow_null=True))
    def get_owner(self, receipt: Receipt) -> dict[str, Any] | None:
        """Who was charged; null: nobody's wallet."""
        return owner_of(receipt.wallet) if receipt.wallet is not None else None


class OperatorAdjustment(serializers.Serializer[Any]):
    """Money that a person wants to move: booked, or waiting for a second person."""

    id = serializers.UUIDField(source="public_id")
    kind = serializers.ChoiceField(Adjustment.Kind.values)
    state = serializers.ChoiceField(Adjustment.State.values)
    wallet_id = serializers.UUIDField(source="wallet.public_id")
    amount = Money(of="wallet.currency")
    credit_limit = Money(of="wallet.currency", allow_null=True, help_text="the one to be; `amount`: how far it moves")
    currency = serializers.CharField(source="wallet.currency")
    reason = serializers.CharField()
    needs_approval = serializers.BooleanField()
    asked_by = serializers.CharField()
    asked_at = serializers.DateTimeField()
    decided_by = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
