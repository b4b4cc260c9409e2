"""What of money stands in the way of a driver's leaving."""

from django.db.models import Q

from accounts.models import User
from billing.models import Payout, Wallet
from drivepower.core.refusals import Refusal


def open_debt(user: User) -> Refusal | None:
    """What is owed to the house."""
    owing = Wallet.objects.filter(user=user).filter(Q(owed__gt=0) | Q(balance__lt=0))
    return Refusal("debt_open", "Pay what is owed first.") if owing.exists() else None


def money_left(user: User) -> Refusal | None:
    """What the house owes them, or holds: they may ask to leave, and are not forgotten before it is theirs again.

    That is so too while a payout is under way: what the bank sends back comes home to their wallet.
    """
    left = Wallet.objects.filter(user=user).filter(Q(balance__gt=0) | Q(held__gt=0))
    under_way = Payout.objects.filter(wallet__user=user, state__in=[Payout.State.ASKED, Payout.State.APPROVED])
    is_left = left.exists() or under_way.exists()
    return Refusal("account_has_money", "There is money in the wallet.") if is_left else None
