"""Accounts and kinds of movements in words of the language in force."""

from django.utils.translation import gettext as _

from billing.models import Transfer, Wallet


def account(name: str) -> str:
    """An account of the house, or all wallets of people or of companies."""
    wallets = {"people": _("wallets of people"), "companies": _("wallets of companies")}
    return wallets.get(name) or str(dict(Wallet.System.choices).get(name, name))


def kind(name: str) -> str:
    """A kind of transfer, or what stood before and after all of them."""
    ends = {"opening balance": _("opening balance"), "closing balance": _("closing balance")}
    return ends.get(name) or str(dict(Transfer.Kind.choices).get(name, name))
