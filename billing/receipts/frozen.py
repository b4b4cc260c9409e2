"""Who sold and who bought, kept with the receipt: what is printed of it again says the same, whoever is renamed."""

from billing.models import Receipt, Wallet
from billing.parties import Party, buyer_today, seller_today


def parties(wallet: Wallet | None) -> dict[str, dict[str, str]]:
    """Both as a receipt of that wallet keeps them."""
    return {"sold_by": seller_today()._asdict(), "bought_by": buyer_today(wallet)._asdict()}


def seller_of(receipt: Receipt) -> Party:
    """Who sold; by today's settings for a receipt of before they were kept."""
    return Party(**receipt.sold_by) if receipt.sold_by else seller_today()


def buyer_of(receipt: Receipt) -> Party:
    """Who bought; as of today for a receipt of before they were kept."""
    return Party(**receipt.bought_by) if receipt.bought_by else buyer_today(receipt.wallet)
