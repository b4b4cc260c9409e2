"""The answer to a start (product.md 4.2): the session, its price, and what is left in the wallet."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from billing import pricing, tariffs
from billing.models import TariffVersion
from billing.pricing import Terms
from billing.terms import Rule
from charging import payers, reserves
from charging.api.shown import reserved_for, show_identity
from charging.models import Session
from drivepower.core.money import plain, plain_rate
from stations.quotes import leading_rule, show_tariff


def show_started(session: Session, *, at: datetime) -> dict[str, Any]:
    """A requested session with its terms; only its energy limit makes a cost that can be estimated."""
    assert session.price_terms is not None  # noqa: S101  # for the type checker: a start without a price is refused
    terms = tariffs.thaw_terms(session.price_terms)
    wallet = payers.wallet_of(session=session, currency=terms.currency)
    energy_wh = session.limit_energy_wh
    body: dict[str, Any] = {
        "success": True,
        **show_identity(session),
        "energy_kwh": energy_wh / 1000 if energy_wh else None,
        "pricing": show_pricing(terms, session.price_terms.version, at=at),
        "estimated_cost": plain(reserves.estimate(terms=terms, energy_wh=energy_wh, at=at), terms.currency)
        if energy_wh
        else None,
        "reserved_amount": plain(reserved_for([session]).get(session.subject, Decimal(0)), terms.currency),
        "station_online": session.station.is_online(at=at),
        "expires_at": session.expires_at,
        "message": gettext("The station has been asked to start."),
    }
    if wallet:
        money = {"new_balance": wallet.available, "held": wallet.held, "owed": wallet.owed}
        body |= {name: plain(amount, terms.currency) for name, amount in money.items()}
    return body


def show_pricing(terms: Terms, version: TariffVersion | None, *, at: datetime) -> dict[str, Any]:
    """The rates that hold now, where they come from, the rule of the energy price, and when a rate changes next."""
    tariff, rule = show_tariff(terms, at=at), leading_rule(terms, at=at)
    rates = {name: plain_rate(rate, terms.currency) for name, rate in pricing.rates_at(terms, at).items()}
    return {
        "rate_per_kwh": rates.get(pricing.PER_KWH),
        "rate_per_minute": rates.get(pricing.PER_MINUTE),
        "session_fee": rates.get(pricing.SESSION_FEE),
        "parking_fee_per_minute": rates.get(pricing.PARKING_FEE),
        "currency": terms.currency,
        "level": terms.level,
        "tariff_plan_id": str(version.plan.public_id) if version else None,
        "discount_percent": float(terms.discount_percent),
        "promo_code": terms.promo.code if terms.promo else None,
        "active_rule": tariff["rule"],
        "rule_id": (rule.id or None) if rule else None,
        "rule_details": show_rule(rule, terms.currency) if rule else None,
        "next_rate_change": tariff["next_rate_change"],
        "time_based": tariff["next_rate_change"] is not None,
    }


def show_rule(rule: Rule, currency: str) -> dict[str, Any]:
    """A rule as it was frozen: what it asks before any discount, and when it holds, in local time."""
    return {
        "name": rule.name,
        "dimension": rule.dimension,
        "price": plain_rate(rule.price, currency),
        "weekdays": sorted(rule.weekdays),
        "starts": rule.starts,
        "ends": rule.ends,
        "valid_from": rule.valid_from,
        "valid_until": rule.valid_until,
        "priority": rule.priority,
    }
