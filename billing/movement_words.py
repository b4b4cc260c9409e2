"""What a movement of a wallet was, in plain words."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from billing.models import Payout, Transfer, Wallet
from billing.movements import Movement

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Kind = Transfer.Kind
CAME: "dict[str, _StrPromise]" = {
    Kind.TOP_UP: _("Topped up"),
    Kind.REFUND: _("Given back of a charge"),
    Kind.ADJUSTMENT: _("Given by hand"),
    Kind.OPENING: _("Brought along from another system"),
    Kind.PAYOUT: _("A payout that the bank sent back"),
    Kind.SHARE: _("Share of what was earned at the host's stations"),
}
WENT: "dict[str, _StrPromise]" = {
    Kind.CAPTURE: _("Paid for a charge"),
    Kind.REPAYMENT: _("Paid of a debt"),
    Kind.REVERSAL: _("A payment that went back"),
    Kind.ADJUSTMENT: _("Taken by hand"),
    Kind.OPENING: _("Brought along from another system"),
    Kind.PAYOUT: _("A payout that the bank is to pay"),
    Kind.SHARE: _("Share of a host that was taken back"),
}
PROVIDERS: "dict[str, _StrPromise | str]" = {
    Wallet.System.CLEARING_ODENGI: "O!Dengi",
    Wallet.System.CLEARING_STRIPE: "Stripe",
    Wallet.System.CLEARING_BANK: _("bank transfer"),
    Wallet.System.CLEARING_SANDBOX: _("sandbox"),
}


def said(movement: Movement) -> str:
    """What it was; of money from a provider also which one."""
    transfer = movement.transfer
    words = CAME if movement.is_in else WENT
    text = str(words.get(transfer.kind, transfer.get_kind_display()))
    if transfer.kind == Kind.REFUND and getattr(transfer, "goodwill_line", None) is not None:
        text = str(_("Goodwill for a charge"))
    payout = getattr(transfer, "payout", None)
    # It leaves the wallet when it is approved; the bank pays it later.
    if payout is not None and payout.state in (Payout.State.PAID, Payout.State.RETURNED):
        text = str(_("Paid out by bank"))
    other = transfer.source if movement.is_in else transfer.target
    provider = PROVIDERS.get(other.system) if transfer.kind in (Kind.TOP_UP, Kind.REVERSAL) else None
    return f"{text} ({provider})" if provider else text
