"""How much is held for a charge and where it ends, by what was asked for (the table in product.md 4.2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from billing import pricing
from billing.models import Wallet
from billing.pricing import Terms
from charging.models import Session
from drivepower.core.refusals import Refusal

# What is held for a charge without a limit, what a hold grows by, and the least with which one may start so.
STEP = Decimal(200)
LEAST = Decimal(10)
# For how long the minutes of an energy limit are estimated.
ESTIMATED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reserve:
    """An amount to hold (0: nothing to pay) and the limits that end the charge; energy in Wh."""

    hold: Decimal
    kind: Session.Limit = Session.Limit.NONE
    energy_wh: int | None = None
    amount: Decimal | None = None


def reserve_for(
    *, terms: Terms, wallet: Wallet, energy_wh: int | None, amount: Decimal | None, at: datetime
) -> Reserve:
    """What a requested charge is to hold, in the terms' currency; Refusal debt_open, amount_exceeds_balance."""
    if wallet.owed > 0:
        raise Refusal("debt_open", "An earlier charge is not paid yet.")
    if energy_wh is not None:
        estimated = estimate(terms=terms, energy_wh=energy_wh, at=at)
        hold = estimated if amount is None else min(estimated, amount)
        return Reserve(hold, Session.Limit.ENERGY, energy_wh, amount)
    free = is_free(terms)
    if amount is not None:
        if not free and 0 < wallet.spendable < amount:
            raise Refusal("amount_exceeds_balance", "The amount is more than the wallet holds.")
        return Reserve(Decimal(0) if free else amount, Session.Limit.AMOUNT, None, amount)
    return Reserve(Decimal(0) if free else without_limit(terms=terms, wallet=wallet, at=at))


def estimate(*, terms: Terms, energy_wh: int, at: datetime) -> Decimal:
    """What that much energy is expected to cost, fees and an hour's minutes included."""
    return pricing.estimate(terms, starts_at=at, energy_wh=energy_wh, duration=ESTIMATED).gross


def without_limit(*, terms: Terms, wallet: Wallet, at: datetime) -> Decimal:
    """What a charge without a limit holds: a step and the session fee as far as there is money, never next to none."""
    fee = pricing.rates_at(terms, at).get(pricing.SESSION_FEE, Decimal(0))
    return max(LEAST, min(wallet.spendable, pricing.rounded(STEP + fee, terms.currency)))


def is_free(terms: Terms) -> bool:
    """Whether nothing is left of any price after the discount, so that there is nothing to hold."""
    return all(pricing.unit_price(terms, rule) == 0 for rule in terms.rules)
