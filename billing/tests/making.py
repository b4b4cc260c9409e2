"""Small makers that the tests of money share."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from billing import ledger
from billing.models import ClientTariff, PromoCode, TariffPlan, Transfer, Wallet
from billing.pricing import Consumption, Line, Rule, Terms
from billing.tariffs import CONNECTOR, OWN, STATION, Place

NOON = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)  # a Monday; 12:00 in Bishkek
BISHKEK = "Asia/Bishkek"


def rule(dimension: str, price: str, **more: Any) -> Rule:
    """A rule that always holds, unless told otherwise."""
    fields: dict[str, Any] = {
        "name": dimension,
        "weekdays": frozenset(),
        "starts": None,
        "ends": None,
        "valid_from": None,
        "valid_until": None,
        "priority": 0,
        "id": 1,
    }
    return Rule(dimension=dimension, price=Decimal(price), **(fields | more))


def terms(*rules: Rule, **more: Any) -> Terms:
    """Terms in som in Bishkek, without tax, unless told otherwise."""
    fields: dict[str, Any] = {
        "currency": "KGS",
        "time_zone": BISHKEK,
        "tax_name": "VAT",
        "tax_percent": Decimal(0),
        "tax_included": True,
        "idle_grace_seconds": 600,
        "idle_cap": None,
    }
    return Terms(rules=rules, **(fields | more))


def straight(starts_at: datetime, minutes: float, wh: int, left_after: timedelta | None = None) -> Consumption:
    """That much energy, drawn evenly; the car leaves so long after."""
    end = starts_at + timedelta(minutes=minutes)
    left_at = None if left_after is None else end + left_after
    return Consumption(starts_at, end, left_at, ((starts_at, 0), (end, wh)))


def brief(line: Line) -> tuple[str, str, str]:
    """A line as rule, quantity and total."""
    return line.rule_name, f"{line.quantity}", f"{line.gross}"


def place(
    connector: TariffPlan | None = None, own: TariffPlan | None = None, station: TariffPlan | None = None, **more: Any
) -> Place:
    """A CCS2 connector of 60 kW in Bishkek with these plans, unless told otherwise."""
    fields: dict[str, Any] = {"connector_type": "ccs2", "power_w": 60_000, "time_zone": BISHKEK}
    return Place(plans={CONNECTOR: connector, OWN: own, STATION: station}, **(fields | more))


def agreed(**fields: Any) -> ClientTariff:
    """What was agreed with a person or a company, in force for ten days."""
    return ClientTariff.objects.create(**({"valid_from": NOON - timedelta(days=10)} | fields))


def promo_code(code: str = "SPRING", **fields: Any) -> PromoCode:
    """A code that takes 10 % off any price for ever, unless told otherwise."""
    usual: dict[str, Any] = {"kind": "percent", "value": Decimal(10), "valid_from": NOON - timedelta(days=10)}
    return PromoCode.objects.create(code=code, **(usual | fields))


def person(name: str = "") -> User:
    """A driver, or the driver of that name."""
    return User.objects.create_user(email=f"{name or uuid.uuid4().hex}@example.com", name=name)


def wallet_with(amount: str, *, user: User | None = None, currency: str = "KGS") -> Wallet:
    """A wallet of a new driver (or this one) that holds that much."""
    wallet = ledger.wallet_of(user=user or person(), currency=currency)
    if Decimal(amount):
        give(wallet, amount)
    wallet.refresh_from_db()
    return wallet


def give(wallet: Wallet, amount: str, *, at: datetime = NOON) -> Transfer:
    """Top a wallet up."""
    reference = f"gift:{uuid.uuid4()}"
    return ledger.top_up(wallet=wallet, provider="sandbox", amount=Decimal(amount), reference=reference, at=at)


def figures(wallet: Wallet) -> tuple[str, str, str]:
    """Balance, held and owed as they stand in the table."""
    wallet.refresh_from_db()
    return tuple(f"{amount:.2f}" for amount in (wallet.balance, wallet.held, wallet.owed))  # type: ignore[return-value]  # three of them


def balance_of_system(role: str, currency: str = "KGS") -> Decimal:
    """What came into one of the house's accounts less what went out."""
    transfers = Transfer.objects.select_related("source", "target")
    came = sum((t.amount for t in transfers.filter(target__system=role, target__currency=currency)), Decimal(0))
    went = sum((t.amount for t in transfers.filter(source__system=role, source__currency=currency)), Decimal(0))
    return came - went
