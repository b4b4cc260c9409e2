"""What vendors send in DataTransfer beyond OCPP (S 4.3), and which of it an operator wants kept."""

from collections.abc import Sequence

UNKNOWN_VENDOR, UNKNOWN_MESSAGE, ACCEPTED = "UnknownVendorId", "UnknownMessageId", "Accepted"


def verdict(*, vendor: str, message: str, kept: Sequence[str]) -> str:
    """The answer to a transfer; `kept` names `vendor/message`, or `vendor` alone for what carries no message id.

    Vendor ids hold no slash: they are reversed domain names (S 6.17).
    """
    if (f"{vendor}/{message}" if message else vendor) in kept:
        return ACCEPTED
    return UNKNOWN_MESSAGE if vendor in {name.partition("/")[0] for name in kept} else UNKNOWN_VENDOR
