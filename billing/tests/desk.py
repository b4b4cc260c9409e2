"""The tariff desk as a browser sees it: people with rights, and forms as they are sent."""

from datetime import time
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from billing import tariffs
from billing.models import TariffPlan, TariffRule, TariffVersion
from billing.tests.making import NOON

SETS_PRICES = [f"{verb}_{model}" for model in ("tariffplan", "clienttariff", "promocode") for verb in ("add", "change")]
SEES_PRICES = [f"view_{model}" for model in ("tariffplan", "tariffversion", "clienttariff", "promocode", "promouse")]


def browser(*permissions: str) -> Client:
    """A browser of staff with these permissions; without any named, of one who sets prices."""
    person = User.objects.create_user(email=f"staff{User.objects.count()}@example.com", role=User.Role.STAFF)
    names = permissions or (*SETS_PRICES, *SEES_PRICES, "view_user", "view_company")
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def plan_of(*rules: TariffRule, name: str = "Centre", **fields: Any) -> TariffPlan:
    """A plan with one version of these rules, in force since noon of that Monday; without rules, with none."""
    plan = TariffPlan.objects.create(name=name, **fields)
    if rules:
        tariffs.publish_version(plan=plan, rules=rules, at=NOON)
    return plan


def energy(price: str = "15", **fields: Any) -> TariffRule:
    """A rule for energy that was not saved."""
    return TariffRule(**{"name": "Energy", "dimension": "per_kwh", "price": Decimal(price), **fields})


def night(price: str = "12.5", **fields: Any) -> TariffRule:
    """From 23 to 7."""
    return energy(price, **{"name": "Night", "starts": time(23), "ends": time(7), **fields})


def version_of(plan: TariffPlan) -> TariffVersion:
    """The plan's last version."""
    return plan.versions.get(number=plan.versions.count())
