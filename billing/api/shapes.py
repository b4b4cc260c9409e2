"""The answers about money, as the published schema tells them: amounts are text with their currency's decimals."""

from typing import Any

from rest_framework import serializers

from billing.models import FiscalDocument, Receipt, TopUp, Transfer

KINDS = Transfer.Kind.values
# The words of the reference beside our own kinds.
TYPES = ["balance_topup", "charge_payment", "charge_refund", *KINDS]


class Answer(serializers.Serializer[Any]):
    """Something that went well."""

    success = serializers.BooleanField(default=True)


class BalanceShape(Answer):
    """What is in a driver's wallet; `balance` is what can be spent."""

    client_id = serializers.UUIDField()
    balance = serializers.CharField()
    held = serializers.CharField()
    owed = serializers.CharField()
    currency = serializers.CharField()
    last_topup_at = serializers.DateTimeField(allow_null=True)
    total_spent = serializers.CharField()


class InvoiceShape(Answer):
    """An invoice to pay; `invoice_id` asks where it stands."""

    invoice_id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    current_balance = serializers.CharField()
    invoice_expires_at = serializers.DateTimeField()
    invoice_lifetime_seconds = serializers.IntegerField()


class QrShape(InvoiceShape):
    """The same as a QR code: its text, its picture as data:, and an address that opens the bank's app."""

    qr_code = serializers.CharField()
    qr_code_url = serializers.CharField()
    app_link = serializers.CharField(allow_blank=True)
    client_id = serializers.UUIDField()
    qr_expires_at = serializers.DateTimeField()
    qr_lifetime_seconds = serializers.IntegerField()


class CardPageShape(InvoiceShape):
    """The same as a page that takes cards."""

    pay_url = serializers.CharField()


class PaymentShape(Answer):
    """Where a payment stands: status 0 open, 1 paid, 2 given up, 3 gone back, 4 gone back in part."""

    invoice_id = serializers.UUIDField()
    status = serializers.ChoiceField([0, 1, 2, 3, 4])
    status_text = serializers.ChoiceField(TopUp.State.values)
    state = serializers.ChoiceField(TopUp.State.values)
    amount = serializers.CharField()
    paid_amount = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    can_proceed = serializers.BooleanField()
    qr_expired = serializers.BooleanField()
    invoice_expired = serializers.BooleanField()
    needs_callback_check = serializers.BooleanField()
    invoice_expires_at = serializers.DateTimeField()


class MovementShape(serializers.Serializer[Any]):
    """Money that moved; below 0 it left the wallet."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    type = serializers.ChoiceField(TYPES)
    amount = serializers.CharField()
    balance_after = serializers.CharField()
    currency = serializers.CharField()
    at = serializers.DateTimeField()
    receipt_id = serializers.UUIDField(allow_null=True)
    invoice_id = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class HoldShape(serializers.Serializer[Any]):
    """Money that is set aside for a charge."""

    kind = serializers.ChoiceField(["hold"])
    type = serializers.ChoiceField(["charge_reserve"])
    amount = serializers.CharField()
    currency = serializers.CharField()
    at = serializers.DateTimeField()


class ReceiptLineShape(serializers.Serializer[Any]):
    """One price times one quantity; the unit price is per kWh, minute or piece."""

    dimension = serializers.CharField()
    rule = serializers.CharField(allow_blank=True)
    until = serializers.DateTimeField()
    quantity = serializers.FloatField()
    unit = serializers.CharField()
    unit_price = serializers.CharField()
    tax_percent = serializers.CharField()
    net = serializers.CharField()
    tax = serializers.CharField()
    gross = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`from` is no name that a class could have."""
        return super().get_fields() | {"from": serializers.DateTimeField()}


class FiscalShape(serializers.Serializer[Any]):
    """What the tax office's cash register has made of a receipt; empty texts until it has."""

    state = serializers.ChoiceField(FiscalDocument.State.values)
    number = serializers.CharField(allow_blank=True)
    sign = serializers.CharField(allow_blank=True)
    device = serializers.CharField(allow_blank=True)
    qr = serializers.CharField(allow_blank=True, help_text="What its QR code says.")
    registered_at = serializers.DateTimeField(allow_null=True)


class ReceiptShape(Answer):
    """A receipt, or a correction of one; `subject_gross` is what its charge costs with all corrections so far."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(Receipt.Kind.values)
    corrects = serializers.CharField(allow_null=True, help_text="The number of the receipt that it corrects.")
    reason = serializers.CharField(allow_blank=True)
    about = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField()
    time_zone = serializers.CharField()
    currency = serializers.CharField()
    net = serializers.CharField()
    tax = serializers.CharField()
    gross = serializers.CharField()
    subject_gross = serializers.CharField()
    tax_name = serializers.CharField(allow_blank=True)
    tax_percent = serializers.CharField()
    lines = ReceiptLineShape(many=True)
    why = serializers.ListField(child=serializers.CharField(), help_text="Sentences, in the language asked for.")
    fiscal = FiscalShape(allow_null=True, help_text="null: no cash register is told of it.")
