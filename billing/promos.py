"""Promo codes: found by their word, taken for one charge at its start, used or given back at its end.

A code's row is locked while it is counted, after sessions and before wallets, so its limits hold under any race.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from billing.models import PromoCode, PromoUse
from billing.terms import Promo
from drivepower.core.refusals import Refusal
from drivepower.core.texts import storable

State = PromoUse.State


def find(*, code: str, at: datetime) -> PromoCode:
    """The code of that word, whatever its case; Refusal invalid_code if there is none or it does not hold then."""
    holds = Q(valid_until=None) | Q(valid_until__gt=at)
    promo = PromoCode.objects.filter(holds, code__iexact=storable(code.strip()), valid_from__lte=at, is_active=True)
    found = promo.first()
    if found is None:
        raise Refusal("invalid_code", "There is no such promo code now.")
    return found


def as_value(promo: PromoCode, *, currency: str) -> Promo:
    """What the code takes off a price in that currency; Refusal invalid_code where its amounts are in another one."""
    is_of_amounts = promo.kind == PromoCode.Kind.FIXED or promo.most is not None or promo.least_price is not None
    if is_of_amounts and promo.currency != currency:
        raise Refusal("invalid_code", "This promo code is for charges in another currency.")
    return Promo(code=promo.code, kind=promo.kind, value=promo.value, most=promo.most, least_price=promo.least_price)


def find_for(*, user: User, code: str, at: datetime) -> PromoCode:
    """The same code, if the driver could use it now; Refusal invalid_code."""
    promo = find(code=code, at=at)
    _check_room(promo, user)
    return promo


@transaction.atomic
def take(*, promo: PromoCode, user: User, subject: str, at: datetime) -> PromoUse:
    """Count the code for that charge of the driver; Refusal invalid_code when it is used up by now."""
    _check_room(_lock(promo.pk), user)
    return PromoUse.objects.create(code=promo, user=user, subject=subject, made_at=at)


@transaction.atomic
def take_again(*, subject: str, at: datetime) -> bool:
    """Count the code again for a charge that began after all, or is charged after all.

    True where it counts, or none is to be counted; False if others have used it up meanwhile.
    """
    use = PromoUse.objects.filter(subject=subject, state=State.RETURNED).first()
    if use is None:
        return True
    if not _has_room(_lock(use.code_id), use.user_id):
        return False
    again = PromoUse.objects.filter(pk=use.pk, state=State.RETURNED)
    again.update(state=State.TAKEN, made_at=at, amount=None, ended_at=None)
    return True


def use(*, subject: str, amount: Decimal, at: datetime) -> bool:
    """Keep what the code took off the charge (above 0), as of its newest bill; one that took nothing is given back.

    False for a charge without a code, and for one whose code is not counted: `take_again` comes first.
    """
    if not amount:
        return give_back(subject=subject, at=at)
    counted = PromoUse.objects.filter(subject=subject).exclude(state=State.RETURNED)
    return bool(counted.update(state=State.USED, amount=amount, ended_at=at))


def give_back(*, subject: str, at: datetime) -> bool:
    """Count the code no more for a charge that came to nothing; False if it was not counted."""
    counted = PromoUse.objects.filter(subject=subject).exclude(state=State.RETURNED)
    return bool(counted.update(state=State.RETURNED, amount=None, ended_at=at))


def _lock(key: int) -> PromoCode:
    return PromoCode.objects.select_for_update(no_key=True).get(pk=key)


def _check_room(promo: PromoCode, user: User) -> None:
    if not _has_room(promo, user.pk):
        raise Refusal("invalid_code", "This promo code has been used up.")


def _has_room(promo: PromoCode, user_id: int) -> bool:
    counted = PromoUse.objects.filter(code=promo).exclude(state=State.RETURNED)
    if promo.uses_in_all is not None and counted.count() >= promo.uses_in_all:
        return False
    return promo.uses_per_driver is None or counted.filter(user=user_id).count() < promo.uses_per_driver
