"""A new tax, in all plans at once."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from billing.models import TariffPlan, TariffVersion, TaxChange
from billing.tariffs.versions import IDLE, TAX, copies, to_come, values, write_version


@transaction.atomic
def change_tax(
    *, name: str, percent: Decimal, included: bool, in_force_from: datetime, by: str, reason: str, at: datetime
) -> list[TariffVersion]:
    """Give every plan's version that is in force from then on, and each that is planned for later, a successor with
    the same rules and the new tax; answers the successors.

    It holds until the next change that has been announced: what begins from then on keeps that one's tax. Versions that
    have this very tax already are left as they are, so that a second call makes none. Plans that are made later, before
    the tax is in force, get it with their first version.
    """
    tax = {"tax_name": name, "tax_percent": percent, "tax_included": included}
    said = {"made_by": by, "reason": reason}
    TaxChange.objects.create(in_force_from=in_force_from, made_at=at, **tax, **said)
    plans = TariffPlan.objects.select_for_update(no_key=True).order_by("pk")
    later = TaxChange.objects.filter(in_force_from__gt=in_force_from).order_by("in_force_from").first()
    return [
        write_version(
            plan,
            copies(version),
            in_force_from=max(version.in_force_from, in_force_from),
            **(values(version, *IDLE) | tax | said),
        )
        for plan in plans
        for version in to_come(plan, in_force_from)
        if values(version, *TAX) != tax and not (later and version.in_force_from >= later.in_force_from)
    ]
