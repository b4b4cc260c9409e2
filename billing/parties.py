"""Who sells and who buys, as papers name them."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from billing.models import Receipt, Wallet
from billing.wording import tax_id


class Party(NamedTuple):
    """A seller or a buyer; what is not known is empty."""

    name: str = ""
    tax_id: str = ""
    address: str = ""


def seller_today() -> Party:
    """Who sells, by the settings."""
    return Party(settings.SELLER_NAME, settings.SELLER_TAX_ID, settings.SELLER_ADDRESS)


def seller_at(at: datetime) -> Party:
    """Who sold then: as the last receipt of before says it, or by today's settings where none does."""
    last = Receipt.objects.filter(made_at__lt=at).order_by("-made_at", "-pk").only("sold_by").first()
    return Party(**last.sold_by) if last and last.sold_by else seller_today()


def buyer_today(wallet: Wallet | None) -> Party:
    """Who pays: a company with its tax id, or a person by name, else by the address that they log in with."""
    if wallet is None:
        return Party()
    if wallet.company is not None:
        return Party(wallet.company.name, wallet.company.tax_id)
    return Party(str(wallet.user.name or wallet.user)) if wallet.user else Party()


def named(party: Party) -> str:
    """The party on one line, in the language in force."""
    return ", ".join(filter(None, (party.name, tax_id(party.tax_id))))
