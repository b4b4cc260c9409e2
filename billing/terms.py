"""The terms of one price: rules and what surrounds them, as plain values that survive a trip through JSON."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Rule:
    """One price of one dimension and when it holds: local times, half-open [starts, ends), weekdays 1 = Monday."""

    name: str
    dimension: str
    price: Decimal
    weekdays: frozenset[int]
    starts: time | None
    ends: time | None
    valid_from: date | None
    valid_until: date | None
    priority: int
    id: int

    def to_document(self) -> dict[str, Any]:
        """The rule as JSON holds it."""
        return {
            "name": self.name,
            "dimension": self.dimension,
            "price": str(self.price),
            "weekdays": sorted(self.weekdays),
            "starts": self.starts.isoformat() if self.starts else None,
            "ends": self.ends.isoformat() if self.ends else None,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "priority": self.priority,
            "id": self.id,
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Rule":
        """The rule that `to_document` wrote."""
        starts, ends = document["starts"], document["ends"]
        valid_from, valid_until = document["valid_from"], document["valid_until"]
        return cls(
            name=document["name"],
            dimension=document["dimension"],
            price=Decimal(document["price"]),
            weekdays=frozenset(document["weekdays"]),
            starts=time.fromisoformat(starts) if starts else None,
            ends=time.fromisoformat(ends) if ends else None,
            valid_from=date.fromisoformat(valid_from) if valid_from else None,
            valid_until=date.fromisoformat(valid_until) if valid_until else None,
            priority=document["priority"],
            id=document["id"],
        )


@dataclass(frozen=True)
class Promo:
    """What a promo code takes off a price: percent, or an amount; at most `most`, from a price of `least_price` on."""

    code: str
    kind: str
    value: Decimal
    most: Decimal | None
    least_price: Decimal | None

    def to_document(self) -> dict[str, Any]:
        """The promo as JSON holds it."""
        return {
            "code": self.code,
            "kind": self.kind,
            "value": str(self.value),
            "most": None if self.most is None else str(self.most),
            "least_price": None if self.least_price is None else str(self.least_price),
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Promo":
        """The promo that `to_document` wrote."""
        most, least_price = document["most"], document["least_price"]
        return cls(
            code=document["code"],
            kind=document["kind"],
            value=Decimal(document["value"]),
            most=None if most is None else Decimal(most),
            least_price=None if least_price is None else Decimal(least_price),
        )


@dataclass(frozen=True)
class Terms:
    """All that decides what a charge costs, frozen when it starts; prices and `idle_cap` are in `currency`.

    `idle_from` says when the car counts as idle (suspended or finished); `level` which level of prices won.
    """

    currency: str
    time_zone: str
    rules: tuple[Rule, ...]
    tax_name: str
    tax_percent: Decimal
    tax_included: bool
    idle_grace_seconds: int
    idle_cap: Decimal | None
    discount_percent: Decimal = Decimal(0)
    version_id: int | None = None
    idle_from: str = "suspended"
    level: str = ""
    promo: Promo | None = None

    def rules_for(self, dimension: str) -> list[Rule]:
        """The rules of one dimension, the strongest first: higher priority, then the younger rule."""
        rules = [rule for rule in self.rules if rule.dimension == dimension]
        return sorted(rules, key=lambda rule: (rule.priority, rule.id), reverse=True)

    def to_document(self) -> dict[str, Any]:
        """The terms as JSON holds them; Decimals as text, so that nothing passes through a float."""
        return {
            "currency": self.currency,
            "time_zone": self.time_zone,
            "rules": [rule.to_document() for rule in self.rules],
            "tax_name": self.tax_name,
            "tax_percent": str(self.tax_percent),
            "tax_included": self.tax_included,
            "idle_grace_seconds": self.idle_grace_seconds,
            "idle_cap": None if self.idle_cap is None else str(self.idle_cap),
            "discount_percent": str(self.discount_percent),
            "version_id": self.version_id,
            "idle_from": self.idle_from,
            "level": self.level,
            "promo": self.promo and self.promo.to_document(),
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Terms":
        """The terms that `to_document` wrote; documents of earlier releases lack what came later."""
        promo = document.get("promo")
        return cls(
            currency=document["currency"],
            time_zone=document["time_zone"],
            rules=tuple(Rule.from_document(rule) for rule in document["rules"]),
            tax_name=document["tax_name"],
            tax_percent=Decimal(document["tax_percent"]),
            tax_included=document["tax_included"],
            idle_grace_seconds=document["idle_grace_seconds"],
            idle_cap=None if document["idle_cap"] is None else Decimal(document["idle_cap"]),
            discount_percent=Decimal(document["discount_percent"]),
            version_id=document["version_id"],
            idle_from=document.get("idle_from", "suspended"),
            level=document.get("level", ""),
            promo=Promo.from_document(promo) if promo else None,
        )
