"""How much is held for a charge, by what was asked for (the table in product.md 4.2)."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from billing import pricing
from billing.models import Wallet
from billing.pricing import Terms
from drivepower.core.money import plain
from drivepower.core.refusals import Refusal

# For how long the minutes of an energy limit are estimated.
ESTIMATED = timedelta(hours=1)


def reserve_for(
    *, terms: Terms, wallet: Wallet, energy_wh: int | None, amount: Decimal | None, at: datetime
) -> Decimal:
    """What a requested charge is to hold, in the terms' currency; 0: there is nothing to pay.

    Refuses debt_open, amount_exceeds_balance, and invalid_parameters for an amount that the mere start uses up.
    """
    if wallet.owed > 0:
        raise Refusal("debt_open", "An earlier charge is not paid yet.")
    if amount is not None and amount < (least := to_begin(terms, at=at)):
        details = {"least": plain(least, terms.currency), "currency": terms.currency}
        raise Refusal("invalid_parameters", "The amount is less than the fee of a session.", details)
    if energy_wh is not None:
        estimated = most_on_the_way(terms=terms, energy_wh=energy_wh, at=at)
        return estimated if amount is None else min(estimated, amount)
    free = is_free(terms)
    if amount is not None:
        if not free and 0 < wallet.spendable < amount:
            raise Refusal("amount_exceeds_balance", "The amount is more than the wallet holds.")
        return Decimal(0) if free else amount
    return Decimal(0) if free else without_limit(terms=terms, wallet=wallet, at=at)


def estimate(*, terms: Terms, energy_wh: int, at: datetime) -> Decimal:
    """What that much energy is expected to cost, fees and an hour's minutes included."""
    return pricing.estimate(terms, starts_at=at, energy_wh=energy_wh, duration=ESTIMATED).gross


def most_on_the_way(*, terms: Terms, energy_wh: int, at: datetime) -> Decimal:
    """The largest price up to that much energy: a promo code from a price on takes nothing off before that price."""
    last = estimate(terms=terms, energy_wh=energy_wh, at=at)
    if terms.promo is None or terms.promo.least_price is None:
        return last
    whole = estimate(terms=replace(terms, promo=None), energy_wh=energy_wh, at=at)
    return max(last, min(whole, terms.promo.least_price))


def to_begin(terms: Terms, *, at: datetime) -> Decimal:
    """What a charge costs that ends as it begins: the session fee with its tax, less discounts."""
    return pricing.estimate(terms, starts_at=at, energy_wh=0, duration=timedelta(0)).gross


def without_limit(*, terms: Terms, wallet: Wallet, at: datetime) -> Decimal:
    """What a charge without a limit holds: a step and the session fee as far as there is money, never next to none."""
    fee = to_begin(terms, at=at)
    least = max(fee, pricing.rounded(amount_in(settings.RESERVE_LEAST, terms.currency), terms.currency))
    return max(least, min(wallet.spendable, pricing.rounded(step(terms.currency) + fee, terms.currency)))


def step(currency: str) -> Decimal:
    """What is held for a charge without a limit, and what a hold grows by."""
    return amount_in(settings.RESERVE_STEP, currency)


def amount_in(amounts: dict[str, Decimal], currency: str) -> Decimal:
    """The amount of that currency; `*` stands for all that are not named."""
    return amounts.get(currency, amounts["*"])


def is_free(terms: Terms) -> bool:
    """Whether nothing is left of any price after discount and promo code, so that there is nothing to hold."""
    promo = terms.promo
    bounds = promo and (promo.kind, promo.most, promo.least_price)
    if promo is not None and bounds == (pricing.PERCENT, None, None) and promo.value >= 100:
        return True
    return all(pricing.unit_price(terms, rule) == 0 for rule in terms.rules)
